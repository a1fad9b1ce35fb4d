import type { JobResult } from '../../core/messages';
import type { Registry } from '../registry';
import type { Run } from './job-run';

/** Name in the journal of a job: seconds of its latest runs that were done, the latest last. */
const TOOK = 'took';
const RUNS = 5;

/** How long earlier runs of a job took, over restarts: so the plan knows whether it fits in before the battery is empty. */
export class RunTimes {
    /** Read once: a plan asks each job each second. */
    private known: number[] | undefined;

    constructor(
        private readonly registry: Registry,
        private readonly nodeId: string,
    ) {}

    /** A dry run, a run that was stopped and one that was interrupted tell nothing. */
    note({ journal, message, resumed, key }: Run, { ok, dryRun, startedAt, endedAt }: JobResult, acts: boolean): void {
        if (!acts || !ok || dryRun || resumed || !key || !message.event.active) return;
        // The clock on the wall may have been set back meanwhile.
        const took = Math.max(0, endedAt - startedAt) / 1000;
        const before = (journal.getValue(this.nodeId, TOOK) ?? []) as number[];
        this.known = [...before, Math.round(took * 10) / 10].slice(-RUNS);
        journal.setValue(this.nodeId, TOOK, this.known);
    }

    /**
     * The longest of the latest runs, and what the effect takes after it by its settings, seconds; undefined: neither is known.
     * @param declared by the settings
     */
    seconds(declared: number | undefined): number | undefined {
        this.known ??= this.registry.journals().flatMap((each) => (each.getValue(this.nodeId, TOOK) ?? []) as number[]);
        const took = this.known;
        if (took.length === 0) return declared;
        return Math.max(...took) + (declared ?? 0);
    }
}
