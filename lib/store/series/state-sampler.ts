import type { Clock, TimerHandle } from '../../core/clock';
import type { Sample, SeriesOwner, SeriesStore } from './types';

export interface StateSamplerOptions {
    owner: SeriesOwner;
    series: SeriesStore;
    clock: Clock;
    /** Between two samples; 0: none at an interval. */
    seconds: number;
    /** At full multiples of `seconds` by the wall clock (UTC), so that a sampler that begins anew delays none. */
    even?: boolean;
    /** What is known now; nothing while it is not. */
    samples(): readonly Sample[];
}

/** Keeps the history of a sensor, a contact or an output: a sample at an interval, and when a state changes. */
export class StateSampler {
    private timer: TimerHandle;
    private states = '';

    constructor(private readonly options: StateSamplerOptions) {
        if (options.seconds > 0) this.schedule();
    }

    /** Something may have changed. */
    changed(): void {
        const states = statesIn(this.options.samples());
        if (states !== this.states) this.sample();
    }

    /** Keeps what is known now. */
    sample(): void {
        const { owner, series, clock, samples } = this.options;
        const known = samples();
        this.states = statesIn(known);
        if (known.length > 0) series.sample(owner, clock.now(), known);
    }

    close(): void {
        this.options.clock.clearTimeout(this.timer);
    }

    private schedule(): void {
        const { clock, seconds, even } = this.options;
        const ms = seconds * 1000;
        // A timer may fire a little early: what is due in a moment was just there.
        const left = even ? ms - (clock.now() % ms) : ms;
        this.timer = clock.setTimeout(
            () => {
                this.schedule();
                this.sample();
            },
            left < MOMENT_MS ? left + ms : left,
        );
    }
}

const MOMENT_MS = 50;

function statesIn(samples: readonly Sample[]): string {
    return samples.map(({ state = '' }) => state).join();
}
