/** Seconds of the machine's own steady clock: the one clock of a scene. */
export const seconds = (): number => performance.now() / 1000;

const TICK_MS = 50;
/** The card, or the driver of upsd, is back so long after the mains when the battery had run empty. */
const REVIVAL_SECONDS = 1;
/** The output is back so long after that. */
const RESTART_SECONDS = 1;

export interface PlayedUpsOptions {
    /** From full to empty, s. */
    capacitySeconds: number;
    /** Until the mains fail for the first time, percent. */
    charge: number;
    /** Below this the UPS says that its battery is low, on mains too, percent. */
    lowPercent: number;
    /** A charge takes so many times as long as a discharge. */
    rechargeFactor: number;
}

/** What happened to the UPS; `output` as its loads see it. */
export type Moment = 'mains off' | 'mains on' | 'output off' | 'output on' | 'empty' | 'ordered' | 'aborted';

/** One UPS whose mains a scene switches. Whoever shows it on a wire reads its fields; it lives in real time and says when what happened. */
export class PlayedUps {
    mains = true;
    charge: number;
    output = true;
    secondsOnBattery = 0;
    /** Of RFC 1628's control group; seconds left, -1: none runs. */
    shutdownIn = -1;
    startIn = -1;
    autoRestart = true;
    /** Seconds that the next `shutdown` of a NUT client takes. */
    delays = { shutdown: 20, start: 5 };
    /** Nobody answers. */
    silent = false;
    /** Since when the one who answers runs, s of `seconds()`. */
    agentSince = seconds() - 86_400;
    /** Until then it answers, and knows nothing. */
    private unknownUntil = -Infinity;
    private deadUntil = -Infinity;
    private outputDueAt = Infinity;
    private lastTick = seconds();
    private readonly timer: NodeJS.Timeout;
    readonly moments: { at: number; what: Moment }[] = [];
    /** Charge over time while on battery. */
    readonly samples: { at: number; charge: number }[] = [];
    private readonly listeners: ((output: boolean) => void)[] = [];

    constructor(readonly options: PlayedUpsOptions) {
        this.charge = options.charge;
        this.timer = setInterval(() => this.tick(), TICK_MS);
    }

    destroy(): void {
        clearInterval(this.timer);
    }

    onOutput(listener: (output: boolean) => void): void {
        this.listeners.push(listener);
    }

    setMains(on: boolean): void {
        this.tick();
        if (this.mains === on) return;
        this.mains = on;
        this.note(on ? 'mains on' : 'mains off');
        if (!on) {
            this.samples.push({ at: seconds(), charge: this.charge });
            this.outputDueAt = Infinity;
            return;
        }
        this.secondsOnBattery = 0;
        if (this.deadUntil === Infinity) this.revive();
        if (!this.output && this.autoRestart) this.outputDueAt = seconds() + REVIVAL_SECONDS + RESTART_SECONDS;
    }

    /** The card begins anew: for so long it answers other, unknown and 0. */
    restartAgent(unknownSeconds: number): void {
        this.agentSince = seconds();
        this.unknownUntil = seconds() + unknownSeconds;
    }

    get answers(): boolean {
        return !this.silent && seconds() >= this.deadUntil;
    }

    get knows(): boolean {
        return seconds() >= this.unknownUntil;
    }

    get onBattery(): boolean {
        return !this.mains && this.output;
    }

    get low(): boolean {
        return this.charge < this.options.lowPercent;
    }

    /** Seconds that the battery lasts. */
    get runtime(): number {
        return (this.charge / 100) * this.options.capacitySeconds;
    }

    order(inSeconds: number): void {
        this.note('ordered');
        this.shutdownIn = inSeconds;
    }

    abort(): void {
        this.note('aborted');
        this.shutdownIn = -1;
    }

    private tick(): void {
        const now = seconds();
        const passed = now - this.lastTick;
        this.lastTick = now;
        const { capacitySeconds, rechargeFactor } = this.options;
        const step = (passed / capacitySeconds) * 100;
        if (this.mains && this.moments.length > 0) this.charge = Math.min(100, this.charge + step / rechargeFactor);
        if (this.onBattery) {
            this.charge = Math.max(0, this.charge - step);
            this.secondsOnBattery += passed;
            this.samples.push({ at: now, charge: this.charge });
            if (this.charge === 0) this.runEmpty();
        }
        this.count(passed);
        if (this.mains && now >= this.outputDueAt) this.setOutput(true);
    }

    private count(passed: number): void {
        if (this.shutdownIn >= 0 && (this.shutdownIn -= passed) <= 0) {
            this.shutdownIn = -1;
            this.setOutput(false);
        }
        if (this.startIn >= 0 && (this.startIn = Math.max(0, this.startIn - passed)) === 0 && this.mains) {
            this.startIn = -1;
            this.setOutput(true);
        }
    }

    private runEmpty(): void {
        this.note('empty');
        this.deadUntil = Infinity;
        this.shutdownIn = -1;
        this.startIn = -1;
        this.setOutput(false);
    }

    /** What lived on the battery begins anew with the mains, and knows nothing for a moment. */
    private revive(): void {
        this.deadUntil = seconds() + REVIVAL_SECONDS;
        this.agentSince = this.deadUntil;
        this.unknownUntil = this.deadUntil + REVIVAL_SECONDS;
    }

    private setOutput(on: boolean): void {
        this.outputDueAt = Infinity;
        if (this.output === on) return;
        this.output = on;
        this.note(on ? 'output on' : 'output off');
        for (const listener of this.listeners) listener(on);
    }

    private note(what: Moment): void {
        this.moments.push({ at: seconds(), what });
    }
}
