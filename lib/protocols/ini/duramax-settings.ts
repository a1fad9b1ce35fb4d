import { refusedFile } from '../shared/refused-file';
import { placeOf, type IniFile } from './ini-file';
import { readSettings, type IniMapping, type IniSetting, type ReadSettings } from './ini-settings';

/** What a device takes, by the id of the setting: limits from the DURAmax hardware manual, which the user has; choices, such as its batteries. */
export type DuramaxLimits = Readonly<Record<string, { min?: number; max?: number; options?: readonly string[] }>>;

/** Longest name of a battery, characters. Ours. */
const LONGEST_NAME = 80;

/**
 * The settings of a Weidmüller DURAmax DC UPS (DURAmax manual, "Battery parameter settings", "PC configuration" and "Configuration Settings"), which gives no
 * ranges: what is checked here is what holds for every such value, and the limits that the user knows. What the keys of its .ini file are called is not
 * public: the names are those of the screen, to suggest a mapping by.
 * @param dodUnit what the deep discharge threshold is in: it is a voltage or a percentage
 */
export function duramaxSettings(dodUnit?: 'V' | '%', limits: DuramaxLimits = {}): IniSetting[] {
    const number = (
        id: string,
        names: string[],
        rest: { unit?: string; whole?: boolean; min?: number; max?: number; above?: number },
    ) => ({ id, names, kind: 'number', ...rest, ...bounds(rest, limits[id]) }) as const;
    /** The choices of the device, if it tells some. */
    const choice = (id: string, names: string[], choices: readonly string[]) =>
        ({ id, names, kind: 'choice', choices: limits[id]?.options ?? choices }) as const;
    const batteries = limits.batterySelection?.options;
    const seconds = (id: string, names: string[]) => number(id, names, { unit: 's', whole: true, min: 0 });
    return [
        number('bufferThreshold', ['Buffer Threshold'], { unit: 'V', above: 0 }),
        number('chargeCurrent', ['Charge Current', 'Charging Current'], { unit: 'A', above: 0 }),
        batteries
            ? choice('batterySelection', BATTERY, batteries)
            : { id: 'batterySelection', names: BATTERY, kind: 'text', most: LONGEST_NAME },
        dodUnit === '%'
            ? number('deepDischargeThreshold', DEEP_DISCHARGE, { unit: '%', min: 0, max: 100 })
            : number('deepDischargeThreshold', DEEP_DISCHARGE, { ...(dodUnit ? { unit: dodUnit } : {}), above: 0 }),
        seconds('maxBufferSeconds', ['Max Buffer Time', 'Maximum Buffer Time', 'Buffer Time']),
        choice('dodProtection', ['DOD Protection', 'Depth Of Discharge Protection'], ['on', 'off']),
        choice('dodUnit', ['DOD V %', 'DOD Unit'], ['V', '%']),
        choice('inputOvp', ['Input OVP', 'OVP'], ['auto', 'latch']),
        seconds('delaySeconds', ['Delay Time']),
        seconds('shutdownSeconds', ['Shut Down Time', 'Shutdown Time']),
        seconds('idleSeconds', ['Idle Time']),
    ];
}

const BATTERY = ['Battery Selection', 'Battery Type'];
const DEEP_DISCHARGE = ['Deep Discharge Threshold', 'Deep Discharge'];

/** The narrower of what always holds and what the user knows. */
function bounds(always: { min?: number; max?: number }, known: { min?: number; max?: number } = {}) {
    const min = Math.max(always.min ?? -Infinity, known.min ?? -Infinity);
    const max = Math.min(always.max ?? Infinity, known.max ?? Infinity);
    return { ...(min > -Infinity ? { min } : {}), ...(max < Infinity ? { max } : {}) };
}

interface Thresholds {
    dodUnit?: 'V' | '%';
    /** V */
    bufferThreshold?: number;
    /** In `dodUnit`. */
    deepDischargeThreshold?: number;
}

/**
 * The settings of a DURAmax file: the unit of the deep discharge threshold is that of the file, or else `present.dodUnit`, that of the device.
 * Of the values of the file and of the device, those of the file hold.
 * @throws UpsError file-refused: as readSettings; ini.order if the deep discharge threshold (V) is not below the buffer threshold
 */
export function readDuramaxSettings(
    file: IniFile,
    mapping: readonly IniMapping[],
    { limits = {}, present = {} }: { limits?: DuramaxLimits; present?: Thresholds } = {},
): ReadSettings {
    const unitAlone = mapping.filter(({ setting }) => setting === 'dodUnit');
    const told = readSettings(file, unitAlone, duramaxSettings(undefined, limits)).values.dodUnit as
        | 'V'
        | '%'
        | undefined;
    const dodUnit = told ?? present.dodUnit;
    const read = readSettings(file, mapping, duramaxSettings(dodUnit, limits));
    const { bufferThreshold, deepDischargeThreshold } = read.values;
    const buffer = Number(bufferThreshold ?? present.bufferThreshold ?? NaN);
    const presentDeep = present.dodUnit === dodUnit ? present.deepDischargeThreshold : undefined;
    const deep = Number(deepDischargeThreshold ?? presentDeep ?? NaN);
    const culprit =
        deepDischargeThreshold !== undefined
            ? 'deepDischargeThreshold'
            : bufferThreshold !== undefined
              ? 'bufferThreshold'
              : undefined;
    if (culprit && dodUnit === 'V' && deep >= buffer) {
        const item = mapping.find(({ setting }) => setting === culprit)!;
        const entry = file.entries.find((each) => placeOf(each) === placeOf(item));
        throw refusedFile('ini.order', { line: entry?.line, deep, buffer });
    }
    return read;
}
