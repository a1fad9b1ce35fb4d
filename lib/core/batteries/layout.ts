import { UpsError } from '../errors';
import { MOST_MODULES, MOST_STRINGS } from './model';

/** How the blocks of a battery are divided among its strings: equally, by running number (CS141 manual, "Number of battery strings"). */
export interface BatteryLayout {
    readonly modules: number;
    readonly strings: number;
    readonly perString: number;
    /** The string of a module, both from 1. */
    stringOf(module: number): number;
    /** The first and the last module of a string, from 1. */
    modulesOf(string: number): readonly [first: number, last: number];
}

/** @throws UpsError out-of-range for counts beyond the limits, or if the strings are not equally long */
export function layoutOf(modules: number, strings: number): BatteryLayout {
    if (!Number.isInteger(modules) || modules < 1 || modules > MOST_MODULES)
        throw new UpsError('out-of-range', { property: 'modules', value: modules, min: 1, max: MOST_MODULES });
    if (!Number.isInteger(strings) || strings < 1 || strings > MOST_STRINGS || modules % strings !== 0)
        throw new UpsError('out-of-range', { property: 'strings', value: strings, min: 1, max: MOST_STRINGS });
    const perString = modules / strings;
    return {
        modules,
        strings,
        perString,
        stringOf: (module) => Math.ceil(module / perString),
        modulesOf: (string) => [(string - 1) * perString + 1, string * perString],
    };
}
