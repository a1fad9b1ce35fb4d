import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chosen } from './command-line';
import type { Measurement, Result } from './measurement';
import { round } from './statistics';

/** @throws Error if the folder holds no built checkout */
export function requireBuilt(folder: string): void {
    for (const part of ['package.json', 'dist/nodes', 'node_modules', 'flows'])
        if (!existsSync(join(folder, part))) throw new Error(`${folder} is no built checkout: ${part} is missing`);
}

/** Those that can be made of another build too. @throws Error for names of others, and unknown ones */
export function besides(measurements: readonly Measurement[], names: readonly string[]): Measurement[] {
    const found = chosen(measurements, names);
    const own = found.filter(({ anyBuild }) => !anyBuild).map(({ name }) => name);
    if (names.length && own.length) throw new Error(`not beside another build: ${own.join(', ')}`);
    return found.filter(({ anyBuild }) => anyBuild);
}

/**
 * The results of both builds, measured in turn, side by side: for each value the mean over the rounds of either, and what ours is of theirs
 * (0.5 = half as much; null where theirs is 0). `met` is that of ours in all rounds.
 */
export function sideBySide(rounds: readonly (readonly [ours: Result[], theirs: Result[]])[]): object[] {
    const [first] = rounds;
    return first[0].map(({ measurement, unit, target }) => {
        const of = (build: 0 | 1) =>
            rounds.flatMap((both) => both[build].filter((result) => result.measurement === measurement));
        const here = meansOf(of(0));
        const beside = meansOf(of(1));
        const ratio = Object.fromEntries(
            Object.keys(here)
                .filter((key) => key in beside)
                .map((key) => [key, beside[key] === 0 ? null : round(here[key] / beside[key], 3)]),
        );
        const met = target && of(0).every((result) => result.met);
        return { measurement, unit, rounds: rounds.length, here, beside, ratio, target, met };
    });
}

/** Of each value that is a number in all of them, `group.name` where it stands in a group. */
function meansOf(results: readonly Result[]): Record<string, number> {
    const all = results.map(({ target: _target, ...values }) => numbersIn(values));
    const [first = {}] = all;
    const common = Object.keys(first).filter((key) => all.every((values) => key in values));
    return Object.fromEntries(
        common.map((key) => [key, round(all.reduce((sum, values) => sum + values[key], 0) / all.length, 3)]),
    );
}

function numbersIn(values: object, group = ''): Record<string, number> {
    const found: Record<string, number> = {};
    for (const [key, value] of Object.entries(values) as [string, unknown][]) {
        if (typeof value === 'number') found[group + key] = value;
        else if (typeof value === 'object' && value !== null && !Array.isArray(value))
            Object.assign(found, numbersIn(value, `${group}${key}.`));
    }
    return found;
}
