import type { Journal } from '../../core/journal/journal';
import type { EventMessage, JobResult } from '../../core/messages';
import { pathOf } from '../plan/step-orders';
import type { Registry } from '../registry';
import { achieved } from './achieved';
import { hostProgress } from './host-progress';
import type { Run } from './job-run';
import { viewedEdge, type JobView, type RunView } from './job-view';

/** A finished run. JSON, in the journal. */
interface FinishedRun {
    run: RunView;
    /** Of one that has failed, and that nobody has run again: what is needed for that. */
    again?: Again;
}

interface Again {
    /** The edge that it acted on, without the reading of that time. */
    message: Omit<EventMessage, 'status'>;
    progress?: unknown;
}

interface Known extends FinishedRun {
    /** Absent: the run is not worth a write, and is forgotten with the process. */
    journal?: Journal;
}

const NAME = 'finished-runs';
/** Earlier versions kept a run that had failed twice: for its outcome, and to run it again. */
const OLD = { past: 'past', failed: 'failed-runs' } as const;
const MOST_PAST = 50;
const MOST_FAILED = 20;
const MOST = MOST_PAST + MOST_FAILED;
const LONGEST_MS = 7 * 86_400_000;

/**
 * The finished runs of one job: of each edge of an event and each path the latest, and all that have failed and that nobody has run again, so that a
 * person can. Those of on edges outlive the process, if the job acts or has failed, and so do all that can be run again: in an outage people have to
 * see after a restart, too, which host was not reached. What a run has achieved is kept, and not done again.
 */
export class FinishedRuns {
    /** Read once: a plan asks each job each second. */
    private known: Known[] | undefined;

    constructor(
        private readonly registry: Registry,
        private readonly nodeId: string,
    ) {}

    /** The latest last. */
    views(): RunView[] {
        return this.all().map(({ run }) => run);
    }

    /** Another process, or an earlier one, has left its journal to this one. */
    readAgain(): void {
        this.known = undefined;
    }

    /** Notes how a run ended, in the transaction that reports the outcome. A later run of the same edge takes the place of an earlier one. */
    note(of: Run, result: JobResult, { whom, acts }: Pick<JobView, 'whom' | 'acts'>): void {
        const run = finished(of.message.event, result, whom);
        const { journal, key } = of;
        if (!key) return this.remember(run);
        const kept = this.in(journal);
        const others = kept.flatMap((each) => besides(each, run));
        const again = result.ok || result.ended || result.dryRun ? undefined : againOf(of);
        // A reminder each second that went well is not worth a write each.
        const wasKept = kept.some((each) => isSamePlace(each.run, run));
        if (again) this.save(journal, [...others, { run, again }]);
        else if (run.active && (acts || !result.ok || wasKept)) this.save(journal, [...others, { run }]);
        else {
            if (kept.length !== others.length || others.some((each) => !kept.includes(each)))
                this.save(journal, others);
            this.remember(run);
        }
    }

    /** The message of a run that has failed. */
    messageOf(run: RunView): Again['message'] | undefined {
        const message = this.failed(run)?.again?.message;
        return message && structuredClone(message);
    }

    /** A run begins in place of one that has failed. Call it in a transaction. @returns the progress that it begins with */
    take(run: RunView): unknown {
        const found = this.failed(run);
        if (!found?.journal) return undefined;
        this.save(
            found.journal,
            this.in(found.journal).filter((each) => !isSameRun(each.run, run)),
        );
        return achieved(found.again?.progress);
    }

    private failed(run: RunView): Known | undefined {
        return this.all().find((each) => each.again && isSameRun(each.run, run));
    }

    private all(): Known[] {
        this.known ??= inOrder(
            this.registry.journals().flatMap((journal) => this.in(journal).map((each) => ({ ...each, journal }))),
        );
        return this.known;
    }

    /** In memory alone. */
    private remember(run: RunView): void {
        const others = this.all().filter((each) => each.again !== undefined || !isSamePlace(each.run, run));
        this.known = inOrder([...others, { run }]);
    }

    private in(journal: Journal): FinishedRun[] {
        const kept = journal.getValue(this.nodeId, NAME) as FinishedRun[] | undefined;
        return kept ?? this.ofEarlierVersion(journal);
    }

    private save(journal: Journal, runs: readonly FinishedRun[]): void {
        const isFirst = journal.getValue(this.nodeId, NAME) === undefined;
        const kept = limited(runs);
        journal.setValue(this.nodeId, NAME, kept.length > 0 ? kept : undefined);
        if (isFirst) for (const name of Object.values(OLD)) journal.setValue(this.nodeId, name, undefined);
        const isReplaced = (each: Known) => !each.journal && kept.some(({ run }) => isSamePlace(run, each.run));
        const others = this.all().filter((each) => each.journal !== journal && !isReplaced(each));
        this.known = inOrder([...others, ...kept.map((each) => ({ ...each, journal }))]);
    }

    private ofEarlierVersion(journal: Journal): FinishedRun[] {
        const past = (journal.getValue(this.nodeId, OLD.past) ?? []) as RunView[];
        const failed = (journal.getValue(this.nodeId, OLD.failed) ?? []) as (Again & { run: RunView })[];
        return [
            ...past.filter((run) => !failed.some((each) => isSameRun(each.run, run))).map((run) => ({ run })),
            ...failed.map(({ run, ...again }) => ({ run, again })),
        ];
    }
}

function finished(
    event: EventMessage['event'],
    { ok, ended, dryRun, endedAt, error, detail }: JobResult,
    whom: readonly string[],
): RunView {
    const hosts = dryRun ? undefined : hostProgress(whom, detail, true);
    return {
        ...viewedEdge(event),
        state: ok ? 'done' : ended ? 'ended' : 'failed',
        dryRun,
        endedAt,
        ...(error === undefined ? {} : { error }),
        ...(hosts ? { hosts } : {}),
    };
}

function againOf({ message: { status: _, ...message }, progress }: Run): Again {
    return { message, ...(progress === undefined ? {} : { progress }) };
}

/** What is left of a finished run beside a later one. Of the same edge by another path there is nothing to run again, and on edges show how it went. */
function besides(each: FinishedRun, later: RunView): FinishedRun[] {
    const { run, again } = each;
    if (!again) return isSamePlace(run, later) ? [] : [each];
    if (!isSameEdge(run, later)) return [each];
    return isSamePlace(run, later) || !run.active ? [] : [{ run }];
}

/** Those that can be run again are limited by age and number; of the others, the latest of each place are kept. */
function limited(runs: readonly FinishedRun[]): FinishedRun[] {
    const failed = runs.filter(({ again }) => again);
    const latest = Math.max(0, ...failed.map(({ run }) => run.endedAt ?? 0));
    const young = failed.filter(({ run }) => latest - (run.endedAt ?? 0) < LONGEST_MS).slice(-MOST_FAILED);
    const past = runs.filter(({ again }) => !again).slice(-MOST_PAST);
    return runs.filter((each) => young.includes(each) || past.includes(each));
}

/** The latest last; of each place one, but for those that can be run again. */
function inOrder(runs: readonly Known[]): Known[] {
    const sorted = runs.toSorted((one, other) => (one.run.endedAt ?? 0) - (other.run.endedAt ?? 0));
    const last = new Map(sorted.map((each) => [placeOf(each.run), each]));
    return sorted.filter((each) => each.again !== undefined || last.get(placeOf(each.run)) === each).slice(-MOST);
}

/** An edge of an event, of whichever occurrence, and the path that it has come by. */
function placeOf({ sourceId, eventId, active, firing }: RunView): string {
    return JSON.stringify([sourceId, eventId, active, pathOf(firing)]);
}

function isSamePlace(one: RunView, other: RunView): boolean {
    return placeOf(one) === placeOf(other);
}

function isSameEdge(one: RunView, other: RunView): boolean {
    return (
        one.sourceId === other.sourceId &&
        one.eventId === other.eventId &&
        one.episode === other.episode &&
        one.active === other.active
    );
}

function isSameRun(one: RunView, other: RunView): boolean {
    return isSameEdge(one, other) && one.firing === other.firing && one.endedAt === other.endedAt;
}
