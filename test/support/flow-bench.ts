import type { NewLogEntry } from '../../lib/core/journal/event-log';
import { MemoryJournal } from '../../lib/core/journal/memory-journal';
import type { EventMessage, JobResult } from '../../lib/core/messages';
import type { TimingConfig } from '../../lib/core/timing/episode-timing';
import { UNIT_DEFAULTS, type UnitConfig } from '../../lib/core/unit/unit-config';
import { UpsUnit } from '../../lib/core/unit/ups-unit';
import { EdgeRelay } from '../../lib/flow/delivery/edge-relay';
import { Flow } from '../../lib/flow/flow';
import type { JobNode } from '../../lib/flow/jobs/job-node';
import { JobRunner } from '../../lib/flow/jobs/job-runner';
import type { JobContext, JobOutcome, JobSettings, JobSpec } from '../../lib/flow/jobs/job-spec';
import type { Wires } from '../../lib/flow/plan/wires';
import { TimedEpisodes } from '../../lib/flow/timing/timed-episodes';
import { FakeClock } from './fake-clock';
import { codes } from './fake-flow';
import { FakeDriver, onBattery, onMains } from './fake-ups';

export type Work = (context: JobContext, id: string) => Promise<JobOutcome>;

interface BenchJob {
    settings: JobSettings;
    acts: boolean;
    /** Hands its results to those behind it; undefined: nobody is. */
    pass: ((message: EventMessage) => void) | undefined;
}

/** What differs from the flow as it stands. */
export interface BenchOptions {
    timing?: Partial<TimingConfig>;
    unit?: Partial<UnitConfig>;
    /** By id; `behind`: the node whose messages it gets: the event, the timing (default), or another job. */
    jobs?: Record<string, JobSettings & { acts?: boolean; behind?: string }>;
    work?: Work;
    /** The wires of the flow with all its nodes. */
    wires?: () => Wires;
    /** What outlives a kill. */
    journal?: MemoryJournal;
    /** The process has died, and nobody has called `restart` yet: whatever it still does has no effect. */
    dead?: () => boolean;
    dryRun?: boolean;
    /** By id of a job. */
    specs?: Record<string, Partial<JobSpec>>;
    whom?: Record<string, string[]>;
    /** Ids of jobs that take power or service from hosts. */
    shutsDown?: string[];
}

const quiet = { show: () => {}, clear: () => {} };

/**
 * A whole flow without Node-RED: UPS, event, timing and jobs, on a clock that moves when told. Each process has an engine and nodes of its own;
 * what one leaves behind is what stands in `store`.
 */
export class FlowBench {
    /** Seconds since the first start and id of each run of a job. */
    readonly ran: string[] = [];
    readonly results: JobResult[] = [];
    readonly log: NewLogEntry[] = [];
    readonly store;
    clock = new FakeClock();
    flow!: Flow;
    unit!: UpsUnit;
    driver!: FakeDriver;
    private readonly firstAt = this.clock.now();
    private process = 0;
    /** Ids of nodes whose messages get lost: the process dies before they are handed on, or the next node is being replaced. */
    readonly cut = new Set<string>();
    private close: () => Promise<void> = () => Promise.resolve();
    private episodes!: TimedEpisodes;
    private absent: readonly string[] = [];
    private deleted: readonly string[] = [];

    constructor(readonly options: BenchOptions = {}) {
        this.clock.boot = { id: 'boot', origin: 0 };
        const append = (entry: NewLogEntry) => {
            if (!this.isDead) this.log.push(entry);
        };
        this.store = Object.assign(options.journal ?? new MemoryJournal(), { append });
        this.begin();
    }

    private get isDead(): boolean {
        return this.options.dead?.() === true;
    }

    get seconds(): number {
        return Math.round((this.clock.now() - this.firstAt) / 1000);
    }

    /** The process is killed, and starts again after so long. */
    restart(downSeconds = 0): void {
        const { ms } = this.clock.bootTime()!;
        this.clock = new FakeClock(this.clock.now() + downSeconds * 1000);
        this.clock.boot = { id: 'boot', origin: ms + downSeconds * 1000 };
        this.cut.clear();
        this.begin();
    }

    /** All nodes are replaced. @param absent ids of jobs that are not there any more, disabled or deleted */
    async deploy(absent: readonly string[] = [], how: 'disabled' | 'deleted' = 'disabled'): Promise<void> {
        this.flow.deploys.begin();
        this.absent = absent;
        this.deleted = how === 'deleted' ? absent : [];
        await this.close();
        this.nodes(this.flow);
        this.flow.deploys.end();
        await this.clock.advance(0);
    }

    /** So many seconds on battery, read each second. */
    async battery(seconds: number, minutesRemaining = 54): Promise<void> {
        await this.read(seconds, () =>
            onBattery({ battery: { state: 'normal', chargePercent: 90, minutesRemaining, voltage: 50 } }),
        );
    }

    async mains(seconds: number): Promise<void> {
        await this.read(seconds, () => onMains());
    }

    /** Nobody answers. */
    async silence(seconds: number): Promise<void> {
        for (let left = seconds; left > 0; left--) await this.clock.advance(1000);
    }

    private async read(seconds: number, reading: typeof onMains): Promise<void> {
        for (let left = seconds; left > 0; left--) {
            this.driver.read(reading());
            await this.clock.advance(1000 * Math.min(1, left));
        }
    }

    private begin(): void {
        this.process++;
        const { wires } = this.options;
        const drawn = wires && (() => this.withoutDeleted(wires()));
        this.flow = new Flow({ clock: this.clock, texts: codes, wires: drawn, wiresBefore: wires });
        const site = { id: 'site1', name: 'Site', location: '', contact: '', dryRun: this.options.dryRun ?? false };
        this.flow.registry.addSite({ ...site, clock: this.clock, store: this.store });
        this.nodes(this.flow);
        this.flow.deploys.end();
    }

    private withoutDeleted({ events, node, ...others }: Wires): Wires {
        const left = events.map(({ jobs, ...event }) => ({
            ...event,
            jobs: jobs.filter(({ nodeId }) => !this.deleted.includes(nodeId)),
        }));
        return { ...others, events: left, node: (id) => (this.deleted.includes(id) ? undefined : node(id)) };
    }

    private nodes(flow: Flow): void {
        const { timing, unit, jobs = { job: {} } } = this.options;
        const site = flow.registry.site('site1')!;
        this.driver = new FakeDriver();
        this.unit = new UpsUnit({
            id: 'ups1',
            name: 'UPS',
            config: { ...UNIT_DEFAULTS, ...unit },
            clock: this.clock,
            journal: this.store,
            log: this.store,
            text: (id, active) => `${id} ${active ? 'on' : 'off'}`,
            problem: (error) => {
                throw error;
            },
            lasted: (eventId) => flow.registry.lastedBefore('ups1', eventId, 1),
        });
        flow.registry.addSource(this.unit, site);
        const behind = (place: string) => runners.filter(({ id }) => (jobs[id]!.behind ?? 'timing') === place);
        const isWired = (id: string) => Object.values(jobs).some((job) => job.behind === id);
        const pass = (id: string) => (isWired(id) ? (message: EventMessage) => give(message, behind(id)) : undefined);
        const runners: JobRunner[] = Object.entries(jobs)
            .filter(([id]) => !this.absent.includes(id))
            .map(([id, { acts = true, behind: _, ...settings }]) =>
                this.runner(id, { acts, settings, pass: pass(id) }),
            );
        const give = (message: EventMessage, to: JobRunner[]) => {
            for (const job of to)
                this.hand(job.id, () =>
                    job.take(
                        structuredClone(message) as never,
                        () => {},
                        () => {},
                    ),
                );
        };
        const relay = new EdgeRelay(
            flow,
            this.sender('event', (message) => {
                this.hand('timing', () =>
                    message.event.active ? this.episodes.on(message) : this.episodes.off(message),
                );
                give(message, behind('event'));
            }),
            this.unit,
            this.store,
            new Set(['power-fail']),
            (id, active) => `${id} ${active ? 'on' : 'off'}`,
            () => {},
        );
        this.episodes = new TimedEpisodes(
            flow,
            this.sender('timing', (message) => give(message, behind('timing'))),
            { mode: 'after', seconds: 60, repeatSeconds: 0, runtime: 'smaller', ...timing },
            () => {},
            ({ id }) => `${id} off`,
        );
        const { episodes, unit: ups, driver } = this;
        flow.deploys.whenFlowsStarted(() => {
            ups.start();
            ups.addDriver(
                'device1',
                driver,
                () => {},
                () => {},
                { name: 'device', priority: 1, intervalSeconds: 1 },
            );
            relay.start();
            episodes.resume();
            for (const runner of runners) runner.start();
        });
        this.close = async () => {
            flow.registry.removeSource(ups);
            await ups.removeDriver('device1');
            ups.destroy();
            relay.destroy();
            episodes.destroy();
            await Promise.all(runners.map((runner) => runner.close(false)));
        };
    }

    private runner(id: string, { settings, acts, pass }: BenchJob): JobRunner {
        const { work = () => Promise.resolve({ summary: 'done' }) } = this.options;
        const { process } = this;
        const node: JobNode = {
            id,
            isWired: pass !== undefined,
            indicator: quiet,
            label: () => id,
            send: this.sender(id, (message) => pass?.(message)).send,
            error: () => {},
            warn: () => {},
            sourcesBefore: () => ['ups1'],
            whom: () => this.options.whom?.[id] ?? [],
        };
        return new JobRunner(this.flow, node, settings, {
            type: 'bench-job',
            acts,
            shutsDown: this.options.shutsDown?.includes(id),
            describe: () => `would do ${id}`,
            run: (context) => {
                // What a dead process does goes nowhere, and never ends.
                if (process !== this.process || this.isDead) return new Promise(() => {});
                this.ran.push(`${this.seconds} ${id}`);
                return work(context, id);
            },
            ...this.options.specs?.[id],
        });
    }

    /** What a process that has died since still wanted to send goes nowhere. */
    private sender(id: string, pass: (message: EventMessage) => void) {
        const { process } = this;
        return {
            id,
            send: (message: unknown) => {
                if (process === this.process && !this.isDead && !this.cut.has(id)) pass(message as EventMessage);
            },
        };
    }

    /** As by a wire: a turn of the event loop later. */
    private hand(_to: string, arrive: () => void): void {
        const { process } = this;
        setImmediate(() => {
            if (process === this.process && !this.isDead) arrive();
        });
    }
}
