import { parseArgs } from 'node:util';

export interface Arguments {
    /** Folder of another built checkout. */
    beside?: string;
    /** Small sizes: only to see that the measurements work. */
    quick: boolean;
    /** So often in turn, beside another build. */
    rounds: number;
    names: string[];
}

/** @throws Error for options that do not exist, and rounds that are no number */
export function parseArguments(args: readonly string[]): Arguments {
    const { values, positionals } = parseArgs({
        args: [...args],
        allowPositionals: true,
        options: {
            beside: { type: 'string' },
            quick: { type: 'boolean', default: false },
            rounds: { type: 'string', default: '2' },
        },
    });
    const rounds = Number(values.rounds);
    if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds ${values.rounds}: a number from 1 on`);
    return { beside: values.beside, quick: values.quick, rounds, names: positionals };
}

/** Those of these names, in their own order; all of them without names. @throws Error for unknown names */
export function chosen<M extends { name: string }>(measurements: readonly M[], names: readonly string[]): M[] {
    const unknown = names.filter((name) => !measurements.some((measurement) => measurement.name === name));
    if (unknown.length) {
        const all = measurements.map(({ name }) => name).join(', ');
        throw new Error(`unknown: ${unknown.join(', ')}. There are: ${all}`);
    }
    return measurements.filter(({ name }) => !names.length || names.includes(name));
}
