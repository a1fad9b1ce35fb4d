import { deliveryKey, type Journal } from '../../core/journal/journal';
import type { EventMessage } from '../../core/messages';
import type { Flow } from '../flow';
import type { Wires } from '../plan/wires';
import type { JobNode } from './job-node';
import type { JobSettings } from './job-spec';
import { OwedJobs } from './owed-jobs';
import { sendersOf, type Senders } from './wired-senders';

/** A job whose node closes. */
interface LeavingJob {
    nodeId: string;
    /** For a node in an instance of a subflow: its id in the template, and the id of the instance. */
    subflowOrigin?: { id: string; inside: string };
    /** Its label, in the language of its site. */
    name: string;
    /** Id of the site in its settings. */
    site?: string;
    edge: 'on' | 'off' | 'both';
    acts: boolean;
    shutsDown: boolean;
}

/** A job whose node was deleted or disabled while the flow ran. */
interface AbsentJob extends LeavingJob, Senders {
    missed: Missed[];
}

/** The first edge of an occurrence on which an absent job did not run. */
interface Missed {
    sourceId: string;
    eventId: string;
    episode: string;
    active: boolean;
    /** Epoch ms */
    at: number;
    /** The sentence of the event. */
    event: string;
    why: 'missed' | 'missedOwed' | 'missedPerhaps';
    /** It is in the event log. */
    logged: boolean;
}

const OWNER = 'jobs';
const ABSENT = 'absent';
const MOST_ABSENT = 50;
const MOST_MISSED = 20;

/**
 * The jobs that somebody has deleted or disabled while the flow ran, and what they miss until they are put back. Nobody receives a message
 * for such a job, so the nodes that send the messages report them here. The event log says once for each occurrence that the job did not
 * run: at once for a disabled node, and when it is put back for a deleted one, which may be gone on purpose. A counter job stays owed, and
 * runs when its node is put back; a job that takes power or service from hosts never runs late.
 */
export class AbsentJobs {
    private readonly leaving = new Map<string, LeavingJob>();
    private known: AbsentJob[] | undefined;
    /** Ids on the canvas of the disabled nodes, by deploy. */
    private drawn: { deploy: number; isDrawn(id: string): boolean } | undefined;

    /**
     * @param wires of the running flow
     * @param wiresBefore those of the flow before the deploy that is under way
     */
    constructor(
        private readonly flow: Flow,
        private readonly wires: () => Wires,
        private readonly wiresBefore: () => Wires,
    ) {
        const forget = () => void (this.known = undefined);
        flow.deploys.atEachStart(() => {
            forget();
            this.addLeft();
        });
        flow.registry.onTakenOver(forget);
        flow.registry.onChange(({ kind }) => kind === 'site' && forget());
    }

    /**
     * The node of a job closes; if it has no successor at the end of the deploy, the job is absent.
     * @param edge the edges that it runs on
     */
    leave(
        { id: nodeId, subflowOrigin, label }: Pick<JobNode, 'id' | 'subflowOrigin' | 'label'>,
        { site, log }: JobSettings,
        { acts = false, shutsDown = false }: { acts?: boolean; shutsDown?: boolean },
        edge: LeavingJob['edge'],
    ): void {
        if (!acts && log === 'never') return;
        const { texts, registry } = this.flow;
        const name = label(texts.of(registry.siteOf(undefined, site)).words);
        this.leaving.set(nodeId, { nodeId, subflowOrigin, name, site, edge, acts, shutsDown });
    }

    /** A node passes a message on. */
    sent(senderId: string, message: EventMessage): void {
        // What is sent during a deploy is sent again after it.
        if (this.flow.deploys.inProgress || !message.event.episode) return;
        for (const job of this.jobs()) {
            const sure = job.sure.includes(senderId);
            if ((sure || job.unsure.includes(senderId)) && !this.isBack(job)) this.miss(job, message, sure);
        }
    }

    /**
     * The node is put back: what it has missed is told, as far as that was not done.
     * @param shutsDown it was changed to a job that takes power or service from hosts: nothing stays owed
     */
    putBack(nodeId: string, shutsDown = false): void {
        const job = this.jobs().find((each) => each.nodeId === nodeId);
        if (!job) return;
        for (const missed of job.missed) if (!missed.logged) this.log(job, missed);
        if (shutsDown) this.forgetOwed(nodeId);
        this.save(this.jobs().filter((each) => each !== job));
    }

    private jobs(): AbsentJob[] {
        if (!this.known) {
            const all = this.flow.registry
                .journals()
                .flatMap((journal) => (journal.getValue(OWNER, ABSENT) ?? []) as AbsentJob[]);
            this.known = [...new Map(all.map((job) => [job.nodeId, job])).values()];
        }
        return this.known;
    }

    /** Every journal has them: the site of a message is known only when it is sent. */
    private save(jobs: AbsentJob[]): void {
        this.known = jobs.slice(-MOST_ABSENT);
        for (const journal of this.flow.registry.journals())
            journal.setValue(OWNER, ABSENT, this.known.length > 0 ? this.known : undefined);
    }

    private addLeft(): void {
        const gone = [...this.leaving.values()].filter((job) => !this.isBack(job));
        this.leaving.clear();
        if (gone.length === 0) return;
        const before = this.wiresBefore();
        const absent = gone.map((job) => ({ ...job, ...sendersIn(job, before), missed: [] }));
        const others = this.jobs().filter((known) => !absent.some(({ nodeId }) => nodeId === known.nodeId));
        this.save([...others, ...absent.filter(({ sure, unsure }) => sure.length + unsure.length > 0)]);
    }

    private isBack({ nodeId }: LeavingJob): boolean {
        return this.flow.registry.byId(nodeId)?.kind === 'job';
    }

    private miss(job: AbsentJob, message: EventMessage, sure: boolean): void {
        const { id: eventId, sourceId, episode, active, text } = message.event;
        if (job.edge !== 'both' && active !== (job.edge === 'on')) return;
        const journal = this.flow.registry.journalOf(message, job.site);
        if (journal.jobState(job.nodeId, deliveryKey(message))) return;
        const owed = sure && !active && job.acts && !job.shutsDown;
        const why = owed ? 'missedOwed' : sure ? 'missed' : 'missedPerhaps';
        journal.transaction(() => {
            if (owed) this.owe(job, message, journal);
            if (job.missed.some((known) => known.episode === episode)) return;
            const logged = this.isDisabled(job);
            const missed = {
                sourceId,
                eventId,
                episode,
                active,
                at: this.flow.clock.now(),
                event: text,
                why,
                logged,
            } as const;
            job.missed = [...job.missed, missed].slice(-MOST_MISSED);
            this.save(this.jobs());
            if (logged) this.log(job, missed);
        });
    }

    /** As if the job had begun and been interrupted: its node continues it when it is put back. */
    private owe({ nodeId }: AbsentJob, message: EventMessage, journal: Journal): void {
        const key = deliveryKey(message);
        new OwedJobs(
            this.flow,
            nodeId,
            true,
            () => false,
            () => {},
        ).supersede(message, key, journal, []);
        journal.beginJob({ nodeId, key, message, at: this.flow.clock.now() });
    }

    private forgetOwed(nodeId: string): void {
        for (const journal of this.flow.registry.journals()) {
            for (const { key, message } of journal.interruptedJobs(nodeId))
                if (!message.event.active) journal.finishJob(nodeId, key, this.flow.clock.now());
        }
    }

    /** The node is still on the canvas. */
    private isDisabled(job: AbsentJob): boolean {
        const { deployCount } = this.flow.deploys;
        if (this.drawn?.deploy !== deployCount) {
            const { node } = this.wires();
            this.drawn = { deploy: deployCount, isDrawn: (id) => node(id) !== undefined };
        }
        return this.drawn.isDrawn(drawnId(job));
    }

    private log(job: AbsentJob, { why, at, event, eventId, episode, active, sourceId }: Missed): void {
        const { registry, texts, clock } = this.flow;
        const of = { event: { sourceId } } as EventMessage;
        const site = registry.siteOf(of, job.site);
        const dryRun = registry.isDryRun(of, job.site);
        site?.store.append({
            at: clock.now(),
            kind: 'job',
            level: job.acts && !dryRun ? 'error' : 'warning',
            source: job.name,
            text: texts.of(site).status(why, { event, time: { date: at } }),
            eventId,
            episode,
            active,
            nodeId: job.nodeId,
            dryRun,
        });
    }
}

function drawnId({ nodeId, subflowOrigin }: LeavingJob): string {
    return subflowOrigin?.id ?? nodeId;
}

/** In an instance of a subflow, Node-RED names a node by the instance and its id in the template. */
function sendersIn(job: LeavingJob, wires: Wires): Senders {
    const { sure, unsure } = sendersOf(drawnId(job), wires);
    const { subflowOrigin } = job;
    if (!subflowOrigin) return { sure, unsure };
    const both = (ids: string[]) => ids.flatMap((id) => [id, `${subflowOrigin.inside}-${id}`]);
    return { sure: both(sure), unsure: both(unsure) };
}
