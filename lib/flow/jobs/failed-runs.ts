import type { Journal } from '../../core/journal/journal';
import type { EventMessage, JobResult } from '../../core/messages';
import type { Registry } from '../registry';
import type { RunView } from './job-view';

/** A run that has failed, as it is needed to run it again. JSON, in the journal. */
interface FailedRun {
    run: RunView;
    /** The edge that it acted on, without the reading of that time. */
    message: Omit<EventMessage, 'status'>;
    progress?: unknown;
}

const NAME = 'failed-runs';
const MOST = 20;
const LONGEST_MS = 7 * 86_400_000;

/**
 * The runs of one job that have failed and that nobody has run again, so that a person can: also after a restart. What a run has achieved is kept,
 * and not done again.
 */
export class FailedRuns {
    private known: { journal: Journal; failed: FailedRun }[] = [];

    constructor(
        private readonly registry: Registry,
        private readonly nodeId: string,
    ) {}

    /** Reads what an earlier process has left. */
    resume(): void {
        this.known = this.registry
            .journals()
            .flatMap((journal) => this.in(journal).map((failed) => ({ journal, failed })));
    }

    views(): RunView[] {
        return this.known.map(({ failed }) => failed.run);
    }

    /** Notes how a run ended, in a transaction of its journal. A later run of the same edge takes the place of an earlier one. */
    note(
        run: RunView,
        { ok, ended, dryRun }: JobResult,
        of: { message: EventMessage; progress: unknown; journal: Journal },
    ): void {
        const { journal, progress } = of;
        const others = this.in(journal).filter((each) => !isSameEdge(each.run, run));
        if (ok || ended || dryRun) {
            if (others.length < this.in(journal).length) this.save(journal, others);
            return;
        }
        const { status: _, ...message } = of.message;
        this.save(journal, [...others, { run, message, ...(progress === undefined ? {} : { progress }) }]);
    }

    /** The message of a run that has failed. */
    messageOf(run: RunView): FailedRun['message'] | undefined {
        const found = this.find(run)?.failed.message;
        return found && structuredClone(found);
    }

    /** A run begins in place of one that has failed. Call it in a transaction. @returns the progress that it begins with */
    take(run: RunView): unknown {
        const found = this.find(run);
        if (!found) return undefined;
        this.save(
            found.journal,
            this.in(found.journal).filter((each) => !isSameRun(each.run, run)),
        );
        return achieved(found.failed.progress);
    }

    private find(run: RunView) {
        return this.known.find(({ failed }) => isSameRun(failed.run, run));
    }

    private in(journal: Journal): FailedRun[] {
        return (journal.getValue(this.nodeId, NAME) ?? []) as FailedRun[];
    }

    private save(journal: Journal, failed: readonly FailedRun[]): void {
        const latest = Math.max(0, ...failed.map(({ run }) => run.endedAt ?? 0));
        const kept = failed.filter(({ run }) => latest - (run.endedAt ?? 0) < LONGEST_MS).slice(-MOST);
        journal.setValue(this.nodeId, NAME, kept.length > 0 ? kept : undefined);
        const others = this.known.filter((each) => each.journal !== journal);
        this.known = [...others, ...kept.map((each) => ({ journal, failed: each }))];
    }
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

/**
 * What jobs of any kind keep of themselves (see `hostProgress`), without the failures: a run that begins with it tries only those again.
 * Undefined: nothing that could be told apart; everything is done anew.
 */
function achieved(progress: unknown): unknown {
    if (Array.isArray(progress)) return (progress as unknown[]).filter(isOk);
    if (typeof progress !== 'object' || progress === null) return undefined;
    const { served, settled, outcomes, wake, ...others } = progress as Record<string, unknown>;
    if (Array.isArray(served)) return progress;
    if (Array.isArray(outcomes)) return { outcomes: outcomes.filter(isOk) };
    if (isPlain(settled)) {
        const own = okOnes(settled);
        return { ...('accepted' in others ? { accepted: Object.keys(own) } : {}), settled: own };
    }
    if (isPlain(wake) && isPlain(wake.settled))
        return { ...others, wake: { begun: {}, settled: okOnes(wake.settled) } };
    return undefined;
}

function okOnes(settled: Record<string, unknown>): Record<string, unknown> {
    return Object.fromEntries(Object.entries(settled).filter(([, outcome]) => isOk(outcome)));
}

function isOk(outcome: unknown): boolean {
    return isPlain(outcome) && outcome.ok === true;
}

function isPlain(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
