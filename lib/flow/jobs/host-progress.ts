/** One host, outlet or recipient of a job. */
export interface HostProgress {
    name: string;
    state: 'waiting' | 'done' | 'failed';
    /** Why it failed, for people. */
    error?: string;
}

/** More are counted in the log only: a page shows no thousands of hosts. */
const MOST_HOSTS = 512;

/** The outcome of one host, as jobs of any kind tell it. */
interface Told {
    ok: boolean;
    error?: string;
}

/**
 * What a job has achieved for each of its hosts. It reads what jobs keep of themselves: the progress in the journal (`served`, `settled`,
 * `outcomes`), and the detail of an outcome (a list with a name and `ok`).
 * @param whom names of the hosts, from the settings
 * @param kept progress or detail
 * @param over the run has ended: a host without an outcome was not reached
 * @returns undefined: the job tells nothing of single hosts
 */
export function hostProgress(whom: readonly string[], kept: unknown, over: boolean): HostProgress[] | undefined {
    const told = new Map<string, Told>();
    collect(kept, told);
    if (told.size === 0 && (whom.length < 2 || over)) return undefined;
    const left = new Map(told);
    const own = whom.map((name) => {
        const key = [...left.keys()].find((each) => isSame(each, name));
        const outcome = key === undefined ? undefined : left.get(key);
        if (key !== undefined) left.delete(key);
        return stateOf(name, outcome, over);
    });
    return [...own, ...[...left].map(([name, outcome]) => stateOf(name, outcome, over))].slice(0, MOST_HOSTS);
}

function stateOf(name: string, outcome: Told | undefined, over: boolean): HostProgress {
    if (outcome?.ok) return { name, state: 'done' };
    if (!over) return { name, state: 'waiting' };
    return { name, state: 'failed', ...(outcome?.error === undefined ? {} : { error: outcome.error }) };
}

function collect(kept: unknown, told: Map<string, Told>): void {
    if (Array.isArray(kept)) {
        for (const each of kept as unknown[]) noteOutcome(each, told);
        return;
    }
    if (typeof kept !== 'object' || kept === null) return;
    const { served, settled, outcomes, wake } = kept as Record<string, unknown>;
    if (Array.isArray(served)) for (const name of served) told.set(String(name), { ok: true });
    if (typeof settled === 'object' && settled !== null)
        for (const [name, outcome] of Object.entries(settled)) noteOutcome(outcome, told, name);
    if (outcomes !== undefined) collect(outcomes, told);
    if (wake !== undefined) collect(wake, told);
}

function noteOutcome(outcome: unknown, told: Map<string, Told>, fallback?: string): void {
    if (typeof outcome !== 'object' || outcome === null) return;
    const { name, host, port, to, target, ok, error } = outcome as Record<string, unknown>;
    if (typeof ok !== 'boolean') return;
    const own = name ?? host ?? to ?? target ?? fallback;
    if (typeof own !== 'string') return;
    const key = typeof host === 'string' && typeof port === 'number' ? `${host}:${port}` : own;
    told.set(key, { ok, ...(typeof error === 'string' ? { error } : {}) });
}

/** A job names its hosts with their ports, and without them in its settings. */
function isSame(told: string, name: string): boolean {
    const [one, other] = [told.toLowerCase(), name.toLowerCase()];
    return (
        one === other ||
        one === `[${other}]` ||
        one.replace(/:\d+$/, '') === other ||
        one === other.replace(/:\d+$/, '')
    );
}
