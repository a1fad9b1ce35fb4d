import type { NodeAPI } from 'node-red';
import {
    BLOCK_UNITS,
    STRING_UNITS,
    type BatteryDriver,
    type BatteryFlags,
    type BatteryIdentity,
    type BatterySweep,
    type BlockQuantity,
} from '../../../lib/core/batteries/model';
import { batteryEvent } from '../../../lib/core/batteries/events';
import { UpsError } from '../../../lib/core/errors';
import type { Words } from '../../../lib/core/language/words';
import { awaitReading } from '../../../lib/core/read-once';
import { registerTry, type TryRequest, type TryResult, type TryRow } from '../admin/try-now';
import { flowOf } from '../runtime/flow-of';
import { errorText, eventName, wordsFor } from '../words/texts';

/** A card on a slow line tells all its values in some ten seconds. */
const READ_S = 40;
/** So many strings are shown. */
const MOST_STRINGS_SHOWN = 4;
const SHOWN: readonly BlockQuantity[] = ['voltage', 'temperature', 'impedance'];

/** The battery monitor that **Read now** asks. */
export interface TriedMonitor {
    /** A driver that nothing else uses, as a deploy makes it. */
    driver: BatteryDriver;
    /** Its device for people. */
    place: string;
    /** Asks by SNMP beside Modbus, which answers without it. @throws UpsError */
    askBeside?(): Promise<unknown>;
}

/**
 * Adds **Read now** to the dialog of a battery monitor: flags, counts and one pass of all values, with the settings as typed.
 * @param make may throw UpsError
 */
export function registerBatteryTry(RED: NodeAPI, type: string, make: (request: TryRequest) => TriedMonitor): void {
    registerTry(RED, type, async (request): Promise<TryResult> => {
        const { driver, place, askBeside } = make(request);
        const seen: Seen = { identity: {} };
        const words = wordsFor(request.words);
        try {
            seen.sweep = await awaitReading<BatterySweep>(
                (sweep, state) =>
                    driver.start({
                        ...{ sweep, state },
                        flags: (flags) => void (seen.flags = flags),
                        identity: (identity) => void (seen.identity = identity),
                        settings: () => undefined,
                    }),
                { clock: flowOf(RED).clock, timeoutMs: READ_S * 1000, place, signal: request.signal },
            );
            const missing = await askBeside?.().then(
                () => undefined,
                (error) => words.say('ups-bacs.try.snmpFails', { cause: errorText(request.words, error, type) }),
            );
            return { ...(missing !== undefined && { ok: false, text: missing }), rows: rowsOf(seen, words) };
        } catch (error) {
            if (request.signal.aborted) throw error;
            const isLate = error instanceof UpsError && error.data.why === 'timeout';
            if (!seen.flags) throw error;
            // It answers, and does not tell all of it.
            const why = isLate ? undefined : error;
            const text = why
                ? errorText(request.words, why, type)
                : words.say('ups-bacs.try.noValues', { seconds: READ_S });
            return { ok: false, text, rows: rowsOf(seen, words) };
        } finally {
            await driver.stop();
        }
    });
}

interface Seen {
    identity: BatteryIdentity;
    flags?: BatteryFlags;
    sweep?: BatterySweep;
}

function rowsOf({ identity, flags, sweep }: Seen, words: Words): TryRow[] {
    const named = (name: string, value: TryRow['value'] | undefined): TryRow[] =>
        value === undefined ? [] : [{ label: words.say(`ups-bacs.try.${name}`), value }];
    // What is no event, such as that the bus is connected, has no name.
    const known = [...(flags?.states ?? [])].filter((state) => batteryEvent(state));
    const on = known.map((state) => eventName(words, `blocks-${state}`));
    return [
        ...named('model', identity.model),
        ...named('firmware', identity.firmware),
        ...named('serial', identity.serial),
        ...named('modules', sweep?.modules),
        ...named('strings', sweep?.strings),
        ...named('states', on.join(', ') || words.say('ups-bacs.try.noStates')),
        ...(sweep ? [...stringRows(sweep, words), ...blockRows(sweep, words)] : []),
    ];
}

/** The lowest and the highest of each quantity, with the block that it is of. */
function blockRows({ blocks }: BatterySweep, words: Words): TryRow[] {
    return SHOWN.flatMap((quantity) => {
        const known = [...(blocks[quantity] ?? [])].flatMap((value, i) =>
            Number.isNaN(value) ? [] : [{ value, n: i + 1 }],
        );
        const [first] = known;
        if (!first) return [];
        const low = known.reduce((least, each) => (each.value < least.value ? each : least), first);
        const high = known.reduce((most, each) => (each.value > most.value ? each : most), first);
        return (['lowest', 'highest'] as const).map((end) => {
            const { value, n } = end === 'lowest' ? low : high;
            const of = words.say(`ups-bacs.try.${quantity}`);
            return {
                label: words.say(`ups-bacs.try.${end}`, { of, n }),
                value: rounded(value),
                unit: BLOCK_UNITS[quantity],
            };
        });
    });
}

function stringRows({ byString, strings = 0 }: BatterySweep, words: Words): TryRow[] {
    return Array.from({ length: Math.min(strings, MOST_STRINGS_SHOWN) }, (_, i) => i).flatMap((i) =>
        (['voltage', 'current'] as const).flatMap((quantity): TryRow[] => {
            const value = byString[quantity]?.[i] ?? NaN;
            const of = words.say(`ups-bacs.try.${quantity}`);
            const label = words.say('ups-bacs.try.ofString', { n: i + 1, of });
            return Number.isNaN(value) ? [] : [{ label, value: rounded(value), unit: STRING_UNITS[quantity] }];
        }),
    );
}

/** What a division adds at the end is left out. */
const rounded = (value: number) => Math.round(value * 1000) / 1000;
