import { EventEmitter } from 'node:events';
import { realMs, type Clock, type TimerHandle } from '../../core/clock';
import type { BatteryFlags, BatterySweep, CardState } from '../../core/batteries/model';
import { requireRange } from '../options';
import type { SimulatedUps } from '../simulated-ups';
import { BatteryBank, type BankLoad } from './bank';
import { BlockFaults, type BlockFault } from './faults';
import { BatteryMonitor } from './monitor/monitor';
import type { MonitorOptions } from './monitor/settings';
import type { BatteryBankOptions } from './options';

export interface SimulatedBatteryOptions {
    bank?: BatteryBankOptions;
    monitor?: MonitorOptions;
    /** The card runs since a day and knows its impedances (default); else it starts at the beginning. */
    warm?: boolean;
}

/** A change of what the card says of itself. */
export interface BatteryChange {
    state: CardState;
    on: boolean;
    /** Epoch ms, by the clock. */
    at: number;
}

export interface SimulatedBatteryEvents {
    change: [BatteryChange];
    /** All modules were asked again. */
    scan: [];
    /** The card has started anew. */
    restart: [];
}

/** How often it lives on by itself, real ms, and how much it lives in one go, ms. */
const TICK_MS = 1000;
/** With a fast clock, modules are asked at most so often in a real second. */
const SCANS_PER_TICK = 5;
const HOURS = 3_600_000;
/** W that the battery gives for each W of the load: an inverter's losses [ours]. */
const INVERTER = 1 / 0.93;

/**
 * A battery room that lives by a clock: the bank and the card that watches it. It lives on by itself once started, and whenever it is read. For servers, for
 * tests with a clock of their own, and in-process.
 */
export class SimulatedBattery extends EventEmitter<SimulatedBatteryEvents> {
    readonly bank: BatteryBank;
    readonly monitor: BatteryMonitor;
    readonly faults: BlockFaults;
    /** For servers and drivers that pass on its values: they must not answer. The battery itself continues. */
    silent = false;
    private lived: number;
    private timer: TimerHandle;
    private running = false;
    private unfollow?: () => void;
    private takeLoad?: () => void;

    /** @throws UpsError out-of-range */
    constructor(
        private readonly clock: Clock,
        options: SimulatedBatteryOptions = {},
    ) {
        super();
        this.bank = new BatteryBank(options.bank, clock.now());
        // The polarisation of a battery at float is there after some hours only.
        if (this.bank.plate.chargePercent === 100) this.settle();
        this.monitor = new BatteryMonitor(this.bank, options.monitor, options.warm ?? true);
        this.faults = new BlockFaults(this.bank, this.monitor);
        this.lived = clock.monotonic();
    }

    /** Idempotent. */
    start(): void {
        if (this.running) return;
        this.running = true;
        this.arm();
    }

    /** Idempotent. The battery can still be read. */
    stop(): void {
        this.running = false;
        this.clock.clearTimeout(this.timer);
        this.unfollow?.();
        this.unfollow = this.takeLoad = undefined;
    }

    flags(): BatteryFlags {
        this.catchUp();
        return this.monitor.flags();
    }

    sweep(): BatterySweep {
        this.catchUp();
        return this.monitor.sweep();
    }

    /** The charger has mains, or the battery feeds the load. W or A from the battery. */
    setMains(on: boolean): void {
        this.mutate(() => this.bank.setCharger(on));
    }

    setLoad(load: BankLoad): void {
        if (load) requireRange('load', 'amps' in load ? load.amps : load.watts, 0, 1e7);
        this.mutate(() => this.bank.setLoad(load));
    }

    /** Mean °C of the room. @throws UpsError out-of-range */
    setAmbient(celsius: number): void {
        requireRange('ambient', celsius, -40, 80);
        this.mutate(() => this.bank.setAmbient(celsius));
    }

    /** Charge of all blocks, or of one (from 1). @param percent 0..100 @throws UpsError out-of-range */
    setCharge(percent: number, module?: number): void {
        requireRange('charge', percent, 0, 100);
        if (module !== undefined) requireRange('module', module, 1, this.bank.layout.modules);
        this.mutate(() => {
            const { charge } = this.bank.blocks;
            if (module === undefined) charge.fill(percent / 100);
            else charge[module - 1] = percent / 100;
        });
    }

    /** @param module from 1 @throws UpsError out-of-range */
    setFault(fault: BlockFault, module: number, on: boolean, value?: number): void {
        this.mutate(() => this.faults.set(fault, module, on, value));
    }

    /** @throws UpsError out-of-range */
    replaceBlock(module: number): void {
        this.mutate(() => this.faults.replace(module));
    }

    /**
     * The module `from` has taken the id of `to`: both answer at once, so that neither is understood, and the id of the first is missing [inferred].
     * @throws UpsError out-of-range
     */
    setDuplicate(from: number, to: number, on: boolean): void {
        this.mutate(() => {
            for (const module of [from, to]) this.faults.set('module-lost', module, on);
        });
    }

    /** @param string from 1 @throws UpsError out-of-range */
    setBreaker(string: number, open: boolean): void {
        requireRange('string', string, 1, this.bank.layout.strings);
        this.mutate(() => this.bank.setBreaker(string, open));
    }

    /** @param string from 1 @throws UpsError out-of-range */
    setCurrentSensor(string: number, lost: boolean): void {
        requireRange('string', string, 1, this.bank.layout.strings);
        this.mutate(() => (this.monitor.measured.sensorLost[string - 1] = lost ? 1 : 0));
    }

    /** @param device, port 1..4 @throws UpsError out-of-range */
    setInput(device: number, port: number, on: boolean): void {
        this.mutate(() => (this.monitor.inputs[portIndex(device, port)] = on));
    }

    setOutput(device: number, port: number, on: boolean): void {
        this.mutate(() => (this.monitor.outputs[portIndex(device, port)] = on));
    }

    setAuxLost(lost: boolean): void {
        this.mutate(() => (this.monitor.auxLost = lost));
    }

    setAddressing(on: boolean): void {
        this.mutate(() => this.monitor.setAddressing(on));
    }

    /** @param hours how long @throws UpsError out-of-range */
    pauseEqualizing(hours: number): void {
        requireRange('hours', hours, 0, 10_000);
        this.mutate(() => (this.monitor.equalizer.pausedUntil = this.bank.time + hours * HOURS));
    }

    /** Ends a pause, and begins anew where equalizing was given up. */
    resumeEqualizing(): void {
        this.mutate(() => {
            this.monitor.equalizer.pausedUntil = 0;
            this.monitor.equalizer.restart();
        });
    }

    /** Sets a state of the card on or off, whatever the values say, with the modules and strings (from 1) that carry it. */
    force(state: CardState, on: boolean, modules?: readonly number[], strings?: readonly number[]): void {
        this.mutate(() => this.monitor.forced.set(state, on, modules, strings));
    }

    /** That state, or all, goes by the values again. */
    release(state?: CardState): void {
        this.mutate(() => this.monitor.forced.release(state));
    }

    /** The card starts anew. */
    restart(): void {
        this.mutate(() => this.monitor.restart());
        this.emit('restart');
    }

    /** The battery feeds the load of a UPS while that is on battery, and is charged when it is not. Until `stop`. */
    follow(ups: SimulatedUps): void {
        this.unfollow?.();
        let taken: string | undefined;
        const take = () => {
            const { output } = ups.reading();
            const onBattery = output?.source === 'battery';
            const watts = (output?.lines ?? []).reduce((sum, line) => sum + (line.power ?? 0), 0);
            const now = `${output?.source} ${onBattery ? watts : 0}`;
            if (now === taken) return;
            taken = now;
            this.mutate(() => {
                this.bank.setLoad(onBattery ? { watts: watts * INVERTER } : undefined);
                this.bank.setCharger(!onBattery && output?.source !== 'none');
            });
        };
        ups.on('change', take);
        this.takeLoad = take;
        this.unfollow = () => ups.off('change', take);
        take();
    }

    /** Lives until now. */
    catchUp(): void {
        const now = this.clock.monotonic();
        const slowest = this.running ? realMs(this.clock, TICK_MS) / SCANS_PER_TICK : 0;
        while (this.lived < now) {
            const step = Math.min(now - this.lived, Math.max(this.monitor.due, slowest, 1));
            this.lived += step;
            this.bank.advance(step);
            if (this.monitor.due > 0) continue;
            this.look(() => this.monitor.update());
            this.emit('scan');
        }
    }

    private mutate(change: () => void): void {
        this.catchUp();
        this.look(() => {
            change();
            this.bank.disturb();
            this.monitor.update();
        });
    }

    /** Does something and tells which states it has changed. */
    private look(action: () => void): void {
        const before = this.monitor.flags().states;
        action();
        const after = this.monitor.flags().states;
        const at = this.clock.now() - (this.clock.monotonic() - this.lived) / this.clock.speed;
        for (const state of after) if (!before.has(state)) this.emit('change', { state, on: true, at });
        for (const state of before) if (!after.has(state)) this.emit('change', { state, on: false, at });
    }

    private arm(): void {
        this.clock.clearTimeout(this.timer);
        if (!this.running) return;
        this.timer = this.clock.setTimeout(
            () => {
                // A load that changes is no `change` of a UPS.
                this.takeLoad?.();
                this.catchUp();
                this.arm();
            },
            realMs(this.clock, TICK_MS),
        );
    }

    /** At float since long: two days, of which only the battery knows. */
    private settle(): void {
        const { time } = this.bank;
        this.bank.advance(48 * HOURS);
        this.bank.time = time;
    }
}

function portIndex(device: number, port: number): number {
    requireRange('device', device, 1, 4);
    requireRange('port', port, 1, 4);
    return (device - 1) * 4 + port - 1;
}
