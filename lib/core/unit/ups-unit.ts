import { remainingSeconds } from '../battery/remaining';
import { realMs, type Clock, type TimerHandle } from '../clock';
import { commandName, type CommandResult, type SettingInfo, type UpsCommand, type UpsDriver } from '../driver';
import { UpsError } from '../errors';
import { EpisodeBook } from '../events/episodes';
import { EventEngine, type Edge } from '../events/event-engine';
import { UPS_EVENTS, type UpsEventId } from '../events/ids';
import type { EventSource, EventState, RuntimeChoice, SourceChange } from '../events/source';
import type { Journal } from '../journal/journal';
import type { EventInfo } from '../messages';
import { emptyStatus, type PartialStatus, type UpsStatus } from '../status/status';
import { BatteryMemory } from './battery-memory';
import { BatteryWatch } from './battery-watch';
import { EdgeNews } from './edge-news';
import type { Feed } from './feed';
import { Followers } from './followers';
import { KeptReading } from './kept-reading';
import { MainsJudge } from './mains-judge';
import { PathMemory } from './path-memory';
import { presumedStatus, testsBattery } from './presumed';
import { Resumption } from './resumption';
import { saneReading } from './sane-reading';
import type { UnitConfig } from './unit-config';
import type { UnitOptions } from './unit-options';
import { Ways, type WayOptions, type WayView } from './ways';

const TICK_MS = 1000;
const HEARTBEAT_MS = 5000;

/**
 * The logical UPS: the one place where readings become a status and a status becomes events. Fed by one or more drivers, of
 * which the first healthy one leads; followed by nodes as an EventSource.
 */
export class UpsUnit implements EventSource {
    readonly id: string;
    readonly name: string;
    readonly clock: Clock;
    readonly config: UnitConfig;
    private readonly journal: Journal;
    private readonly book: EpisodeBook;
    private readonly kept: KeptReading;
    private readonly battery: BatteryMemory;
    private readonly engine: EventEngine;
    private readonly model: BatteryWatch;
    private readonly ways: Ways;
    private readonly judge = new MainsJudge();
    /** A single reading is being looked at again. */
    private look: TimerHandle;
    /** By which the last reading came. */
    private leading: Feed | undefined;
    private readonly followers: Followers;
    private readonly news: EdgeNews;
    private last: UpsStatus | undefined;
    /** Clock ms of the reading in `last`; may lie before this process. */
    private readAt: number | undefined;
    /** Clock ms when a device last answered in this process. */
    private heardAt: number | undefined;
    private silent = false;
    private startedAt = 0;
    private resumption: Resumption | undefined;
    private heartbeatAt = 0;
    private ticker: TimerHandle;
    private destroyed = false;

    constructor(private readonly options: UnitOptions) {
        ({ id: this.id, name: this.name, clock: this.clock, config: this.config, journal: this.journal } = options);
        this.followers = new Followers(options.problem);
        this.ways = new Ways(() => this.staleMs, this.clock);
        this.book = new EpisodeBook(this.id, this.clock, this.journal, undefined, options.lasted);
        this.kept = new KeptReading(this.id, this.clock, this.journal);
        this.engine = new EventEngine(this.config, this.clock, this.book, (edge) => this.publishEdge(edge));
        this.battery = new BatteryMemory(this.id, this.journal, this.config.batteryInstalledOn);
        this.model = new BatteryWatch(this.config, this.battery.known.learned);
        this.news = new EdgeNews(options);
        this.engine.voltageVerdict = this.battery.known.health;
    }

    /** Takes up what the journal holds, and begins to watch for silence. */
    start(): void {
        this.startedAt = this.clock.monotonic();
        if (this.book.restore().length > 0) this.restoreReading();
        const empty = this.remainingSeconds('device') === 0 && this.remainingSeconds('derived') === 0;
        this.resumption = new Resumption(this.startedAt, empty && this.book.awayMs >= this.staleMs);
        const tick = () => {
            this.ticker = this.clock.setTimeout(tick, TICK_MS);
            this.tick();
        };
        this.ticker = this.clock.setTimeout(tick, TICK_MS);
    }

    destroy(): void {
        this.destroyed = true;
        this.clock.clearTimeout(this.ticker);
        this.dropLook();
        this.engine.destroy();
        this.saveProgress();
        this.book.release();
        this.followers.clear();
    }

    /** Starts a driver and lets it feed this unit; of several, the first healthy one in the order of their priority leads. */
    addDriver(
        id: string,
        driver: UpsDriver,
        onState: (feed: Feed) => void,
        onReading: (status: UpsStatus) => void,
        options: WayOptions = {},
    ): void {
        const memory = new PathMemory(this.id, id, this.journal);
        const feed = this.ways.add(id, driver, options, memory);
        driver.start({
            memory,
            status: (told) => {
                this.hear(feed, saneReading(told));
                this.followers.guard(() => onState(feed));
                this.followers.guard(() => onReading(this.complete(feed.reading!)));
            },
            state: (state) => {
                const isNews = feed.enter(state, this.clock.now());
                this.followers.guard(() => onState(feed));
                if (!isNews) return;
                if (feed === this.leading) this.handOver();
                this.followers.tell({ kind: 'check' });
            },
        });
    }

    async removeDriver(id: string): Promise<void> {
        const feed = this.ways.remove(id);
        if (!feed) return;
        if (feed === this.leading) this.handOver();
        await feed.stop();
    }

    /** Every way to this UPS, in the order in which they lead. */
    get wayViews(): WayView[] {
        return this.ways.views(this.clock.monotonic());
    }

    /** Whether a device that answers can do it; the leader is asked first. */
    supports(command: UpsCommand): boolean {
        return this.ways.wayFor(command, this.clock.monotonic()) !== undefined;
    }

    /** @throws UpsError no-device, ups-silent, not-supported (nothing was sent), or what the driver throws. */
    async execute(command: UpsCommand): Promise<CommandResult> {
        const feed = this.ways.wayFor(command, this.clock.monotonic());
        if (feed) {
            if (command.type === 'test' && command.test !== 'abort') this.engine.testOrdered();
            return feed.execute(command);
        }
        throw this.ways.answers(this.clock.monotonic())
            ? new UpsError('not-supported', { device: this.name, command: commandName(command) })
            : this.absence;
    }

    async shutdownCountdown(): Promise<number | undefined> {
        return this.ways.wayFor({ type: 'abort-shutdown' }, this.clock.monotonic())?.driver.shutdownCountdown?.();
    }

    settingsInfo(): Record<string, SettingInfo> {
        return this.ways.settingsInfo(this.clock.monotonic());
    }

    /** `staleSeconds` of real time, in clock ms as of now: a simulated UPS that lives 60 times as fast answers no sooner for it. */
    get staleMs(): number {
        return realMs(this.clock, this.config.staleSeconds * 1000);
    }

    /** Why nothing comes: no-device, or ups-silent with what is known of it. */
    get absence(): UpsError {
        return this.ways.absence(this.name);
    }

    get isSilent(): boolean {
        return this.silent;
    }

    /** Seconds since the last good reading; undefined before the first. */
    get ageSeconds(): number | undefined {
        return this.readAt === undefined ? undefined : (this.clock.monotonic() - this.readAt) / 1000;
    }

    /** As last read; in a silent outage with charge and runtime counted down. `time` stays that of the reading. */
    status(): UpsStatus | undefined {
        const { last } = this;
        if (!last) return undefined;
        const derived = this.derived();
        return this.presuming() ? presumedStatus(last, derived, this.ageSeconds ?? 0) : { ...last, derived };
    }

    stateOf(eventId: string): EventState {
        const episode = this.book.get(eventId);
        const waits = (this.silent && this.config.onSilence === 'hold') || this.engine.endPending;
        const held = waits && eventId !== 'communication-lost';
        return episode
            ? {
                  active: true,
                  episode: episode.episode,
                  elapsedMs: this.book.elapsedMs(episode),
                  confirmed: episode.confirmed,
                  held,
              }
            : { active: false, confirmed: this.heardAt !== undefined || this.silent, held };
    }

    activeEvents(): EventInfo[] {
        return this.news.active(this.book);
    }

    remainingSeconds(choice: RuntimeChoice): number | undefined {
        const age = this.book.get('power-fail') ? (this.ageSeconds ?? 0) : 0;
        const device = this.last?.battery.minutesRemaining;
        return remainingSeconds(choice, device, this.model.estimate(this.clock.monotonic()).minutesRemaining, age);
    }

    secondsOnBattery(): number {
        const outage = this.book.get('power-fail');
        return outage ? this.book.elapsedMs(outage) / 1000 : 0;
    }

    subscribe(listener: (change: SourceChange) => void): () => void {
        return this.followers.onChange(listener);
    }

    /** Every reading of the leading driver, and every estimate of a silent outage. */
    onStatus(listener: (status: UpsStatus) => void): () => void {
        return this.followers.onStatus(listener);
    }

    private lead(): Feed | undefined {
        return this.ways.leader(this.clock.monotonic());
    }

    /**
     * The way that led has gone: the next one leads at once. What it read before the last reading is older news than what is known,
     * and might end an outage that began since; it is asked for a fresh one instead.
     */
    private handOver(): void {
        const spare = this.lead();
        if (!spare || spare === this.leading) return;
        if (spare.readAt! > (this.readAt ?? -Infinity)) this.take(spare);
        else spare.driver.pollNow();
    }

    private hear(feed: Feed, reading: PartialStatus): void {
        // At a deploy the unit may close before its paths do.
        if (this.destroyed) return;
        const now = this.clock.monotonic();
        feed.behindAgent = reading.alarms?.includes('communications-lost') ?? false;
        const gap = feed.behindAgent ? false : feed.heard(now);
        feed.note(reading, now);
        feed.verdict = feed.behindAgent
            ? undefined
            : this.engine.judge(feed.rule, this.complete(feed.reading), now, gap);
        feed.memory?.save();
        if (this.lead() === feed) this.take(feed);
        else if (feed === this.leading) this.handOver();
        else if (this.leading?.blind && this.lead() === this.leading) this.take(this.leading);
    }

    private take(feed: Feed): void {
        if (this.destroyed) return;
        // More of the same reading is not what was asked for.
        if (feed.another) this.dropLook();
        const at = feed.readAt!;
        const status = this.complete(feed.reading);
        if (feed !== this.leading) this.engine.handOver();
        this.leading = feed;
        const healthy = this.ways.healthy(this.clock.monotonic());
        const verdict = this.judge.verdict(feed, healthy);
        const outage = verdict?.active ?? this.book.get('power-fail') !== undefined;
        this.model.read(status, at, {
            used: outage || testsBattery(status),
            outage: verdict?.active === true,
            seconds: this.secondsOnBattery(),
            counts: feed.rule.counts,
        });
        this.last = status;
        this.readAt = at;
        this.heardAt = at;
        this.resumption?.heard(at);
        this.silent = false;
        this.engine.reading(status, verdict, this.remainingSeconds('smaller'), feed.another);
        this.judge.look(healthy, this.clock.monotonic(), (id, told) => this.engine.state(id, told));
        this.publishStatus();
        this.setUrgency();
        if (!feed.doubted && !feed.rule.doubted && !this.engine.doubtsEnd) this.dropLook();
        else if (this.look === undefined) this.lookAgain(feed);
    }

    /** One single reading that would begin or end something drastic counts when another one says so, or nobody says otherwise. */
    private lookAgain(feed: Feed): void {
        this.look = this.clock.setTimeout(() => {
            this.look = undefined;
            if (feed !== this.lead()) return;
            feed.settle(this.clock.monotonic());
            this.take(feed);
        }, feed.lookAgainMs);
        feed.driver.pollNow();
    }

    /** What the last reading of an outage said of its battery, and nobody can say otherwise any more, counts as it is. */
    private believeDoubted(): void {
        const feed = this.leading;
        if (!feed?.doubted || feed.verdict?.active !== true || !this.book.get('power-fail')) return;
        feed.settle(this.clock.monotonic());
        this.take(feed);
    }

    private dropLook(): void {
        this.clock.clearTimeout(this.look);
        this.look = undefined;
    }

    private complete(reading: PartialStatus | undefined): UpsStatus {
        return { ...emptyStatus(this.clock.now()), ...reading, derived: this.derived() };
    }

    private derived(): UpsStatus['derived'] {
        return { ...this.model.estimate(this.clock.monotonic()), secondsOnBattery: this.secondsOnBattery() };
    }

    /** The outage is taken to go on although nobody answers, and timers are not held. */
    private presuming(): boolean {
        return this.silent && this.config.onSilence === 'continue' && this.book.get('power-fail')?.confirmed === true;
    }

    private tick(): void {
        const now = this.clock.monotonic();
        const settled = this.resumption?.settle(now, this.staleMs) ?? false;
        if (settled) this.engine.confirmAll();
        const silentFor = now - (this.heardAt ?? this.startedAt);
        const spare = silentFor >= TICK_MS ? this.lead() : undefined;
        const fallsSilent = !this.silent && !spare && silentFor >= this.staleMs;
        if (spare && spare.readAt! > (this.readAt ?? -Infinity)) this.take(spare);
        else if (fallsSilent) {
            this.believeDoubted();
            this.silent = true;
            this.engine.silence(this.ways.trouble, this.ageSeconds, this.ways.failure(this.name).data);
        }
        // Only now: before it is known to be silent, the last reading of the former process would be taken for a fresh one.
        if (settled || fallsSilent) this.followers.tell({ kind: 'check' });
        if (this.presuming()) {
            this.engine.countedDown(this.status() ?? emptyStatus(this.clock.now()), this.remainingSeconds('smaller'));
            this.publishStatus();
        }
        if (now - this.heartbeatAt >= realMs(this.clock, HEARTBEAT_MS)) {
            this.heartbeatAt = now;
            this.saveProgress();
        }
    }

    private saveProgress(): void {
        this.book.heartbeat();
        if (!this.silent) this.keepReading();
        this.battery.keepHealth(this.engine.voltageVerdict);
        this.battery.keepLearned(this.model.learned());
    }

    private keepReading(): void {
        const outage = this.book.get('power-fail');
        if (!outage || !this.last || this.readAt === undefined) return;
        this.kept.save({ status: this.last, at: this.readAt }, outage.episode);
    }

    /** Lets the runtime go on counting down from the last reading before the process ended. */
    private restoreReading(): void {
        const outage = this.book.get('power-fail');
        const reading = outage && this.kept.restore(outage.episode);
        if (!reading) return;
        const { status, at } = reading;
        this.last = status;
        this.readAt = at;
        this.model.restore(status, at);
    }

    private publishEdge(edge: Edge): void {
        const event = this.news.of(edge, this.clock.now(), this.ageSeconds ?? 0, this.silent);
        // One write: followers note their deliveries in the same transaction, so that none can be lost between.
        this.journal.transaction(() => {
            if (event.active) this.book.heartbeat();
            if (event.active && event.id === 'power-fail') this.keepReading();
            if (event.id === 'battery-bad') this.battery.keepHealth(this.engine.voltageVerdict);
            this.options.log?.append(this.news.entry(event));
            this.followers.tell({ kind: 'edge', event, status: this.status() });
        });
    }

    private publishStatus(): void {
        const status = this.status();
        if (status) this.followers.tellStatus(status);
        this.followers.tell({ kind: 'check' });
    }

    private setUrgency(): void {
        const urgent = this.book.all().some(({ eventId }) => UPS_EVENTS[eventId as UpsEventId] === 'alarm');
        for (const feed of this.ways.all()) feed.driver.setUrgent(urgent);
    }
}
