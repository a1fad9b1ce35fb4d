import { AUX_DEVICES, AUX_PORTS, BATTERY_EVENTS } from '../../../core/batteries/events';
import type { BatteryFlags, BatterySweep, CardState } from '../../../core/batteries/model';
import type { BatteryBank } from '../bank';
import { Equalizer } from './equalizer';
import { Forced } from './forced';
import { Judging, meanOf, type Judgement } from './judging';
import { FIRST_IMPEDANCE, Measuring } from './measuring';
import { monitorSettings, type MonitorOptions, type MonitorSettings } from './settings';
import { ALARM_BITS, BIT, MODULE_STATES, SYSTEM_STATES } from './states';

const MINUTE = 60_000;
/** After a start it looks for its modules, and then starts them: the status is there after 2 to 3 minutes. How the time is shared is ours. */
const SEARCHES = MINUTE;
const STARTS = 2.5 * MINUTE;
/** The bus watchdog ends addressing after 15 minutes without activity (CS141 manual, "Addressing BACS modules: The BACS programmer"). */
const ADDRESSES = 15 * MINUTE;
/** An impedance is judged an hour after a start. */
const IMPEDANCE_JUDGED = 60 * MINUTE;
const PORTS = AUX_DEVICES * AUX_PORTS;

/** The card: it asks its modules, judges what they say, and equalizes. Call `update` whenever the bank has lived on. */
export class BatteryMonitor {
    readonly settings: MonitorSettings;
    readonly measured: Measuring;
    readonly equalizer: Equalizer;
    /** States set by hand, whatever the values say. */
    readonly forced = new Forced();
    /** Inputs and outputs of the GX_R_AUX; only those of `settings.auxDevices` are there. */
    readonly inputs: boolean[] = Array<boolean>(PORTS).fill(false);
    readonly outputs: boolean[] = Array<boolean>(PORTS).fill(false);
    auxLost = false;
    /** 1: the module is of another revision than module 1. */
    readonly revision: Uint8Array;
    /** How often the battery was discharged. */
    discharges = 0;
    /** Number of the last scan, and when it was, epoch ms of the bank's time. */
    scans = 0;
    scannedAt = -Infinity;
    startedAt: number;
    private readonly judging: Judging;
    private readonly judgement: Judgement;
    private states = new Set<CardState>();
    private addressingSince = NaN;
    private discharging = false;
    private dischargedAt = -Infinity;
    /** From the end of a discharge until the battery is charged [inferred]. */
    private discharged = false;

    /** @param warm it runs since a day and knows its impedances; else it starts now @throws UpsError out-of-range */
    constructor(
        private readonly bank: BatteryBank,
        options: MonitorOptions = {},
        warm = true,
    ) {
        const { modules } = bank.layout;
        this.settings = monitorSettings(options, bank.plate.cells);
        this.measured = new Measuring(bank, this.settings);
        this.equalizer = new Equalizer(bank, this.measured, this.settings);
        this.judging = new Judging(bank, this.measured, this.settings.limits);
        this.judgement = { modules: new Uint16Array(modules), strings: new Map(), system: new Set() };
        this.revision = new Uint8Array(modules);
        this.startedAt = warm ? bank.time - 24 * 60 * MINUTE : bank.time;
        if (warm) this.measured.measureImpedance(0, bank.time - FIRST_IMPEDANCE, true);
        this.update();
    }

    get addressing(): boolean {
        return !Number.isNaN(this.addressingSince);
    }

    /** ms until the next scan is due. */
    get due(): number {
        const seconds =
            this.discharging || !this.bank.charging ? this.settings.dischargeScanSeconds : this.settings.scanSeconds;
        return Math.max(0, this.scannedAt + seconds * 1000 - this.bank.time);
    }

    /** Starts anew: nothing is known for a while; what was given up begins again. */
    restart(): void {
        this.startedAt = this.bank.time;
        this.addressingSince = NaN;
        this.discharging = this.discharged = false;
        this.dischargedAt = -Infinity;
        this.measured.forget();
        this.equalizer.restart();
        this.update();
    }

    /** Addressing stands all else still; it ends by hand or after a quarter of an hour, with a restart. */
    setAddressing(on: boolean): void {
        if (on) this.addressingSince = this.bank.time;
        else if (this.addressing) return this.restart();
        this.update();
    }

    /** Scans, judges and decides. */
    update(): void {
        const { bank, measured, judgement } = this;
        const now = bank.time;
        if (this.addressing && now - this.addressingSince >= ADDRESSES) return this.restart();
        this.scannedAt = now;
        judgement.modules.fill(0);
        judgement.strings.clear();
        judgement.system.clear();
        const up = now - this.startedAt;
        const running = !this.addressing && up >= STARTS;
        if (running) {
            this.scans++;
            measured.scan(this.scans);
            this.watchDischarge(now);
            measured.measureImpedance(this.scans, this.startedAt, !this.discharging);
            this.markModules();
            const afterDischarge = now - this.dischargedAt < this.settings.limits.alarmDelayMinutes * MINUTE;
            this.judging.judge(judgement, now, !afterDischarge, up >= IMPEDANCE_JUDGED);
        }
        this.forced.applyTo(judgement);
        const equalizes = this.equalizer.decide(
            judgement.modules,
            running && !this.discharging && !this.forced.isOn('equalizing-error'),
        );
        this.states = this.collect(running, equalizes, up);
    }

    /** What the card says within a second. */
    flags(): BatteryFlags {
        const { auxDevices } = this.settings;
        const port = (on: boolean, i: number) => (!this.auxLost && i < auxDevices * AUX_PORTS ? on : undefined);
        return {
            states: this.states,
            tells: new Set(SYSTEM_STATES),
            strings: this.judgement.strings,
            inputs: this.inputs.map(port),
            outputs: this.outputs.map(port),
        };
    }

    /** The last whole pass, as copies. */
    sweep(): BatterySweep {
        const { measured, bank } = this;
        const { voltage, temperature, impedance, charge, equalizing, current, stringVoltage, average, ripple } =
            measured;
        const moduleStates = new Map<CardState, number[]>();
        MODULE_STATES.forEach((state) => {
            const modules = this.modulesIn(state);
            if (modules.length) moduleStates.set(state, modules);
        });
        return {
            modules: bank.layout.modules,
            strings: bank.layout.strings,
            tookMs: 0,
            blocks: {
                voltage: voltage.slice(),
                temperature: temperature.slice(),
                impedance: impedance.slice(),
                charge: charge.slice(),
                equalizing: equalizing.slice(),
            },
            byString: {
                current: current.slice(),
                voltage: stringVoltage.slice(),
                average: average.slice(),
                ripple: ripple.slice(),
            },
            moduleStates,
        };
    }

    /** Modules (from 1) in a state of theirs. */
    modulesIn(state: (typeof MODULE_STATES)[number]): number[] {
        const found: number[] = [];
        this.judgement.modules.forEach((bits, i) => {
            if (bits & BIT[state]) found.push(i + 1);
        });
        return found;
    }

    /** Bits of a module's alarm word, by the order of `MODULE_STATES`. @param module from 1 */
    moduleBits(module: number): number {
        return this.judgement.modules[module - 1] ?? 0;
    }

    private markModules(): void {
        const { modules } = this.judgement;
        for (let i = 0; i < modules.length; i++) {
            if (this.measured.lost[i]) modules[i]! |= BIT['module-lost'];
            if (this.revision[i]) modules[i]! |= BIT['module-revision'];
        }
    }

    /** By the current sensors, else by the voltage of the modules (CS141 manual, "Discharge Detection source"). */
    private watchDischarge(now: number): void {
        const { measured, settings, bank } = this;
        const amps = meanOf(measured.current);
        const was = this.discharging;
        if (!Number.isNaN(amps)) this.discharging = amps < settings.dischargeAmps;
        else this.discharging = !bank.charging && meanOf(measured.voltage) < bank.plate.nominalVoltage;
        if (this.discharging && !was) this.discharges++;
        if (was && !this.discharging) {
            this.dischargedAt = now;
            this.discharged = true;
        }
    }

    private collect(running: boolean, equalizes: boolean, up: number): Set<CardState> {
        const { judgement, bank, measured } = this;
        const states = new Set<CardState>(judgement.system);
        let bits = 0;
        for (let i = 0; i < judgement.modules.length; i++) {
            if (judgement.modules[i]! & ALARM_BITS) judgement.modules[i]! |= BIT['general-alarm'];
            bits |= judgement.modules[i]!;
        }
        for (const state of MODULE_STATES) if (bits & BIT[state]) states.add(state);
        for (const state of judgement.strings.keys()) states.add(state);
        if (this.addressing) states.add('addressing');
        else if (up < SEARCHES) states.add('searching');
        else if (up < STARTS) states.add('initializing');
        if (running) {
            states.add('monitoring-started').add('connected').add('polling');
            const amps = meanOf(measured.current);
            // It stays a charge until a tenth less than what began it: noise must not end it.
            const least = this.settings.chargeAmps * (this.states.has('charging') ? 0.9 : 1);
            const charging = !this.discharging && bank.charging && amps > least;
            if (charging) this.discharged = false;
            if (this.discharging) states.add('discharging');
            if (charging) states.add('charging');
            if (!this.discharging && !charging && bank.charging) states.add('float-charging');
            if (this.discharged && !this.discharging) states.add('discharging-stopped');
            if (equalizes) states.add('equalizing');
        }
        if (states.has('module-lost')) states.add('system-alarm');
        for (const what of ['voltage', 'temperature', 'impedance'])
            if (states.has(`${what}-high-alarm`) || states.has(`${what}-low-alarm`)) states.add(`${what}-out-of-range`);
        if (bank.open.some((one) => one === 1)) states.add('breaker-open');
        if (measured.sensorLost.some((one) => one === 1)) states.add('current-sensor-lost');
        if (this.equalizer.deactivated.some((one) => one === 1)) states.add('equalizing-deactivated');
        if (this.auxLost && this.settings.auxDevices) states.add('gx-r-aux-lost');
        this.forced.applyToStates(states);
        if (this.forced.told('general-alarm') === undefined) {
            states.delete('general-alarm');
            if ([...states].some((state) => BATTERY_EVENTS[state]?.general)) states.add('general-alarm');
        }
        return states;
    }
}
