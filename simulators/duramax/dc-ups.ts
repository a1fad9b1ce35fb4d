import { EventEmitter } from 'node:events';
import type { Clock, TimerHandle } from '../../lib/core/clock';
import { UpsError } from '../../lib/core/errors';
import { batteryVolts, chargePercent, settledCharge } from './battery';
import { batteryUse, cutPercent, nextDue, OVERVOLTAGE, takeEffect, type DcState, type Mode } from './course';
import { FACTORY, writeSetting, type DcSettings, type Refusal } from './settings';

export interface DcUpsOptions {
    clock: Clock;
    mode?: Mode;
    settings?: Partial<DcSettings>;
    /** V at the input; default 24. */
    inputVoltage?: number;
    /** A that the load draws; default 2. */
    load?: number;
    /** Default 100. */
    chargePercent?: number;
}

/** A change that a test, or a person at the command line, may want to see. `at`: monotonic ms of the clock at which it fell due. */
export interface DcChange {
    what: 'source' | 'phase' | 'latched' | 'setting';
    from: string;
    to: string;
    at: number;
}

/** Percentage points above the deep discharge at which the battery is low; made up. */
const LOW_MARGIN = 10;
const TOLD = ['latched', 'phase', 'source'] as const;

/**
 * A simulated DC UPS with a battery, in the manner of the DURAmax: buffer mode below the buffer threshold, overvoltage protection above 32 V, a
 * latch, User-Mode with its longest buffer time, and the countdown of PC-Mode. What the DURAmax manual leaves open is made up here: PC-Mode can be cancelled
 * in the delay only; the battery does not feed the load while a protection acts; in User-Mode the output is back with the input. Each change is
 * computed for the moment at which it falls due, so the course is the same at every speed of the clock.
 */
export class DcUps extends EventEmitter<{ change: [DcChange] }> {
    private readonly clock: Clock;
    private readonly state: DcState;
    private at: number;
    private timer: TimerHandle;
    private destroyed = false;

    constructor({ clock, mode = 'user', settings, ...options }: DcUpsOptions) {
        super();
        this.clock = clock;
        this.at = clock.monotonic();
        this.state = {
            mode,
            settings: { ...FACTORY, ...settings },
            inputVoltage: options.inputVoltage ?? 24,
            temperature: 25,
            load: options.load ?? 2,
            charge: (options.chargePercent ?? 100) / 100,
            source: 'input',
            phase: 'none',
            latched: false,
            tooHot: false,
            exhausted: false,
            replace: false,
        };
        this.mutate(() => undefined);
    }

    /** The state now, with what follows from it. V, A, s, %. */
    view() {
        this.catchUp();
        const { settings, ...state } = this.state;
        const { source, charge, inputVoltage, load, bufferSince, phaseEnds } = state;
        const use = batteryUse(this.state);
        const now = this.clock.monotonic();
        const batteryVoltage = batteryVolts(charge, use);
        return {
            ...state,
            settings: { ...settings },
            outputVoltage: source === 'off' ? 0 : source === 'input' ? inputVoltage : batteryVoltage,
            outputCurrent: source === 'off' ? 0 : load,
            batteryVoltage,
            /** Negative while it discharges. */
            batteryCurrent: use.kind === 'discharging' ? -use.current : use.current,
            chargePercent: chargePercent(charge),
            overvoltage: inputVoltage > OVERVOLTAGE,
            batteryLow: chargePercent(charge) <= cutPercent(this.state) + LOW_MARGIN,
            batteryEmpty: chargePercent(charge) <= cutPercent(this.state),
            bufferSeconds: bufferSince === undefined ? 0 : Math.floor((now - bufferSince) / 1000),
            phaseSeconds: phaseEnds === undefined ? 0 : Math.max(0, Math.ceil((phaseEnds - now) / 1000)),
        };
    }

    /** 0 is a failure of the input. @throws UpsError out-of-range */
    setInput(volts: number): void {
        requireRange('input', volts, 0, 60);
        this.mutate((state) => (state.inputVoltage = volts));
    }

    /** °C. @throws UpsError out-of-range */
    setTemperature(celsius: number): void {
        requireRange('temperature', celsius, -40, 120);
        this.mutate((state) => (state.temperature = celsius));
    }

    /** A. @throws UpsError out-of-range */
    setLoad(amperes: number): void {
        requireRange('load', amperes, 0, 100);
        this.mutate((state) => (state.load = amperes));
    }

    /** @throws UpsError out-of-range */
    setCharge(percent: number): void {
        requireRange('charge', percent, 0, 100);
        this.mutate((state) => (state.charge = percent / 100));
    }

    /** Turns the rotary switch. */
    setMode(mode: Mode): void {
        this.mutate((state) => (state.mode = mode));
    }

    /** A new battery in place of one that was discharged too deeply. */
    replaceBattery(): void {
        this.mutate((state) => Object.assign(state, { replace: false, charge: 1 }));
    }

    /** Changes a setting as the wire does, by its number and its raw value. @returns why it is refused */
    write(number: number, raw: number): Refusal | undefined {
        this.catchUp();
        const { settings, mode } = this.state;
        const before = JSON.stringify(settings);
        let refused: Refusal | undefined;
        this.mutate(() => (refused = writeSetting(settings, mode, number, raw)));
        if (refused === undefined)
            this.emit('change', { what: 'setting', from: before, to: JSON.stringify(settings), at: this.at });
        return refused;
    }

    /** Only when the fault is gone (DURAmax manual, "Resetting the latch"). */
    resetLatch(): 'done' | 'fault' | 'nothing' {
        this.catchUp();
        const { latched, tooHot, inputVoltage } = this.state;
        if (tooHot || inputVoltage > OVERVOLTAGE) return 'fault';
        if (!latched) return 'nothing';
        this.mutate((state) => (state.latched = false));
        return 'done';
    }

    /** Stops its timer; idempotent. It can still be read. */
    destroy(): void {
        this.destroyed = true;
        this.clock.clearTimeout(this.timer);
        this.removeAllListeners();
    }

    private mutate(change: (state: DcState) => unknown): void {
        this.catchUp();
        change(this.state);
        this.takeEffect();
        this.arm();
    }

    /** Lives through everything that has fallen due, each at its own time. */
    private catchUp(): void {
        const now = this.clock.monotonic();
        for (let due = nextDue(this.state, this.at); due <= now; due = nextDue(this.state, this.at)) {
            this.settle(due);
            this.takeEffect();
        }
        this.settle(now);
    }

    private settle(to: number): void {
        const { state } = this;
        state.charge = settledCharge(state.charge, batteryUse(state), (to - this.at) / 3_600_000);
        this.at = to;
    }

    private takeEffect(): void {
        const before = { ...this.state };
        takeEffect(this.state, this.at);
        for (const what of TOLD) {
            const { [what]: from } = before;
            const { [what]: to } = this.state;
            if (from !== to) this.emit('change', { what, from: String(from), to: String(to), at: this.at });
        }
    }

    private arm(): void {
        this.clock.clearTimeout(this.timer);
        const due = nextDue(this.state, this.at);
        if (this.destroyed || !Number.isFinite(due)) return;
        this.timer = this.clock.setTimeout(
            () => this.mutate(() => undefined),
            Math.max(0, due - this.clock.monotonic()),
        );
    }
}

function requireRange(property: string, value: number, min: number, max: number): void {
    if (value >= min && value <= max) return;
    throw new UpsError('out-of-range', { property, value, min, max });
}
