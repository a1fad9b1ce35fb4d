/** One figure with what it is held against. Further properties tell how it came about. */
export interface Result {
    measurement: string;
    unit: string;
    /** Upper limits of values of the same name; null where none is set. */
    target: Record<string, number> | null;
    met: boolean | null;
    [detail: string]: unknown;
}

/** What is measured, and how thoroughly. */
export interface Bench {
    /** The package as it is loaded into Node-RED: a built checkout. */
    folder: string;
    /** Where the shipped flows are: beside another build those of that build, which both must run. */
    shippedFlows: string;
    /** So many of what is done in full; few of them when it only is to be seen that the measurement works. */
    size(full: number): number;
    /** So long pages are watched. */
    minutes: number;
}

/** A measurement cleans up after itself, also when it fails, and is bounded in time. */
export interface Measurement {
    name: string;
    /** What of this package it measures runs in Node-RED alone: another build can be measured in the same way. */
    anyBuild?: true;
    run(bench: Bench): Promise<Result[]>;
}

/**
 * Whether no value is above its target of the same name.
 * @throws Error if a target has no value: it could never be missed
 */
export function withinTargets(values: Record<string, unknown>, target: Record<string, number>): boolean {
    return Object.entries(target).every(([name, limit]) => {
        const value = values[name];
        if (typeof value !== 'number') throw new Error(`no value for the target ${name}`);
        return value <= limit;
    });
}
