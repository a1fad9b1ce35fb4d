import { EventEmitter } from 'node:events';
import type { Clock, TimerHandle } from '../core/clock';
import type { CommandResult, DeviceHistoryEntry, UpsCommand } from '../core/driver';
import type { AlarmId } from '../core/status/alarms';
import type { PartialStatus } from '../core/status/status';
import { changesBetween, viewOf, type UpsChange, type View } from './changes';
import { DeviceHistory } from './device-history';
import { abortStartup, applyCommand, switchLoad } from './commands';
import { nameplateOf, requireRange, type Nameplate, type SimulatedUpsOptions } from './options';
import { nextCrossing, settle } from './physics';
import { alarmsOf, batteryOf, bypassOf, inputOf, outputOf, settingsOf, type Moment } from './reading';
import { initialState, type Traits, type UpsState } from './state';
import { takeEffect } from './transitions';

export type { ChangeKind, UpsChange } from './changes';
export type { NamedLoadOptions, SimulatedUpsOptions } from './options';

/** The complete state of a simulated UPS, as JSON data. */
export interface SimulatedUpsSnapshot {
    version: 1;
    /** The UPS's own time at the snapshot, ms; `state` is that of the last transition before. */
    time: number;
    state: UpsState;
    /** The log of the device; absent in snapshots of earlier versions. */
    history?: DeviceHistoryEntry[];
}

/**
 * The physics of a UPS: battery, mains, loads, faults, shutdown, tests. The course is piecewise linear, and each change of slope is
 * calculated analytically, so that it does not depend on the speed or on how often the UPS is read. Durations come from `clock.monotonic()`
 * and `clock.setTimeout()` only.
 *
 * Emits `change` for every change; call `destroy()` to stop its timer.
 */
export class SimulatedUps extends EventEmitter<{ change: [UpsChange] }> {
    /** For servers and drivers that pass on its readings: they must not answer. The UPS itself continues. */
    silent = false;
    /** It answers, but its readings would not show an outage. */
    blind = false;
    readonly nameplate: Readonly<Nameplate>;
    private state: UpsState;
    /** Monotonic time at which the UPS's own time was 0, ms. */
    private origin: number;
    /** The view after the last reported changes. */
    private view: View;
    private timer: TimerHandle;
    private destroyed = false;
    private log = new DeviceHistory();

    /** @throws UpsError out-of-range, config-invalid */
    constructor(
        private readonly clock: Clock,
        options: SimulatedUpsOptions = {},
    ) {
        super();
        this.nameplate = nameplateOf(options);
        this.state = initialState(this.nameplate);
        this.origin = clock.monotonic();
        takeEffect(this.state, this.nameplate);
        this.view = viewOf({ state: this.state, plate: this.nameplate, time: 0 });
        this.arm();
    }

    /** A complete reading of the present state; charge, minutes and seconds are not rounded. */
    reading(): PartialStatus {
        const moment = this.present();
        const { state } = moment;
        const { identity } = this.nameplate;
        return {
            time: this.clock.now(),
            identity: { ...identity, name: state.name },
            battery: batteryOf(moment),
            input: inputOf(moment),
            output: outputOf(moment),
            bypass: bypassOf(moment),
            alarms: alarmsOf(moment),
            test: { result: state.testResult, startedAt: state.testStartedAt, detail: state.testDetail || undefined },
            outlets: state.loads.length
                ? state.loads.map((load) => ({ id: load.name, name: load.name, on: load.on && !state.off }))
                : undefined,
            environment: { temperature: state.temperature },
            settings: settingsOf(moment),
        };
    }

    /** @throws UpsError out-of-range, config-invalid, not-supported, device-refused */
    execute(command: UpsCommand): CommandResult {
        this.mutate((state) => applyCommand(state, this.nameplate, command, this.clock.now()));
        return { confirmed: true };
    }

    /** Aborts a pending startup (RFC 1628: -1 to upsStartupAfterDelay). */
    abortStartup(): void {
        this.mutate(abortStartup);
    }

    setMains(on: boolean): void {
        this.mutate((state) => (state.mains = on));
    }

    /** Sets V and Hz of the mains. Beyond the transfer points the battery takes over. @throws UpsError out-of-range */
    setInput(input: { voltage?: number; frequency?: number }): void {
        this.mutate((state) => {
            const { voltage = state.inputVoltage, frequency = state.inputFrequency } = input;
            requireRange('voltage', voltage, 0, 1000);
            requireRange('frequency', frequency, 0, 1000);
            state.inputVoltage = voltage;
            state.inputFrequency = frequency;
        });
    }

    /**
     * Sets the load. A number is the load besides the named ones, VA. A named load that is switched off draws power until its shutdown has
     * ended.
     * @throws UpsError out-of-range, config-invalid (no load with this name)
     */
    setLoad(load: number | { name: string; on: boolean }): void {
        if (typeof load === 'number') {
            requireRange('load', load, 0, Number.MAX_VALUE);
            this.mutate((state) => (state.otherVA = load));
        } else {
            this.mutate((state) => switchLoad(state, load.name, load.on));
        }
    }

    /** @param percent 0..100 @throws UpsError out-of-range */
    setCharge(percent: number): void {
        requireRange('charge', percent, 0, 100);
        this.mutate((state) => (state.charge = percent / 100));
    }

    /**
     * Sets or clears any alarm, independently of the state. Some have consequences: `battery-weak`, `battery-bad` and `battery-replace`
     * fail the next test, `charger-failed` stops charging, `on-bypass` feeds the load from the bypass.
     */
    setFault(alarm: AlarmId, on: boolean): void {
        if (alarm === 'on-bypass') return this.setBypass(on);
        this.mutate((state) => {
            state.faults = state.faults.filter((fault) => fault !== alarm);
            if (on) state.faults.push(alarm);
        });
    }

    /** The bypass feeds the load while the mains are usable; in an outage the battery does. */
    setBypass(on: boolean): void {
        this.mutate((state) => (state.bypass = on));
    }

    /** °C of the battery. @throws UpsError out-of-range */
    setTemperature(celsius: number): void {
        requireRange('temperature', celsius, -100, 200);
        this.mutate((state) => (state.temperature = celsius));
    }

    /** The log that the device keeps of itself: up to now, oldest first. */
    history(): DeviceHistoryEntry[] {
        this.catchUp();
        return this.log.entries();
    }

    /** Takes over the traits of a make; absent traits stay unchanged. */
    adopt(traits: Traits): void {
        this.mutate((state) => (state.traits = { ...state.traits, ...traits }));
    }

    /** Data for `restore`. */
    snapshot(): SimulatedUpsSnapshot {
        const { time } = this.present();
        return { version: 1, time, state: structuredClone(this.state), history: this.log.entries() };
    }

    /**
     * Continues from a snapshot, `elapsedMs` after it was taken, in clock ms (real time × speed): everything that fell due meanwhile
     * happens now, in order, each with its own time. The step to the snapshot itself is not reported as a change: restore before starting
     * anything that follows the changes.
     */
    restore(snapshot: SimulatedUpsSnapshot, elapsedMs: number): void {
        this.state = structuredClone(snapshot.state);
        this.log = new DeviceHistory(structuredClone(snapshot.history));
        this.view = viewOf({ state: this.state, plate: this.nameplate, time: this.state.time });
        this.origin = this.clock.monotonic() - snapshot.time - Math.max(0, elapsedMs);
        this.catchUp();
        this.arm();
    }

    /** Stops the timer; idempotent. The UPS can still be read. */
    destroy(): void {
        this.destroyed = true;
        this.clock.clearTimeout(this.timer);
        this.removeAllListeners();
    }

    private get time(): number {
        return this.clock.monotonic() - this.origin;
    }

    private mutate(change: (state: UpsState) => void): void {
        const time = this.catchUp();
        // A command that throws in the middle must not change anything.
        const next = structuredClone(this.state);
        settle(next, this.nameplate, time);
        change(next);
        takeEffect(next, this.nameplate);
        this.state = next;
        this.arm();
        this.report(this.look());
    }

    private present(): Moment {
        const time = this.catchUp();
        return { state: this.state, plate: this.nameplate, time };
    }

    /** Runs all transitions until now. @returns the UPS's own time, ms */
    private catchUp(): number {
        const { nameplate: plate } = this;
        const now = Math.max(this.time, this.state.time);
        const changes: UpsChange[] = [];
        for (;;) {
            const crossing = nextCrossing(this.state, plate);
            if (!crossing || crossing.at > now) break;
            settle(this.state, plate, crossing.at, crossing.charge);
            takeEffect(this.state, plate);
            changes.push(...this.look());
        }
        if (changes.length) this.arm();
        this.report(changes);
        return Math.max(now, this.state.time);
    }

    /** The changes since the last call, with the time of the state. */
    private look(): UpsChange[] {
        const before = this.view;
        this.view = viewOf({ state: this.state, plate: this.nameplate, time: this.state.time });
        const ago = Math.max(0, this.time - this.state.time) / this.clock.speed;
        const at = this.clock.now() - ago;
        return changesBetween(before, this.view).map((change) => ({ ...change, at }));
    }

    private report(changes: UpsChange[]): void {
        for (const change of changes) {
            this.log.note(change);
            this.emit('change', change);
        }
    }

    private arm(): void {
        this.clock.clearTimeout(this.timer);
        if (this.destroyed) return;
        const crossing = nextCrossing(this.state, this.nameplate);
        if (!crossing) return;
        // Whole milliseconds, rounded up: if the timer fired a fraction too early, nothing would be due.
        const wait = Math.max(1, Math.ceil(crossing.at - this.time));
        this.timer = this.clock.setTimeout(() => {
            this.catchUp();
            this.arm();
        }, wait);
    }
}
