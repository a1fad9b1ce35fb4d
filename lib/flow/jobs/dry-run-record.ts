import type { Journal } from '../../core/journal/journal';
import type { EventMessage } from '../../core/messages';
import { whenConfirmed } from '../delivery/event-confirmation';
import type { Flow } from '../flow';
import type { JobNode } from './job-node';

/** An on edge that a job has only rehearsed; of each episode the latest. */
interface Rehearsed {
    message: EventMessage;
    /** Epoch ms */
    at: number;
}

/** What was done for real to computers at the beginning of an event. */
interface RealRun {
    nodeId: string;
    /** Of the job, for people. */
    name: string;
    episode: string;
    /** Epoch ms */
    at: number;
}

const REHEARSED = 'dry-run';
const MOST_REHEARSED = 20;
/** Of a site. */
const SITE_OWNER = 'jobs';
const REAL_RUNS = 'real-runs';
const MOST_REAL_RUNS = 50;

/** Jobs that do something to computers which only another job can take back. Relays, outlets and UPSs are taken back for real. */
const TO_HOSTS: ReadonlySet<string> = new Set(['ups-rccmd', 'ups-ssh', 'ups-remote-command', 'ups-wol']);

/**
 * What one job has done for real and what it has only rehearsed, per episode and over restarts: a dry run that is switched on or off in
 * mid-outage loses neither.
 */
export class DryRunRecord {
    private readonly waits = new Set<() => void>();
    private readonly endWatch: () => void;

    /** @param again runs the job for real: its event was only rehearsed, holds still, and its site is in dry run no more */
    constructor(
        private readonly flow: Flow,
        private readonly node: Pick<JobNode, 'id' | 'label'>,
        private readonly type: string,
        /** Id of the site that the job was given. */
        private readonly site: string | undefined,
        private readonly again: (message: EventMessage, journal: Journal) => void,
    ) {
        // A deploy may change the site alone, and leave the job as it was.
        this.endWatch = flow.deploys.afterEachStart(() => this.offerAgain());
    }

    /**
     * Notes a run that is over. Messages without an episode are not kept.
     * @returns names of the jobs that shut something down for real during the event that has ended now, when this one, which might have taken it
     * back, was only rehearsed
     */
    note(message: EventMessage, journal: Journal, dry: boolean): string[] {
        const { episode, active, since } = message.event;
        if (!episode) return [];
        const kept = this.rehearsed(journal);
        const others = kept.filter((each) => each.message.event.episode !== episode);
        if (active && dry)
            this.keep(journal, [...others, { message, at: this.flow.clock.now() }].slice(-MOST_REHEARSED));
        else if (others.length < kept.length) this.keep(journal, others);
        if (!TO_HOSTS.has(this.type)) return [];
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

    private rehearsed(journal: Journal): Rehearsed[] {
        return (journal.getValue(this.node.id, REHEARSED) ?? []) as Rehearsed[];
    }

    private keep(journal: Journal, rehearsed: Rehearsed[]): void {
        journal.setValue(this.node.id, REHEARSED, rehearsed);
    }
}
