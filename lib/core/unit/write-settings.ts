import type { CommandResult, SettingInfo } from '../driver';
import { UpsError, asUpsError, type UpsErrorCode } from '../errors';
import { said } from '../language/sentence';
import { shown } from '../quote';
import type { SettingValue } from '../status/status';
import type { UpsUnit } from './ups-unit';

export interface ShownSetting extends SettingInfo {
    value?: SettingValue;
}

/** `confirmed`: read back from the device; otherwise accepted, not confirmed. Units as in `settingsInfo`. */
export interface SettingOutcome {
    ok: boolean;
    confirmed: boolean;
    before?: SettingValue;
    after?: SettingValue;
    /** The device had the value already: nothing was sent. */
    unchanged?: boolean;
    error?: UpsError;
}

export interface WriteOptions {
    /** Sends a command, e.g. with repetitions; default: once. */
    send?(order: () => Promise<CommandResult>): Promise<CommandResult>;
    /** A person has confirmed what can do harm. */
    confirm?: boolean;
    /** What the device has already is not sent. */
    onlyChanges?: boolean;
}

/** Refusals before anything is sent, which another setting may have caused. */
const MAY_DEPEND: ReadonlySet<UpsErrorCode> = new Set(['setting-refused', 'config-invalid', 'out-of-range']);

/** All settings that the device shows, with what is known about each. */
export function showSettings(unit: UpsUnit): Record<string, ShownSetting> {
    const info = unit.settingsInfo();
    const values = unit.status()?.settings ?? {};
    const names = [...new Set([...Object.keys(info), ...Object.keys(values)])].sort();
    return Object.fromEntries(
        names.map((name) => {
            const { [name]: known } = info;
            return [name, { ...known, writable: known?.writable ?? false, value: values[name] }];
        }),
    );
}

/** The first fault of a value, before anything is sent; undefined if it can be sent. The device may still refuse it. */
export function checkSetting(unit: UpsUnit, setting: string, value: unknown): UpsError | undefined {
    const scalar = ['string', 'number', 'boolean'].includes(typeof value);
    if (!scalar)
        return new UpsError('config-invalid', {
            property: setting,
            value: shown(value),
            expected: said('expected.value'),
        });
    const wanted = value as SettingValue;
    if (!unit.supports({ type: 'set', setting, value: wanted })) {
        return new UpsError('not-supported', { device: unit.name, command: `set ${setting}` });
    }
    const { min, max, options, takesUnit } = unit.settingsInfo()[setting] ?? {};
    if (options && !options.includes(wanted) && !(typeof wanted === 'boolean' && options.includes(asWord(wanted)))) {
        return new UpsError('config-invalid', {
            property: setting,
            value: String(wanted),
            expected: options.join(', '),
        });
    }
    if (min === undefined || max === undefined || (takesUnit && typeof wanted === 'string')) return undefined;
    if (typeof wanted === 'number' && wanted >= min && wanted <= max) return undefined;
    return new UpsError('out-of-range', { property: setting, value: String(wanted), min, max });
}

/**
 * Writes the settings one after the other; if one fails, the next one is written all the same. Those on which others depend go first
 * (`SettingInfo.after`); what is refused before others were written is tried once more behind them, because two thresholds may have to be moved in one
 * order only.
 */
export async function writeSettings(
    unit: UpsUnit,
    wanted: Record<string, unknown>,
    { send = (order) => order(), confirm, onlyChanges = false }: WriteOptions = {},
): Promise<Record<string, SettingOutcome>> {
    const before = { ...unit.status()?.settings };
    const outcomes: Record<string, SettingOutcome> = {};
    const write = async (setting: string) => {
        const outcome = await writeOne(unit, setting, wanted[setting], { send, confirm });
        outcomes[setting] = { ...outcome, before: before[setting] };
    };
    const unchanged = onlyChanges ? unchangedOf(unit, wanted) : new Set<string>();
    for (const setting of inOrder(unit, Object.keys(wanted))) {
        const { [setting]: value } = before;
        if (!unchanged.has(setting)) await write(setting);
        else outcomes[setting] = { ok: true, confirmed: true, before: value, after: value, unchanged: true };
    }
    const written = Object.values(outcomes).some(({ ok, unchanged: same }) => ok && !same);
    const again = Object.keys(wanted).filter((setting) => {
        const { error } = outcomes[setting]!;
        return error !== undefined && MAY_DEPEND.has(error.code);
    });
    if (written) for (const setting of inOrder(unit, again)) await write(setting);
    return Object.fromEntries(Object.keys(wanted).map((setting) => [setting, outcomes[setting]!]));
}

async function writeOne(
    unit: UpsUnit,
    setting: string,
    value: unknown,
    { send, confirm }: Required<Pick<WriteOptions, 'send'>> & Pick<WriteOptions, 'confirm'>,
): Promise<SettingOutcome> {
    const wrong = checkSetting(unit, setting, value);
    if (wrong) return { ok: false, confirmed: false, error: wrong };
    try {
        const order = { type: 'set', setting, value: value as SettingValue, ...(confirm ? { confirm } : {}) } as const;
        const { confirmed } = await send(() => unit.execute(order));
        return { ok: true, confirmed, after: confirmed ? (value as SettingValue) : undefined };
    } catch (error) {
        return { ok: false, confirmed: false, error: asUpsError(error, 'command-failed') };
    }
}

/** The settings that the device has already, and that do not depend on one that changes. */
function unchangedOf(unit: UpsUnit, wanted: Record<string, unknown>): ReadonlySet<string> {
    const present = unit.status()?.settings ?? {};
    const info = unit.settingsInfo();
    const isSame = (name: string) => present[name] !== undefined && present[name] === wanted[name];
    const leans = (name: string) => (info[name]?.after ?? []).some((other) => other in wanted && !isSame(other));
    return new Set(Object.keys(wanted).filter((name) => isSame(name) && !leans(name)));
}

/** Each behind those of `names` on which it depends. */
function inOrder(unit: UpsUnit, names: readonly string[]): string[] {
    const info = unit.settingsInfo();
    const ordered: string[] = [];
    const place = (name: string, above: readonly string[] = []) => {
        if (ordered.includes(name) || above.includes(name)) return;
        for (const other of info[name]?.after ?? []) if (names.includes(other)) place(other, [...above, name]);
        ordered.push(name);
    };
    for (const name of names) place(name);
    return ordered;
}

const asWord = (on: boolean) => (on ? 'on' : 'off');
