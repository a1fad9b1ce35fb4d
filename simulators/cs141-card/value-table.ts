import type { Line, PartialStatus } from '../../lib/core/status/status';
import type { Site } from './site';
import type { ValueTable } from './web';
import { alarmWord, statusWord } from './status-word';

/**
 * The `valtable` of the report. Only TEMPDEG was seen on a real card. The other names are taken from the maps of the CS141
 * manual, and numbers are sent as JSON numbers [inferred].
 */
export function valueTable(reading: PartialStatus, site: Site): ValueTable {
    const { battery = {}, input, output, bypass, identity } = reading;
    const table: Record<string, number | string | undefined> = {
        MODEL: identity?.model,
        STATUS: statusWord(reading),
        SNMPALARMS: alarmWord(reading),
        BATTCAP: rounded(battery.chargePercent),
        BATTVOLT: rounded(battery.voltage, 1),
        BATTERYCURRENT: rounded(battery.current, 1),
        AUTONOMTIME: battery.minutesRemaining === undefined ? undefined : Math.floor(battery.minutesRemaining),
        TEMPDEG: rounded(battery.temperature),
        CNT_PF: input?.lineBads,
        SECONBAT: Math.floor(battery.secondsOnBattery ?? 0),
        OUTFREQ0: rounded(output?.frequency, 1),
        BP_FREQ0: rounded(bypass?.frequency, 1),
        ...perPhase(input?.lines, { INVOLT: 'voltage', INFREQ: 'frequency', INCURR: 'current' }),
        ...perPhase(output?.lines, { OUTPUT_VOLT: 'voltage', OUTPUT_CURR: 'current', OUTPOWER: 'load' }),
        ...perPhase(bypass?.lines, { BP_VOLT: 'voltage' }),
    };
    site.aux.forEach((high, i) => (table[`AUX${i + 1}STATE`] = high ? 1 : 0));
    site.sensors.forEach((value, i) => (table[`TEMP${i + 1}`] = value));
    return Object.fromEntries(
        Object.entries(table).filter((entry): entry is [string, number | string] => entry[1] !== undefined),
    );
}

function perPhase(
    lines: readonly (Line & { load?: number })[] | undefined,
    names: Readonly<Record<string, keyof Line | 'load'>>,
): Record<string, number | undefined> {
    const entries = Object.entries(names).flatMap(([name, quantity]) =>
        (lines ?? []).map((line, i) => [`${name}${i}`, rounded(line[quantity], 1)] as const),
    );
    return Object.fromEntries(entries);
}

function rounded(value: number | undefined, digits = 0): number | undefined {
    return value === undefined ? undefined : Number(value.toFixed(digits));
}
