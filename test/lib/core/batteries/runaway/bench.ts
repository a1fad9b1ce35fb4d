import { RUNAWAY_DEFAULTS, type RunawayConfig } from '../../../../../lib/core/batteries/runaway/config';
import {
    type RunawayChange,
    type RunawayState,
    type RunawaySurroundings,
    RunawayWatch,
} from '../../../../../lib/core/batteries/runaway/runaway-watch';
import { layoutOf } from '../../../../../lib/core/batteries/layout';
import { FakeClock } from '../../../../support/fake-clock';

export const MINUTE = 60_000;

/** °C of a module (from 1) `minute` after the start. */
export type Curve = (module: number, minute: number) => number;

/** A sensor has steps of 0.5 °C (BACS: (raw - 78) / 2). */
export const inSteps = (value: number) => Math.round(value * 2) / 2;

/** A room with 12 blocks in 3 strings and its watch; the process can die. */
export class RunawayBench {
    readonly clock = new FakeClock();
    readonly layout = layoutOf(12, 3);
    readonly told: { minute: number; change: RunawayChange }[] = [];
    around: RunawaySurroundings = { discharging: false, currentPerString: false };
    amps: number[] | undefined;
    watch: RunawayWatch;
    saved: RunawayState | undefined;
    private readonly config: RunawayConfig;

    constructor(config: Partial<RunawayConfig> = {}) {
        this.config = { ...RUNAWAY_DEFAULTS, ...config };
        this.clock.boot = { id: 'boot', origin: 1_000_000 };
        this.watch = this.make();
    }

    get minute(): number {
        return this.clock.monotonic() / MINUTE;
    }

    /** A sweep each `everySeconds`, the last at `minute`. */
    until(minute: number, curve: Curve, everySeconds = 30): void {
        while (this.minute < minute - 1e-9) {
            this.clock.advanceSync(everySeconds * 1000);
            this.sweep(curve);
        }
    }

    sweep(curve: Curve): void {
        const { minute } = this;
        const temperature = Float64Array.from({ length: 12 }, (_, index) => inSteps(curve(index + 1, minute)));
        const byString = this.amps ? { current: Float64Array.from(this.amps) } : {};
        const sweep = { modules: 12, tookMs: 100, blocks: { temperature }, byString, moduleStates: new Map() };
        this.take(this.watch.sweep(sweep, this.around));
    }

    take(changes: RunawayChange[]): void {
        this.told.push(...changes.map((change) => ({ minute: this.minute, change })));
        if (changes.length || this.watch.dirty) this.save();
    }

    save(): void {
        this.saved = this.watch.state();
    }

    /** kill -9, and a new process after so many minutes. */
    kill(awayMinutes: number, wallJumpMs = 0): void {
        this.clock.advanceSync(awayMinutes * MINUTE);
        this.clock.jumpWall(wallJumpMs);
        this.watch = this.make();
    }

    get kinds(): string[] {
        return this.told.map(({ change }) => {
            const edge = change.active ? 'on' : 'off';
            if (change.kind === 'string') return `string-${change.string} ${edge}`;
            return change.kind === 'fault'
                ? `${change.fault.kind} ${change.fault.module} ${edge}`
                : `${change.kind} ${edge}`;
        });
    }

    /** When an edge was told, minutes after the start. */
    at(kind: string): number | undefined {
        return this.told[this.kinds.indexOf(kind)]?.minute;
    }

    phase(string: number): string {
        return this.watch.views()[string - 1]!.phase;
    }

    private make(): RunawayWatch {
        const { layout, config, clock } = this;
        return new RunawayWatch({ layout, config, clock }, this.saved && JSON.parse(JSON.stringify(this.saved)));
    }
}
