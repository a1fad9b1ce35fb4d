import type { SensorConfig } from './sensor-config';

/** Converts raw readings to values: scale, offset, range, mean of the last readings. */
export class Measurement {
    private readonly scale: number;
    private readonly offset: number;
    private readonly min: number;
    private readonly max: number;
    private readonly most: number;
    private readonly window: number[] = [];
    private next = 0;

    constructor(config: SensorConfig) {
        this.scale = config.scale ?? 1;
        this.offset = config.offset ?? 0;
        this.min = config.min ?? -Infinity;
        this.max = config.max ?? Infinity;
        this.most = config.samples ?? 1;
    }

    /** The value after this reading; undefined if the reading is not a number, or outside of the sensor's range. */
    take(raw: number): number | undefined {
        // Rounded to twelve digits: 0.1 * 3 must not be above a limit of 0.3.
        const value = Number((raw * this.scale + this.offset).toPrecision(12));
        if (!Number.isFinite(value) || value < this.min || value > this.max) return undefined;
        if (this.most === 1) return value;
        this.window[this.next] = value;
        this.next = (this.next + 1) % this.most;
        const mean = this.window.reduce((sum, each) => sum + each, 0) / this.window.length;
        return Number(mean.toPrecision(12));
    }

    /** Forgets the readings before a gap: they must not enter the mean of later ones. */
    forget(): void {
        this.window.length = 0;
        this.next = 0;
    }
}
