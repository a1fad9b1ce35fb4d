import type { Clock, TimerHandle } from '../../core/clock';
import type { BatterySource } from '../../core/batteries/battery-source';
import {
    BLOCK_QUANTITIES,
    BLOCK_UNITS,
    STRING_QUANTITIES,
    STRING_UNITS,
    type BlockQuantity,
    type StringQuantity,
    type Values,
} from '../../core/batteries/model';
import type { NumberedValues, SeriesStore } from './types';

/** An impedance that does not come to rest is kept so often, ms: a monitor measures it once or twice a day. */
const RESTLESS_MS = 3_600_000;
/** One that stays the same is kept so often all the same, ms: a trend knows then that it was measured. */
const SAME_MS = 86_400_000;

/** The name of a quantity of a block in the history of its battery: `voltage.17`. */
export function blockQuantity(quantity: BlockQuantity, module: number): string {
    return `${quantity}.${module}`;
}

/** The name of a quantity of a string in the history of its battery: `string-current.2`. Its charge is the mean of its blocks. */
export function stringQuantity(quantity: StringQuantity | 'charge', string: number): string {
    return `${STRING_PREFIX}${quantity}.${string}`;
}

const STRING_PREFIX = 'string-';

export interface BatterySamplerOptions {
    battery: Pick<BatterySource, 'id' | 'name' | 'view' | 'silent'>;
    series: Pick<SeriesStore, 'sampleNumbered'>;
    /** That of the site. */
    clock: Clock;
    /** Between two samples. */
    seconds: number;
}

/**
 * Keeps the history of a battery: the values of all blocks and strings at an even interval, each pass of the monitor at most once. The impedance is kept
 * when it has changed and come to rest again, so that a measurement, in which the blocks get theirs one after the other, is one sample; and once a day.
 */
export class BatterySampler {
    private timer: TimerHandle;
    private sampledAt: number | undefined;
    private kept: Values | undefined;
    /** Monotonic ms. */
    private keptAt = -Infinity;
    /** An impedance that was not kept yet, and since when (monotonic ms) it differs from the one that was. */
    private changed: { values: Values; since: number } | undefined;

    constructor(private readonly options: BatterySamplerOptions) {
        this.schedule();
    }

    close(): void {
        this.options.clock.clearTimeout(this.timer);
    }

    private schedule(): void {
        const { clock, seconds } = this.options;
        this.timer = clock.setTimeout(() => {
            this.schedule();
            this.look();
        }, seconds * 1000);
    }

    private look(): void {
        const { battery, series } = this.options;
        const { at, blocks, byString } = battery.view();
        // Of a monitor that is silent nothing is known; what is left of it was sampled.
        if (at === undefined || at === this.sampledAt || battery.silent) return;
        this.sampledAt = at;
        const values: NumberedValues[] = [];
        for (const quantity of BLOCK_QUANTITIES) {
            const own = blocks[quantity];
            if (own && quantity !== 'impedance') values.push({ quantity, unit: BLOCK_UNITS[quantity], values: own });
        }
        for (const quantity of [...STRING_QUANTITIES, 'charge'] as const) {
            const own = byString[quantity];
            const unit = quantity === 'charge' ? BLOCK_UNITS.charge : STRING_UNITS[quantity];
            if (own) values.push({ quantity: `${STRING_PREFIX}${quantity}`, unit, values: own });
        }
        if (values.length > 0) series.sampleNumbered(battery, at, values);
        if (blocks.impedance) this.takeImpedance(at, blocks.impedance);
    }

    private takeImpedance(at: number, values: Values): void {
        const { battery, series, clock } = this.options;
        const now = clock.monotonic();
        const known = this.kept !== undefined && isSame(values, this.kept);
        if (known && now - this.keptAt < SAME_MS) {
            this.changed = undefined;
            return;
        }
        const { changed } = this;
        const rests = known || (changed !== undefined && isSame(values, changed.values));
        if (!rests && now - (changed?.since ?? now) < RESTLESS_MS) {
            this.changed = { values, since: changed?.since ?? now };
            return;
        }
        this.changed = undefined;
        this.kept = values;
        this.keptAt = now;
        const kept = { quantity: 'impedance', unit: BLOCK_UNITS.impedance, values };
        series.sampleNumbered(battery, at, [kept], 'seldom');
    }
}

/** Unknown is the same as unknown. */
function isSame(a: Values, b: Values): boolean {
    return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}
