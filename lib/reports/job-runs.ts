import type { LogEntry } from '../core/journal/event-log';

/** One run of a job, as the event log tells it. Times: epoch ms. */
export interface JobRun {
    jobId?: string;
    name: string;
    /** Type of its node; absent: the entry does not say. */
    type?: string;
    eventId?: string;
    edge: 'on' | 'off';
    startedAt: number;
    endedAt: number;
    /** `partly`: some hosts were reached. `ended`: its event was over before it was done. `told`: an entry without an outcome. */
    outcome: 'done' | 'partly' | 'failed' | 'dry-run' | 'ended' | 'told';
    dryRun: boolean;
    attempts?: number;
    /** The sentence of the log. */
    text: string;
    error?: string;
    hosts: HostRun[];
    /** The entry stands for so many runs. */
    count?: number;
    /** No run, but what a person ordered: `hold`, `release`, `skip`, `fire` or `abort`. */
    order?: string;
}

export interface HostRun {
    name: string;
    ok: boolean;
    attempts?: number;
    error?: string;
}

interface Result {
    type: string;
    ok: boolean;
    startedAt: number;
    endedAt: number;
    attempts?: number;
    error?: string;
    ended?: string;
    detail?: unknown;
    test?: boolean;
    flapping?: { count?: unknown };
    /** Of an order of a person. */
    order?: unknown;
}

/** The runs for these occurrences, oldest first. Tries by the Test button are no part of an outage. */
export function jobRuns(entries: readonly LogEntry[], episodes: ReadonlySet<string>, sourceId: string): JobRun[] {
    return entries
        .filter(({ kind, episode, nodeId }) => kind !== 'event' && nodeId !== sourceId && episodes.has(episode ?? ''))
        .flatMap((entry) => runOf(entry) ?? [])
        .sort((a, b) => a.startedAt - b.startedAt);
}

function runOf({ kind, at, source, text, eventId, active, nodeId, dryRun, detail }: LogEntry): JobRun | undefined {
    const result = (typeof detail === 'object' && detail !== null ? detail : {}) as Partial<Result>;
    if (result.test) return undefined;
    const isResult = typeof result.type === 'string' && typeof result.ok === 'boolean';
    if (!isResult && kind !== 'job') return undefined;
    const hosts = isResult ? hostsOf(result.detail) : [];
    const count = result.flapping?.count;
    return {
        ...(nodeId ? { jobId: nodeId } : {}),
        name: source,
        ...(isResult ? { type: result.type } : {}),
        ...(eventId ? { eventId } : {}),
        edge: active === false ? 'off' : 'on',
        startedAt: stamp(result.startedAt) ?? at,
        endedAt: stamp(result.endedAt) ?? at,
        outcome: isResult ? outcomeOf(result, dryRun === true, hosts) : 'told',
        dryRun: dryRun === true,
        ...(typeof result.attempts === 'number' ? { attempts: result.attempts } : {}),
        text,
        ...(typeof result.error === 'string' ? { error: result.error } : {}),
        hosts,
        ...(typeof count === 'number' ? { count } : {}),
        ...(typeof result.order === 'string' ? { order: result.order } : {}),
    };
}

function outcomeOf({ ok, ended }: Partial<Result>, dryRun: boolean, hosts: readonly HostRun[]): JobRun['outcome'] {
    if (ended !== undefined) return 'ended';
    if (!ok) return hosts.some((host) => host.ok) ? 'partly' : 'failed';
    return dryRun ? 'dry-run' : 'done';
}

/** A job for several hosts reports a list with an outcome for each; its entries are named by what they have. */
function hostsOf(detail: unknown): HostRun[] {
    if (!Array.isArray(detail)) return [];
    return detail.flatMap((each: unknown): HostRun[] => {
        if (typeof each !== 'object' || each === null) return [];
        const { ok, attempts, error, ...names } = each as Record<string, unknown>;
        const name = ['name', 'host', 'computer', 'mac', 'number', 'to'].map((key) => names[key]).find(isName);
        if (typeof ok !== 'boolean' || name === undefined) return [];
        const { port } = names;
        return [
            {
                name: typeof port === 'number' ? `${name}:${port}` : name,
                ok,
                ...(typeof attempts === 'number' ? { attempts } : {}),
                ...(typeof error === 'string' ? { error } : {}),
            },
        ];
    });
}

function isName(value: unknown): value is string {
    return typeof value === 'string' && value !== '';
}

function stamp(value: unknown): number | undefined {
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
