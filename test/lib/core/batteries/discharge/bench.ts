import {
    DischargeWatch,
    type DischargeChange,
    type DischargeState,
} from '../../../../../lib/core/batteries/discharge/discharge-watch';
import { defaultDetection, type DetectionConfig } from '../../../../../lib/core/batteries/discharge/config';
import type {
    DischargeRecord,
    DischargeRecorder,
    DischargeRow,
} from '../../../../../lib/core/batteries/discharge/record';
import { layoutOf } from '../../../../../lib/core/batteries/layout';
import type { BatterySweep } from '../../../../../lib/core/batteries/model';
import { FakeClock } from '../../../../support/fake-clock';

export interface Values {
    /** V of each block, or one for all */
    volts?: number | number[];
    /** A of each string */
    amps?: number[];
    /** °C of each block, or one for all */
    celsius?: number | number[];
}

const all = (value: number | number[], count: number) =>
    Float64Array.from(typeof value === 'number' ? Array<number>(count).fill(value) : value);

export function sweepOf(modules: number, { volts, amps, celsius }: Values): BatterySweep {
    return {
        modules,
        tookMs: 100,
        blocks: {
            ...(volts !== undefined && { voltage: all(volts, modules) }),
            ...(celsius !== undefined && { temperature: all(celsius, modules) }),
        },
        byString: amps ? { current: Float64Array.from(amps) } : {},
        moduleStates: new Map(),
    };
}

/** A battery of 8 blocks of 12 V in 2 strings, its watch, and a recorder in memory; the process can die. */
export class DischargeBench {
    readonly clock = new FakeClock();
    readonly layout = layoutOf(8, 2);
    readonly told: DischargeChange[] = [];
    readonly records = new Map<string, DischargeRecord>();
    readonly rows: (DischargeRow & { id: string })[] = [];
    readonly config: DetectionConfig;
    watch: DischargeWatch;
    /** The journal: what a kill leaves. */
    saved: DischargeState | undefined;

    constructor(config: Partial<DetectionConfig> = {}) {
        this.config = { ...defaultDetection(12), ...config };
        this.clock.boot = { id: 'boot', origin: 1_000_000 };
        this.watch = this.make();
    }

    ups(discharging: boolean | undefined): void {
        this.take(this.watch.ups(discharging === undefined ? undefined : { discharging, by: 'power-fail' }));
    }

    card(...states: string[]): void {
        this.take(
            this.watch.flags({
                states: new Set(states),
                tells: new Set(['discharging', 'charging', 'float-charging']),
            }),
        );
    }

    sweep(values: Values): void {
        this.take(this.watch.sweep(sweepOf(8, values)));
    }

    /** A sweep now and then each `everySeconds`, the last at the end of `seconds`. */
    sweeps(seconds: number, values: Values, everySeconds = 10): void {
        for (let at = 0; at < seconds; at += everySeconds) {
            this.clock.advanceSync(everySeconds * 1000);
            this.sweep(values);
        }
    }

    /** kill -9, and a new process after so long. */
    kill(awaySeconds: number, wallJumpMs = 0): void {
        this.clock.advanceSync(awaySeconds * 1000);
        this.clock.jumpWall(wallJumpMs);
        this.watch = this.make();
    }

    get kinds(): string[] {
        return this.told.map((change) =>
            change.kind === 'complete' ? 'complete' : `${change.kind} ${change.active ? 'on' : 'off'}`,
        );
    }

    get record(): DischargeRecord {
        return [...this.records.values()].at(-1)!;
    }

    private make(): DischargeWatch {
        const recorder: DischargeRecorder = {
            put: (record) => this.records.set(record.id, record),
            append: (id, row) => this.rows.push({ id, ...row }),
        };
        const { layout, config, clock } = this;
        const state = this.saved && (JSON.parse(JSON.stringify(this.saved)) as DischargeState);
        return new DischargeWatch({ layout, config, clock, recorder }, state);
    }

    private take(changes: DischargeChange[]): void {
        this.told.push(...changes);
        if (changes.length || this.watch.dirty) this.saved = this.watch.state();
        this.watch.flush();
    }
}
