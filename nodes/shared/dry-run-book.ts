import type { Node, NodeAPI } from 'node-red';
import type { Journal } from '../../lib/core/journal/journal';
import type { EventMessage } from '../../lib/core/messages';
import { whenDecided } from './decided';
import { hub, systemClock } from './hub';
import { jobLabel } from './job-label';
import type { JobConfig } from './job-spec';
import { siteWords } from './site-words';

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

/** Everybody who wants to look after each start of the flows, by event bus: one listener on the bus however many nodes there are. */
const lookers = new WeakMap<object, Set<() => void>>();

/**
 * What one job has done for real and what it has only rehearsed, per episode and over restarts: a dry run that is switched on or off in
 * mid-outage loses neither.
 */
export class DryRunBook {
    private readonly waits = new Set<() => void>();

    /** @param again runs the job for real: its event was only rehearsed, holds still, and its site is in dry run no more */
    constructor(
        private readonly RED: NodeAPI,
        private readonly node: Node,
        private readonly type: string,
        private readonly config: JobConfig,
        private readonly again: (message: EventMessage, journal: Journal) => void,
    ) {
        afterEachStart(RED, node, () => this.offerAgain());
        node.on('close', () => this.cancel());
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
        if (active && dry) this.keep(journal, [...others, { message, at: systemClock.now() }].slice(-MOST_REHEARSED));
        else if (others.length < kept.length) this.keep(journal, others);
        if (!TO_HOSTS.has(this.type)) return [];
        const runs = (journal.getValue(SITE_OWNER, REAL_RUNS) ?? []) as RealRun[];
        if (active && !dry) {
            const name = jobLabel(this.RED, siteWords(this.RED, this.config.site, message), this.config, this.type);
            const run: RealRun = { nodeId: this.node.id, name, episode, at: systemClock.now() };
            const rest = runs.filter((each) => each.nodeId !== run.nodeId || each.episode !== episode);
            journal.setValue(SITE_OWNER, REAL_RUNS, [...rest, run].slice(-MOST_REAL_RUNS));
        }
        if (active || !dry) return [];
        return [...new Set(runs.filter(({ at }) => at >= since).map(({ name }) => name))];
    }

    private offerAgain(): void {
        this.cancel();
        for (const journal of hub.journals()) {
            for (const { message } of this.rehearsed(journal)) this.offer(message, journal);
        }
    }

    private offer(message: EventMessage, journal: Journal): void {
        if (hub.isDryRun(message, this.config.site)) return;
        const cancel = whenDecided(message, (holds) => {
            this.waits.delete(cancel);
            if (hub.isDryRun(message, this.config.site)) return;
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

/** A deploy may change the site alone, and leave the job as it was. */
function afterEachStart(RED: NodeAPI, node: Node, look: () => void): void {
    const events = RED.events as NodeJS.EventEmitter;
    let all = lookers.get(events);
    if (!all) {
        const made = new Set<() => void>();
        all = made;
        lookers.set(events, made);
        events.on('flows:started', () => {
            for (const each of [...made]) each();
        });
    }
    const own = all;
    own.add(look);
    node.on('close', () => own.delete(look));
}
