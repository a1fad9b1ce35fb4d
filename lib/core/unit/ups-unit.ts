import { realMs, type Clock, type TimerHandle } from '../clock';
import {
    commandName,
    type CommandResult,
    type DeviceHistoryEntry,
    type SettingInfo,
    type UpsCommand,
    type UpsDriver,
} from '../driver';
import { UpsError } from '../errors';
import { EpisodeJournal } from '../events/episodes';
import { EventEngine } from '../events/event-engine';
import type { EventSource, EventState, RuntimeChoice, SourceChange } from '../events/source';
import type { EventInfo } from '../messages';
import type { UpsStatus } from '../status/status';
import { BatteryMemory } from './battery-memory';
import { BatteryWatch } from './battery-watch';
import type { DevicePath } from './device-path';
import { PathMemory } from './path-memory';
import { saneReading } from './sane-reading';
import type { UnitConfig } from './unit-config';
import { UnitMemory } from './unit-memory';
import type { UnitOptions } from './unit-options';
import { UnitPublisher } from './unit-publisher';
import { UnitReadings } from './unit-readings';
import { UnitStatus } from './unit-status';
import { DevicePaths, type PathOptions, type PathView } from './device-paths';

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
    private readonly episodes: EpisodeJournal;
    private readonly engine: EventEngine;
    private readonly known: UnitStatus;
    private readonly memory: UnitMemory;
    private readonly publisher: UnitPublisher;
    private readonly readings: UnitReadings;
    private readonly paths: DevicePaths;
    private heartbeatAt = 0;
    private ticker: TimerHandle;

    constructor(private readonly options: UnitOptions) {
        const { id, name, clock, config, journal, log, text, problem } = options;
        ({ id: this.id, name: this.name, clock: this.clock, config: this.config } = options);
        const staleMs = () => this.staleMs;
        const paths = (this.paths = new DevicePaths(staleMs, clock));
        const battery = new BatteryMemory(id, journal, config.batteryInstalledOn);
        const episodes = (this.episodes = new EpisodeJournal(id, clock, journal, undefined, options.lasted));
        const model = new BatteryWatch(config, battery.known.learned);
        const status = (this.known = new UnitStatus(config, clock, episodes, model));
        const health = () => this.engine.voltageVerdict;
        const memory = (this.memory = new UnitMemory({ id, clock, journal, episodes, status, battery, model, health }));
        const told = { id, name, clock, journal, log, text, problem, episodes, status, memory };
        const publisher = (this.publisher = new UnitPublisher(told));
        const engine = (this.engine = new EventEngine(config, clock, episodes, (edge) => publisher.edge(edge)));
        engine.voltageVerdict = battery.known.health;
        this.readings = new UnitReadings({ name, clock, staleMs, paths, episodes, engine, model, status, publisher });
    }

    /** Restores its state from the journal, and begins to watch for silence. */
    start(): void {
        if (this.episodes.restore().length > 0) this.memory.restoreReading();
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
        this.episodes.release();
        this.publisher.clear();
    }

    /** Starts a driver and lets it feed this unit; of several, the first healthy one in the order of their priority leads. */
    addDriver(
        id: string,
        driver: UpsDriver,
        onState: (path: DevicePath) => void,
        onReading: (status: UpsStatus) => void,
        options: PathOptions = {},
    ): void {
        const memory = new PathMemory(this.id, id, this.options.journal);
        const path = this.paths.add(id, driver, options, memory);
        driver.start({
            memory,
            status: (told, further) => {
                this.readings.onReading(path, saneReading(told), further);
                this.publisher.guard(() => onState(path));
                this.publisher.guard(() => onReading(this.known.complete(path.reading)));
            },
            state: (state) => {
                const isNews = path.enter(state, this.clock.now());
                this.publisher.guard(() => onState(path));
                if (!isNews) return;
                this.readings.changed(path);
                this.publisher.check();
            },
        });
    }

    async removeDriver(id: string): Promise<void> {
        const path = this.paths.remove(id);
        if (!path) return;
        this.readings.changed(path);
        await path.stop();
    }

    /** Every path to this UPS, in the order in which they lead. */
    get pathViews(): PathView[] {
        return this.paths.views(this.clock.monotonic());
    }

    /** Whether a device that answers supports the command; the leader is asked first. */
    supports(command: UpsCommand): boolean {
        return this.paths.pathFor(command, this.clock.monotonic()) !== undefined;
    }

    /** @throws UpsError no-device, ups-silent, not-supported (nothing was sent), or what the driver throws. */
    async execute(command: UpsCommand): Promise<CommandResult> {
        const path = this.paths.pathFor(command, this.clock.monotonic());
        if (path) {
            if (command.type === 'test' && command.test !== 'abort') this.engine.expectTest();
            return path.execute(command);
        }
        throw this.refusal(command);
    }

    /** Why no device can carry out a command now: not-supported, no-device or ups-silent. */
    refusal(command: UpsCommand): UpsError {
        return this.paths.answers(this.clock.monotonic())
            ? new UpsError('not-supported', { device: this.name, command: commandName(command) })
            : this.absence;
    }

    async shutdownCountdown(): Promise<number | undefined> {
        return this.paths.pathFor({ type: 'abort-shutdown' }, this.clock.monotonic())?.driver.shutdownCountdown?.();
    }

    /** Whether a device that answers keeps a log of itself. */
    get hasHistory(): boolean {
        return this.paths.pathWithHistory(this.clock.monotonic()) !== undefined;
    }

    /**
     * The log that the device keeps of itself, read from it now, oldest first; the leader is asked first.
     * @throws UpsError no-device, ups-silent, not-supported (no device has one), or what the driver throws
     */
    async history(): Promise<DeviceHistoryEntry[]> {
        const now = this.clock.monotonic();
        const driver = this.paths.pathWithHistory(now)?.driver;
        if (driver?.history) return driver.history();
        throw this.paths.answers(now)
            ? new UpsError('not-supported', { device: this.name, command: 'alarm history' })
            : this.absence;
    }

    /** Asks every device now, without waiting for its interval. */
    pollNow(): void {
        for (const { driver } of this.paths.all()) driver.pollNow();
    }

    /**
     * What is known of an outlet from the device that would switch it, else from the leader. `on` undefined: not told. `reading` is another
     * one with each reading.
     */
    outletReading(outlet: string): { on?: boolean; reading: string } {
        const now = this.clock.monotonic();
        const path = this.paths.pathFor({ type: 'outlet', outlet, action: 'off' }, now) ?? this.paths.leader(now);
        const on = path?.reading?.outlets?.find(({ id }) => id === outlet)?.on;
        return { on, reading: `${path?.id} ${path?.answers}` };
    }

    settingsInfo(): Record<string, SettingInfo> {
        return this.paths.settingsInfo(this.clock.monotonic());
    }

    /** `staleSeconds` in clock ms at the present speed. They count in real time: a simulated UPS that runs 60 times as fast answers no sooner. */
    get staleMs(): number {
        return realMs(this.clock, this.config.staleSeconds * 1000);
    }

    /** Why there are no readings: no-device, or ups-silent with its details. */
    get absence(): UpsError {
        return this.paths.absence(this.name);
    }

    get isSilent(): boolean {
        return this.known.isSilent;
    }

    /** Seconds since the last good reading; undefined before the first. */
    get ageSeconds(): number | undefined {
        return this.known.ageSeconds;
    }

    /** The last reading; in a silent outage with charge and runtime counted down. `time` stays that of the reading. */
    status(): UpsStatus | undefined {
        return this.known.current();
    }

    stateOf(eventId: string): EventState {
        const episode = this.episodes.get(eventId);
        const waits = (this.known.isSilent && this.config.onSilence === 'hold') || this.engine.endPending;
        const held = waits && eventId !== 'communication-lost';
        return episode
            ? {
                  active: true,
                  episode: episode.episode,
                  elapsedMs: this.episodes.elapsedMs(episode),
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
