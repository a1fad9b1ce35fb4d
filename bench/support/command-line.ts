import { parseArgs } from 'node:util';

export interface Arguments {
    /** Folder of another built checkout. */
    beside?: string;
    /** Small sizes: only to see that the measurements work. */
    quick: boolean;
    /** So often in turn, beside another build. */
    rounds: number;
    /** So long pages are watched. */
    minutes: number;
    names: string[];
}

/** @throws Error for options that do not exist, and rounds or minutes that are no number */
export function parseArguments(args: readonly string[]): Arguments {
    const { values, positionals } = parseArgs({
        args: [...args],
        allowPositionals: true,
        options: {
            beside: { type: 'string' },
            quick: { type: 'boolean', default: false },
            rounds: { type: 'string', default: '2' },
            minutes: { type: 'string', default: '3' },
        },
    });
    const { beside, quick } = values;
    const [rounds, minutes] = (['rounds', 'minutes'] as const).map((name) => {
        const count = Number(values[name]);
        if (!Number.isInteger(count) || count < 1) throw new Error(`--${name} ${values[name]}: a number from 1 on`);
        return count;
    });
    return { beside, quick, rounds, minutes, names: positionals };
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
