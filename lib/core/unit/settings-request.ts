import { UpsError } from '../errors';
import { shown } from '../quote';

/** What a message asks of the settings of a device. */
export type SettingsRequest =
    | { do: 'read' | 'defaults' | 'discard' | 'latch-reset' }
    | { do: 'set'; values: Record<string, unknown>; confirm: boolean }
    /** Writes what is staged. */
    | { do: 'write'; confirm: boolean }
    /** `base`: a file of the maker's program, in which the values are replaced. */
    | { do: 'export'; base?: Uint8Array }
    | { do: 'import'; file: Uint8Array };

const WORDS = ['read', 'defaults', 'discard', 'latch-reset', 'write', 'export'] as const;
const EXPECTED = `${WORDS.join(', ')}, {name: value}, {import: file}, {export: file}`;

/**
 * Reads what `msg.payload` asks: nothing or `read`; one of the other words; `{import: file}` or a Buffer; `{export: file}`; or an object of settings.
 * `confirm: true` may stand in the payload or in the message.
 * @throws UpsError config-invalid
 */
export function settingsRequest({ payload, confirm }: { payload?: unknown; confirm?: unknown }): SettingsRequest {
    if (payload === undefined || payload === null || payload === '') return { do: 'read' };
    const confirmed = confirm === true;
    if (payload instanceof Uint8Array) return { do: 'import', file: payload };
    if (typeof payload === 'string') {
        const word = WORDS.find((each) => each === payload.trim());
        if (word === undefined) throw unknown(payload);
        return word === 'write' ? { do: word, confirm: confirmed } : { do: word };
    }
    if (typeof payload !== 'object' || Array.isArray(payload)) throw unknown(payload);
    const { confirm: inside, ...values } = payload as Record<string, unknown>;
    const names = Object.keys(values);
    if (names.length === 1 && 'import' in values) return { do: 'import', file: fileOf(values.import) };
    if (names.length === 1 && 'export' in values) return { do: 'export', base: fileOf(values.export) };
    if (names.length === 1 && values.write === true) return { do: 'write', confirm: confirmed || inside === true };
    return { do: 'set', values, confirm: confirmed || inside === true };
}

/** A file as a node gives it: bytes, or a text. */
function fileOf(value: unknown): Uint8Array {
    if (value instanceof Uint8Array) return value;
    if (typeof value === 'string') return new TextEncoder().encode(value);
    throw unknown(value);
}

function unknown(value: unknown): UpsError {
    return new UpsError('config-invalid', { property: 'payload', value: shown(value), expected: EXPECTED });
}
