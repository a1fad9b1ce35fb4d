import type { Told } from '../auditor/story';
import type { Planned, VirtualTime } from '../kernel/virtual-time';
import type { WorldUps } from './ups';

/** How a card, or a driver of NUT, is known to lie. */
export type Lie =
    /** The source says "battery" only so many seconds into an outage. */
    | { kind: 'late'; seconds: number }
    /** It never says so: the input is dead, and the charge falls (`OL DISCHRG` in an outage). */
    | { kind: 'never' }
    /** It says on mains that the battery discharges, for ever (`OL DISCHRG`). */
    | { kind: 'discharging' }
    /** No runtime: NULL, or -1. */
    | { kind: 'no runtime' }
    /** No charge: NULL, or -1. */
    | { kind: 'no charge' }
    /** Gauge noise of a point. */
    | { kind: 'wandering charge' }
    /** So many percent too much are told. */
    | { kind: 'optimistic'; percent: number };

/** What the device that watches a UPS knows at a moment, and says. */
export interface Said extends Told {
    knows: boolean;
    secondsOnBattery: number;
    discharging: boolean;
    charging: boolean;
}

const ALIVE_VOLTS = 231;

/** The card, or the driver, of a UPS: what it says of it, in whatever words, and when it says nothing. */
export class Device {
    /** Nobody answers. */
    silent = false;
    private knowsNothingUntil = -Infinity;
    private batteryLag: Planned | undefined;

    constructor(
        readonly ups: WorldUps,
        readonly lies: readonly Lie[],
        private readonly time: VirtualTime,
    ) {}

    destroy(): void {
        this.time.cancel(this.batteryLag);
    }

    /** It begins anew: for so long it answers other, unknown and 0. */
    restart(unknownSeconds: number): void {
        this.ups.agentSince = this.time.elapsed;
        this.knowsNothingUntil = this.time.elapsed + unknownSeconds * 1000;
    }

    get answers(): boolean {
        return !this.silent && !this.ups.dead;
    }

    get knows(): boolean {
        return this.time.elapsed >= this.knowsNothingUntil && this.time.elapsed >= this.ups.agentSince + 1500;
    }

    /** Seconds. */
    get upTime(): number {
        return (this.time.elapsed - this.ups.agentSince) / 1000;
    }

    say(): Said {
        const { ups } = this;
        const nothing = { secondsOnBattery: 0, discharging: false, charging: false };
        if (!this.knows) return { knows: false, source: 'unknown', ...nothing };
        const battery = ups.onBattery && !this.tells('never') && !this.isLate();
        const shown = Math.round(this.charge());
        return {
            knows: true,
            source: !ups.output ? 'off' : battery ? 'battery' : 'mains',
            input: ups.mains ? ALIVE_VOLTS : 0,
            test: ups.testing,
            low: ups.low,
            charge: this.tells('no charge') ? undefined : shown,
            runtime: this.tells('no runtime') ? undefined : Math.round(this.runtime()),
            secondsOnBattery: battery ? Math.floor(ups.secondsOnBattery) : 0,
            discharging: ups.onBattery || this.tells('discharging'),
            charging: ups.mains && !ups.onBattery && ups.charge < 100 && !this.tells('discharging'),
        };
    }

    private charge(): number {
        const { charge } = this.ups;
        const more = this.lies.find((lie) => lie.kind === 'optimistic')?.percent ?? 0;
        const wanders = this.tells('wandering charge') && Math.floor(this.time.elapsed / 7000) % 2 === 1 ? 1 : 0;
        return Math.min(100, charge + more + wanders);
    }

    private runtime(): number {
        return (this.charge() / 100) * this.ups.traits.capacitySeconds;
    }

    private isLate(): boolean {
        const lie = this.lies.find((each) => each.kind === 'late');
        return lie !== undefined && this.ups.secondsOnBattery < lie.seconds;
    }

    private tells(kind: Lie['kind']): boolean {
        return this.lies.some((lie) => lie.kind === kind);
    }
}

/** As the auditor hears of it. */
export function toldOf({ source, input, test, low, charge, runtime }: Said): Told {
    return { source, input, test, low, charge, runtime };
}
