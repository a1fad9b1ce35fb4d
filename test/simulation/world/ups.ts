import type { Planned, VirtualTime } from '../kernel/virtual-time';
import type { Trace } from '../kernel/trace';

export interface UpsTraits {
    /** From full to empty, s. */
    capacitySeconds: number;
    /** Percent, at the beginning. */
    charge: number;
    /** At and below this the battery is low, percent. */
    lowPercent: number;
    /** A charge takes so many times as long as a discharge. */
    rechargeFactor: number;
}

/** The card, or the driver, is back so long after the mains when the battery had run empty. */
const REVIVAL_MS = 4000;
/** The output follows so long after that. */
const RESTART_MS = 2000;
const SAMPLE_MS = 5000;

/** One UPS, its battery and its output. Charge falls and rises evenly. */
export class WorldUps {
    mains = true;
    output = true;
    testing = false;
    /** Of its own countdown; undefined: none runs. */
    private countdown: { until: number; planned: Planned } | undefined;
    private starting: { until: number; planned: Planned } | undefined;
    autoRestart = true;
    /** Seconds that the next order of a NUT client takes. */
    delays = { shutdown: 20, start: 5 };
    /** What lives on its battery has died with it. */
    dead = false;
    /** When the agent began, ms. */
    agentSince = -86_400_000;
    batterySince: number | undefined;
    private percent: number;
    private percentAt = 0;
    private sampling: Planned | undefined;
    private emptying: Planned | undefined;
    private returning: Planned | undefined;
    private readonly listeners: ((output: boolean) => void)[] = [];

    constructor(
        readonly traits: UpsTraits,
        private readonly time: VirtualTime,
        private readonly trace: Trace,
    ) {
        this.percent = traits.charge;
    }

    onOutput(listener: (output: boolean) => void): void {
        this.listeners.push(listener);
    }

    get onBattery(): boolean {
        return this.output && (!this.mains || this.testing);
    }

    get charge(): number {
        const passed = (this.time.elapsed - this.percentAt) / 1000;
        const rate = 100 / this.traits.capacitySeconds;
        if (this.onBattery) return Math.max(0, this.percent - passed * rate);
        return this.mains ? Math.min(100, this.percent + (passed * rate) / this.traits.rechargeFactor) : this.percent;
    }

    get low(): boolean {
        return this.charge <= this.traits.lowPercent;
    }

    /** Seconds. */
    get runtime(): number {
        return (this.charge / 100) * this.traits.capacitySeconds;
    }

    get secondsOnBattery(): number {
        return this.batterySince === undefined ? 0 : (this.time.elapsed - this.batterySince) / 1000;
    }

    get shutdownIn(): number {
        return this.countdown ? (this.countdown.until - this.time.elapsed) / 1000 : -1;
    }

    get startIn(): number {
        return this.starting ? (this.starting.until - this.time.elapsed) / 1000 : -1;
    }

    setMains(on: boolean): void {
        if (this.mains === on) return;
        this.change(() => (this.mains = on));
        this.trace.note({ t: this.time.elapsed, what: 'mains', on });
        this.time.cancel(this.returning);
        if (!on) return;
        if (this.dead) {
            this.returning = this.time.after(REVIVAL_MS, () => {
                this.dead = false;
                this.agentSince = this.time.elapsed;
                this.returning = this.time.after(RESTART_MS, () => this.setOutput(true));
            });
        } else if (!this.output && this.autoRestart && !this.starting) {
            this.returning = this.time.after(RESTART_MS, () => this.setOutput(true));
        }
    }

    setTesting(on: boolean): void {
        if (this.testing === on) return;
        this.change(() => (this.testing = on));
        this.trace.note({ t: this.time.elapsed, what: 'test', on });
    }

    order(seconds: number): void {
        this.trace.note({ t: this.time.elapsed, what: 'ordered', seconds });
        this.time.cancel(this.countdown?.planned);
        const planned = this.time.after(seconds * 1000, () => {
            this.countdown = undefined;
            this.setOutput(false);
            if (this.mains && this.autoRestart && !this.starting) this.startAfter(RESTART_MS / 1000);
        });
        this.countdown = { until: this.time.elapsed + seconds * 1000, planned };
    }

    abort(): void {
        this.trace.note({ t: this.time.elapsed, what: 'aborted' });
        this.time.cancel(this.countdown?.planned);
        this.countdown = undefined;
        this.time.cancel(this.starting?.planned);
        this.starting = undefined;
    }

    startAfter(seconds: number): void {
        this.time.cancel(this.starting?.planned);
        const planned = this.time.after(seconds * 1000, () => {
            this.starting = undefined;
            if (this.mains) this.setOutput(true);
        });
        this.starting = { until: this.time.elapsed + seconds * 1000, planned };
    }

    private setOutput(on: boolean): void {
        if (this.output === on) return;
        this.change(() => (this.output = on));
        this.trace.note({ t: this.time.elapsed, what: 'output', on });
        for (const listener of this.listeners) listener(on);
    }

    /** Takes stock of the charge before something changes it, and plans what follows from it. */
    private change(act: () => void): void {
        this.percent = this.charge;
        this.percentAt = this.time.elapsed;
        act();
        this.time.cancel(this.emptying);
        if (!this.onBattery) {
            this.batterySince = undefined;
            this.time.cancel(this.sampling);
            return;
        }
        this.batterySince ??= this.time.elapsed;
        this.emptying = this.time.after(this.runtime * 1000, () => this.runEmpty());
        this.sample();
    }

    private sample(): void {
        this.time.cancel(this.sampling);
        this.trace.note({ t: this.time.elapsed, what: 'charge', percent: rounded(this.charge) });
        this.sampling = this.time.after(SAMPLE_MS, () => this.sample());
    }

    private runEmpty(): void {
        if (this.testing && this.mains) return this.setTesting(false);
        this.trace.note({ t: this.time.elapsed, what: 'empty' });
        this.dead = true;
        this.abort();
        this.setOutput(false);
    }
}

function rounded(value: number): number {
    return Math.round(value * 1000) / 1000;
}
