import type { Clock, TimerHandle } from '../../lib/core/clock';
import type { DeviceClock } from './device-clock';
import { OUTPUT_NUMBERS, type OutputNumber, type OutputSchedule, type RmcuSettings } from './settings';

export type SwitchedBy = 'web' | 'snmp' | 'panel' | 'alarm' | 'schedule' | 'pulse' | 'boot';

/**
 * The four digital outputs. Active means that the output conducts (RMCU manual, "Sensor Setup"); what that does to the supply and the battery is
 * decided by their wiring. Whoever switches last wins: a person, an alarm at its begin and end, a schedule at its begin and end. [inferred]
 */
export class Outputs {
    private readonly active = new Map<OutputNumber, boolean>(OUTPUT_NUMBERS.map((number) => [number, false]));
    private readonly pulses = new Map<OutputNumber, TimerHandle>();
    /** Alarms that hold each output. */
    private readonly alarms = new Map<OutputNumber, Set<string>>(OUTPUT_NUMBERS.map((number) => [number, new Set()]));
    private open = new Set<OutputSchedule>();

    constructor(
        private readonly clock: Clock,
        private readonly settings: RmcuSettings,
        private readonly onSwitch: (output: OutputNumber, active: boolean, by: SwitchedBy) => void,
    ) {}

    isActive(output: OutputNumber): boolean {
        return this.active.get(output) ?? false;
    }

    stateText(output: OutputNumber): string {
        const { activeText, inactiveText } = this.settings.outputs[output];
        return this.isActive(output) ? activeText : inactiveText;
    }

    /** With a pulse in its settings, an output that is switched active becomes inactive by itself; each new order begins a new pulse. */
    set(output: OutputNumber, active: boolean, by: SwitchedBy): void {
        this.clock.clearTimeout(this.pulses.get(output));
        this.pulses.delete(output);
        const { pulse, pulseSeconds } = this.settings.outputs[output];
        this.apply(output, active, by);
        if (!active || !pulse) return;
        const end = () => {
            this.pulses.delete(output);
            this.apply(output, false, 'pulse');
        };
        this.pulses.set(output, this.clock.setTimeout(end, pulseSeconds * 1000));
    }

    /** An alarm begins: its contacts become active. */
    hold(outputs: readonly OutputNumber[], alarm: string): void {
        for (const output of outputs) {
            const holders = this.alarms.get(output);
            holders?.add(alarm);
            if (holders?.size === 1) this.set(output, true, 'alarm');
        }
    }

    /** An alarm ends: contacts that no other alarm holds become inactive. */
    release(alarm: string): void {
        for (const [output, holders] of this.alarms) {
            if (holders.delete(alarm) && holders.size === 0) this.set(output, false, 'alarm');
        }
    }

    /**
     * Follows the schedules: at its begin a schedule sets its state, at its end the opposite [inferred]. If another one of the output is open then,
     * that one's state holds; of several, the last of the list.
     */
    follow(deviceClock: DeviceClock): void {
        const open = this.settings.schedules.filter((schedule) => deviceClock.isOpen(schedule));
        const changed = [
            ...open.filter((each) => !this.open.has(each)),
            ...[...this.open].filter((each) => !open.includes(each)),
        ];
        this.open = new Set(open);
        for (const output of new Set(changed.map((schedule) => schedule.output))) {
            const last = open.findLast((schedule) => schedule.output === output);
            const ended = changed.findLast((schedule) => schedule.output === output);
            this.set(output, last ? last.active : !ended?.active, 'schedule');
        }
    }

    /** As after power-on: all inactive, no pulse, held by no alarm. */
    reset(): void {
        this.stop();
        for (const holders of this.alarms.values()) holders.clear();
        this.open.clear();
        for (const output of OUTPUT_NUMBERS) this.apply(output, false, 'boot');
    }

    /** Cancels what is pending. */
    stop(): void {
        for (const timer of this.pulses.values()) this.clock.clearTimeout(timer);
        this.pulses.clear();
    }

    private apply(output: OutputNumber, active: boolean, by: SwitchedBy): void {
        if (this.isActive(output) === active) return;
        this.active.set(output, active);
        this.onSwitch(output, active, by);
    }
}
