import type { Evidence, EventMessage } from '../../../lib/core/messages';
import type { LogEntry } from '../../../lib/core/journal/event-log';
import { evidenceOf } from '../../../lib/reports/evidence';
import { onePerFlow, type RuntimeFlow } from '../runtime/flow-of';

/** The entry of an edge is the first of its episode, but for jobs that were faster. */
const FIRST_ENTRIES = 20;
const MOST = 500;
/** So long an episode without evidence is not looked for again, ms. */
const AGAIN_MS = 60_000;

/** The evidence of events that an earlier process has raised: the log has it. Read once for each episode: views are made each second. */
export class KeptEvidence {
    private readonly known = new Map<string, { evidence: Evidence | undefined; at: number }>();

    constructor(private readonly flow: RuntimeFlow) {}

    /** Undefined: the log has no entry with evidence any more. */
    of(sourceId: string, eventId: string, episode: string): Evidence | undefined {
        const now = this.flow.clock.monotonic();
        const known = this.known.get(episode);
        if (known && (known.evidence || now - known.at < AGAIN_MS)) return known.evidence;
        const evidence = this.read(sourceId, eventId, episode);
        this.known.delete(episode);
        this.known.set(episode, { evidence, at: now });
        if (this.known.size > MOST) this.known.delete(this.known.keys().next().value!);
        return evidence;
    }

    private read(sourceId: string, eventId: string, episode: string): Evidence | undefined {
        const site = this.flow.registry.siteOf({ event: { sourceId } } as EventMessage);
        const entries = site?.store.oldestLogEntries({ episode, limit: FIRST_ENTRIES }) ?? [];
        return entries.filter((entry) => entry.eventId === eventId && entry.active).flatMap(wholeEvidence)[0];
    }
}

export const keptEvidenceOf = onePerFlow((flow) => new KeptEvidence(flow));

function wholeEvidence(entry: LogEntry): Evidence[] {
    const { rule, values, ageSeconds, presumed } = evidenceOf(entry);
    if (typeof rule !== 'string' || typeof values !== 'object' || values === null) return [];
    return [{ rule, values, ageSeconds: ageSeconds ?? 0, ...(presumed ? { presumed } : {}) }];
}
