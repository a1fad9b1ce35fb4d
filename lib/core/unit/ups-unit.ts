import { realMs, type Clock, type TimerHandle } from '../clock';
import { commandName, type CommandResult, type SettingInfo, type UpsCommand, type UpsDriver } from '../driver';
import { UpsError } from '../errors';
import { EpisodeBook } from '../events/episodes';
import { EventEngine } from '../events/event-engine';
import type { EventSource, EventState, RuntimeChoice, SourceChange } from '../events/source';
import type { EventInfo } from '../messages';
import type { UpsStatus } from '../status/status';
import { BatteryMemory } from './battery-memory';
import { BatteryWatch } from './battery-watch';
import type { Feed } from './feed';
import { PathMemory } from './path-memory';
import { saneReading } from './sane-reading';
import type { UnitConfig } from './unit-config';
import { UnitMemory } from './unit-memory';
import type { UnitOptions } from './unit-options';
import { UnitPublisher } from './unit-publisher';
import { UnitReadings } from './unit-readings';
import { UnitStatus } from './unit-status';
import { Ways, type WayOptions, type WayView } from './ways';

const TICK_MS = 1000;
const HEARTBEAT_MS = 5000;

/**
 * The logical UPS: the one place where readings become a status and a status becomes events. Drivers feed it, nodes follow it as an
 * EventSource, and it passes commands on to the driver that leads.
 */
export class UpsUnit implements EventSource {
    readonly id: string;
    readonly name: string;
    readonly clock: Clock;
    readonly config: UnitConfig;
    private readonly book: EpisodeBook;
    private readonly engine: EventEngine;
    private readonly known: UnitStatus;
    private readonly memory: UnitMemory;
    private readonly publisher: UnitPublisher;
    private readonly readings: UnitReadings;
    private readonly ways: Ways;
    private heartbeatAt = 0;
    private ticker: TimerHandle;

    constructor(private readonly options: UnitOptions) {
        const { id, name, clock, config, journal, log, text, problem } = options;
        ({ id: this.id, name: this.name, clock: this.clock, config: this.config } = options);
        const staleMs = () => this.staleMs;
        const ways = (this.ways = new Ways(staleMs, clock));
        const battery = new BatteryMemory(id, journal, config.batteryInstalledOn);
        const book = (this.book = new EpisodeBook(id, clock, journal, undefined, options.lasted));
        const model = new BatteryWatch(config, battery.known.learned);
        const status = (this.known = new UnitStatus(config, clock, book, model));
        const health = () => this.engine.voltageVerdict;
        const memory = (this.memory = new UnitMemory({ id, clock, journal, book, status, battery, model, health }));
        const told = { id, name, clock, journal, log, text, problem, book, status, memory };
        const publisher = (this.publisher = new UnitPublisher(told));
        const engine = (this.engine = new EventEngine(config, clock, book, (edge) => publisher.edge(edge)));
        engine.voltageVerdict = battery.known.health;
        this.readings = new UnitReadings({ name, clock, staleMs, ways, book, engine, model, status, publisher });
    }

    /** Takes up what the journal holds, and begins to watch for silence. */
    start(): void {
        if (this.book.restore().length > 0) this.memory.restoreReading();
        this.readings.begin();
        const tick = () => {
            this.ticker = this.clock.setTimeout(tick, TICK_MS);
            this.tick();
        };
        this.ticker = this.clock.setTimeout(tick, TICK_MS);
    }

    destroy(): void {
        this.readings.close();
        this.clock.clearTimeout(this.ticker);
        this.engine.destroy();
        this.memory.save();
        this.book.release();
        this.publisher.clear();
    }

    /** Starts a driver and lets it feed this unit; of several, the first healthy one in the order of their priority leads. */
    addDriver(
        id: string,
        driver: UpsDriver,
        onState: (feed: Feed) => void,
        onReading: (status: UpsStatus) => void,
        options: WayOptions = {},
    ): void {
        const memory = new PathMemory(this.id, id, this.options.journal);
        const feed = this.ways.add(id, driver, options, memory);
        driver.start({
            memory,
            status: (told) => {
                this.readings.hear(feed, saneReading(told));
                this.publisher.guard(() => onState(feed));
                this.publisher.guard(() => onReading(this.known.complete(feed.reading)));
            },
            state: (state) => {
                const isNews = feed.enter(state, this.clock.now());
                this.publisher.guard(() => onState(feed));
                if (!isNews) return;
                this.readings.changed(feed);
                this.publisher.check();
            },
        });
    }

    async removeDriver(id: string): Promise<void> {
        const feed = this.ways.remove(id);
        if (!feed) return;
        this.readings.changed(feed);
        await feed.stop();
    }

    /** Every path to this UPS, in the order in which they lead. */
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

    /** `staleSeconds` in clock ms at the present speed. They count in real time: a simulated UPS that runs 60 times as fast answers no sooner. */
    get staleMs(): number {
        return realMs(this.clock, this.config.staleSeconds * 1000);
    }

    /** Why there are no readings: no-device, or ups-silent with its details. */
    get absence(): UpsError {
        return this.ways.absence(this.name);
    }

    get isSilent(): boolean {
        return this.known.isSilent;
    }

    /** Seconds since the last good reading; undefined before the first. */
    get ageSeconds(): number | undefined {
        return this.known.ageSeconds;
    }

    /** As last read; in a silent outage with charge and runtime counted down. `time` stays that of the reading. */
    status(): UpsStatus | undefined {
        return this.known.current();
    }

    stateOf(eventId: string): EventState {
        const episode = this.book.get(eventId);
        const waits = (this.known.isSilent && this.config.onSilence === 'hold') || this.engine.endPending;
        const held = waits && eventId !== 'communication-lost';
        return episode
            ? {
                  active: true,
                  episode: episode.episode,
                  elapsedMs: this.book.elapsedMs(episode),
                  confirmed: episode.confirmed,
                  held,
              }
            : { active: false, confirmed: this.known.heardAt !== undefined || this.known.isSilent, held };
    }

    activeEvents(): EventInfo[] {
        return this.publisher.active();
    }

    remainingSeconds(choice: RuntimeChoice): number | undefined {
        return this.known.remainingSeconds(choice);
    }

    secondsOnBattery(): number {
        return this.known.secondsOnBattery();
    }

    subscribe(listener: (change: SourceChange) => void): () => void {
        return this.publisher.subscribe(listener);
    }

    /** Every reading of the leading driver, and every estimate of a silent outage. */
    onStatus(listener: (status: UpsStatus) => void): () => void {
        return this.publisher.onStatus(listener);
    }

    private tick(): void {
        this.readings.tick();
        const now = this.clock.monotonic();
        if (now - this.heartbeatAt < realMs(this.clock, HEARTBEAT_MS)) return;
        this.heartbeatAt = now;
        this.memory.save();
    }
}
