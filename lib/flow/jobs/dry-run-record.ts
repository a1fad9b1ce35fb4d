import type { Journal } from '../../core/journal/journal';
import type { EventMessage } from '../../core/messages';
import { whenConfirmed } from '../delivery/event-confirmation';
import type { Flow } from '../flow';
import type { JobNode } from './job-node';

/** An on edge for which a job only ran as a dry run; the latest of each episode. */
interface RehearsedRun {
    message: EventMessage;
    /** Epoch ms */
    at: number;
}

/** A job that really acted on computers at the begin of an event. */
interface RealRun {
    nodeId: string;
    /** Name of the job, for people. */
    name: string;
    episode: string;
    /** Epoch ms */
    at: number;
}

const REHEARSED = 'dry-run';
const MOST_REHEARSED = 20;
/** Owner of the values of a site in the journal. */
const SITE_OWNER = 'jobs';
const REAL_RUNS = 'real-runs';
const MOST_REAL_RUNS = 50;

/**
 * Records which runs of a job were real and which were dry runs, by episode and over restarts, so that a dry run can be switched on or off
 * in mid-outage without losing an action or its counter job.
 */
export class DryRunRecord {
    private readonly waits = new Set<() => void>();
    private readonly endWatch: () => void;

    /** @param again runs the job for real: it only ran as a dry run, its event is still active, and its site is no longer in dry run */
    constructor(
        private readonly flow: Flow,
        private readonly node: Pick<JobNode, 'id' | 'label'>,
        /** The job acts on computers: only another job can undo that. Relays, outlets and UPSs are always switched back for real. */
        private readonly toHosts: boolean,
        /** Id of the site in the job's settings. */
        private readonly site: string | undefined,
        private readonly again: (message: EventMessage, journal: Journal) => void,
    ) {
        // A deploy may change only the site, and keep the job running.
        this.endWatch = flow.deploys.afterEachStart(() => this.offerAgain());
    }

    /**
     * Notes a finished run. Messages without an episode are not recorded.
     * @returns names of the jobs that really shut something down during the event that has now ended, if this run, which might have
     * withdrawn that, was only a dry run
     */
    note(message: EventMessage, journal: Journal, dry: boolean): string[] {
        const { episode, active, since } = message.event;
        if (!episode) return [];
        const kept = this.rehearsed(journal);
        const others = kept.filter((each) => each.message.event.episode !== episode);
        if (active && dry)
            this.keep(journal, [...others, { message, at: this.flow.clock.now() }].slice(-MOST_REHEARSED));
        else if (others.length < kept.length) this.keep(journal, others);
        if (!this.toHosts) return [];
        const runs = (journal.getValue(SITE_OWNER, REAL_RUNS) ?? []) as RealRun[];
        if (active && !dry) {
            const { registry, texts } = this.flow;
            const name = this.node.label(texts.of(registry.siteOf(message, this.site)).words);
            const run: RealRun = { nodeId: this.node.id, name, episode, at: this.flow.clock.now() };
            const rest = runs.filter((each) => each.nodeId !== run.nodeId || each.episode !== episode);
            journal.setValue(SITE_OWNER, REAL_RUNS, [...rest, run].slice(-MOST_REAL_RUNS));
        }
        if (active || !dry) return [];
        return [...new Set(runs.filter(({ at }) => at >= since).map(({ name }) => name))];
    }

    destroy(): void {
        this.endWatch();
        this.cancel();
    }

    private offerAgain(): void {
        this.cancel();
        for (const journal of this.flow.registry.journals()) {
            for (const { message } of this.rehearsed(journal)) this.offer(message, journal);
        }
    }

    private offer(message: EventMessage, journal: Journal): void {
        if (this.flow.registry.isDryRun(message, this.site)) return;
        const cancel = whenConfirmed(this.flow, message, (holds) => {
            this.waits.delete(cancel);
            if (this.flow.registry.isDryRun(message, this.site)) return;
            const { episode } = message.event;
            const others = this.rehearsed(journal).filter((each) => each.message.event.episode !== episode);
            this.keep(journal, others);
            if (holds) this.again(message, journal);
        });
        this.waits.add(cancel);
    }

    private cancel(): void {
        for (const cancel of this.waits) cancel();
        this.waits.clear();
    }

    private rehearsed(journal: Journal): RehearsedRun[] {
        return (journal.getValue(this.node.id, REHEARSED) ?? []) as RehearsedRun[];
    }

    private keep(journal: Journal, rehearsed: RehearsedRun[]): void {
        journal.setValue(this.node.id, REHEARSED, rehearsed);
    }
}
