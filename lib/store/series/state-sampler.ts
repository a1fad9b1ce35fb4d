import type { Clock, TimerHandle } from '../../core/clock';
import type { Sample, SeriesOwner, SeriesStore } from './types';

export interface StateSamplerOptions {
    owner: SeriesOwner;
    series: SeriesStore;
    clock: Clock;
    /** Between two samples. */
    seconds: number;
    /** What is known now; nothing while it is not. */
    samples(): readonly Sample[];
}

/** Keeps the history of a sensor, a contact or an output: a sample at an even interval, and when a state changes. */
export class StateSampler {
    private timer: TimerHandle;
    private states = '';

    constructor(private readonly options: StateSamplerOptions) {
        this.schedule();
    }

    /** Something may have changed. */
    changed(): void {
        const states = statesIn(this.options.samples());
        if (states !== this.states) this.sample();
    }

    close(): void {
        this.options.clock.clearTimeout(this.timer);
    }

    private schedule(): void {
        this.timer = this.options.clock.setTimeout(() => {
            this.schedule();
            this.sample();
        }, this.options.seconds * 1000);
    }

    private sample(): void {
        const { owner, series, clock, samples } = this.options;
        const known = samples();
        this.states = statesIn(known);
        if (known.length > 0) series.sample(owner, clock.now(), known);
    }
}

function statesIn(samples: readonly Sample[]): string {
    return samples.map(({ state = '' }) => state).join();
}
