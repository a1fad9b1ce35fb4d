import { remainingSeconds } from '../battery/remaining';
import type { Clock } from '../clock';
import type { EpisodeJournal } from '../events/episodes';
import type { RuntimeChoice } from '../events/source';
import { emptyStatus, type PartialStatus, type UpsStatus } from '../status/status';
import type { BatteryWatch } from './battery-watch';
import type { Reading } from './stored-reading';
import { presumedStatus } from './presumed-outage';
import type { UnitConfig } from './unit-config';

/** The present knowledge about a UPS: its last reading, its age, and what follows from both while no device answers. */
export class UnitStatus {
    private last: Reading | undefined;
    /** The last runtime that a device has told, minutes, and when, clock ms. */
    private runtime: { minutes: number; at: number } | undefined;
    /** Clock ms when a device last answered in this process. */
    private answeredAt: number | undefined;
    private silent = false;
    private mainsTold = false;

    constructor(
        private readonly config: Pick<UnitConfig, 'onSilence'>,
        private readonly clock: Clock,
        private readonly episodes: EpisodeJournal,
        private readonly battery: Pick<BatteryWatch, 'estimate'>,
    ) {}

    /** A device has answered with a reading that counts. @param doubted a value is left out of it until another reading confirms it */
    take(reading: Reading, doubted = false): void {
        this.keep(reading, doubted);
        this.answeredAt = reading.at;
        this.silent = false;
    }

    /** The last reading of the former process: no device has answered in this one. */
    restore(reading: Reading): void {
        this.keep(reading, false);
    }

    /** Nothing is decided on a runtime in doubt, nor by another estimate in its place: the one before it runs on. */
    private keep(reading: Reading, doubted: boolean): void {
        this.last = reading;
        const minutes = reading.status.battery.minutesRemaining;
        if (minutes !== undefined) this.runtime = { minutes, at: reading.at };
        else if (!doubted) this.runtime = undefined;
    }

    /** Whether its device tells by what an outage would be seen, or has told it before. Until then nobody knows whether it is on battery. */
    tellMains(told: boolean): void {
        this.mainsTold = told;
    }

    fallSilent(): void {
        this.silent = true;
    }

    get isSilent(): boolean {
        return this.silent;
    }

    /** Clock ms when a device last answered in this process. */
    get heardAt(): number | undefined {
        return this.answeredAt;
    }

    get reading(): Reading | undefined {
        return this.last;
    }

    /** Whether a reading of `at`, clock ms, is newer than the last one. */
    isOlderThan(at: number): boolean {
        return this.last === undefined || at > this.last.at;
    }

    /** Age of the last reading, s; undefined before the first. */
    get ageSeconds(): number | undefined {
        return this.last && (this.clock.monotonic() - this.last.at) / 1000;
    }

    /** The last reading; in a silent outage with charge and runtime counted down. `time` stays that of the reading. */
    current(): UpsStatus | undefined {
        if (!this.last) return undefined;
        const derived = this.derived();
        const { status } = this.last;
        return this.presuming ? presumedStatus(status, derived, this.ageSeconds ?? 0) : { ...status, derived };
    }

    /** Completes a reading with the known values that it lacks. */
    complete(reading: PartialStatus | undefined): UpsStatus {
        return { ...emptyStatus(this.clock.now()), ...reading, derived: this.derived() };
    }

    /** No device answers, the outage is presumed to last, and its timers run on. */
    get presuming(): boolean {
        return (
            this.silent && this.config.onSilence === 'continue' && this.episodes.get('power-fail')?.confirmed === true
        );
    }

    /** Runtime that is left now, s; undefined if not known. */
    remainingSeconds(choice: RuntimeChoice): number | undefined {
        const now = this.clock.monotonic();
        const age = this.runtime && this.episodes.get('power-fail') ? (now - this.runtime.at) / 1000 : 0;
        const ours = this.battery.estimate(now).minutesRemaining;
        return remainingSeconds(choice, this.runtime?.minutes, ours, age);
    }

    /** Seconds since the outage began; 0 while none is on, also where none could be seen. For people: `derived.secondsOnBattery`. */
    secondsOnBattery(): number {
        const outage = this.episodes.get('power-fail');
        return outage ? this.episodes.elapsedMs(outage) / 1000 : 0;
    }

    private derived(): UpsStatus['derived'] {
        const known = (this.mainsTold && !this.silent) || this.episodes.get('power-fail') !== undefined;
        return {
            ...this.battery.estimate(this.clock.monotonic()),
            ...(known && { secondsOnBattery: this.secondsOnBattery() }),
        };
    }
}
