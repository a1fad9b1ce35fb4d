import type { BatteryLayout } from '../layout';
import type { Values } from '../model';
import type { RunawayConfig } from './config';
import type { HeatHistory } from './heat-history';
import type { SensorCheck } from './sensor-check';
import type { StringHeat } from './string-countdown';
import type { RunawayReason } from './view';

/** With fewer known blocks a median says nothing of the others [ours]. */
const LEAST_OTHERS = 3;
/** A block that rose fast enough counts as rising until its rise falls below this part of the limit: noise at the limit stops nothing. */
const STILL_RISING = 0.5;
/** A rise counts as far as it is above so many standard errors [ours]. */
const ERRORS = 2;
const MOST_NAMED = 16;
const MOST_WARM = 64;

/** One sweep, as the rules see it. */
export interface HeatReading {
    /** °C by block; NaN: not known */
    temperatures: Values;
    median?: number;
    /** How many blocks the median is made of. */
    others: number;
    ambient?: number;
    /** A by string, if each has a sensor of its own. */
    currents?: Values;
    /** It is more sensitive, after a discharge. */
    sensitive: boolean;
    discharging: boolean;
}

interface Comparison {
    rule: 'above-others' | 'above-ambient';
    reference: number;
    limit: number;
    rise: number;
    against: 'median' | 'ambient';
}

type Found = RunawayReason & { module: number; counts: boolean };

/** Which blocks are hot, which of them rise, and what that means for their strings. Remembers who was hot and who rose, for its hysteresis. */
export class HeatRules {
    private readonly hot: Set<number>;
    private readonly rising: Set<number>;
    private readonly overloaded = new Set<number>();

    constructor(
        private readonly layout: BatteryLayout,
        private readonly config: RunawayConfig,
        private readonly history: HeatHistory,
        private readonly sensors: SensorCheck,
        state?: { hot: number[]; rising: number[] },
    ) {
        this.hot = new Set(state?.hot);
        this.rising = new Set(state?.rising);
    }

    state(): { hot: number[]; rising: number[] } {
        return { hot: [...this.hot], rising: [...this.rising] };
    }

    /** The blocks whose history a later process needs: those half way to a limit, the hottest first. */
    warm(reading: HeatReading): number[] {
        const comparisons = this.comparisons(reading);
        const warm: { module: number; part: number }[] = [];
        reading.temperatures.forEach((value, index) => {
            let part = 0;
            for (const { reference, limit } of comparisons) part = Math.max(part, (value - reference) / limit);
            // Also false for NaN.
            if (part >= 0.5) warm.push({ module: index + 1, part });
        });
        return warm
            .sort((a, b) => b.part - a.part)
            .slice(0, MOST_WARM)
            .map(({ module }) => module);
    }

    /** @param string from 1 */
    look(string: number, reading: HeatReading, reasons: readonly RunawayReason[]): StringHeat {
        const comparisons = this.comparisons(reading);
        const found: Found[] = [];
        const [first, last] = this.layout.modulesOf(string);
        for (let module = first; module <= last; module++) found.push(...this.block(module, reading, comparisons));
        const current = this.current(string, reading);
        // Without a current of this string the heat decides alone.
        const isMeasured = !Number.isNaN(reading.currents?.[string - 1] ?? NaN);
        const needsHeat = this.config.current === 'with-heat' && this.config.mostCurrent !== undefined && isMeasured;
        const heat = found.some(({ counts }) => counts);
        const counts = needsHeat ? found.length > 0 && current !== undefined : heat || current !== undefined;
        // What led to a warning and is not known now may still be hot.
        const unknown = reasons.some((reason) => reason.modules?.some((module) => this.isUnknown(module, reading)));
        const told = counts ? [...merged(found), ...(current ? [current] : [])] : [];
        return { condition: counts, holds: counts || found.length > 0 || unknown, reasons: told };
    }

    private isUnknown(module: number, { temperatures }: HeatReading): boolean {
        return Number.isNaN(temperatures[module - 1]!) || this.sensors.faultOf(module) !== undefined;
    }

    private comparisons({ median, others, ambient, sensitive }: HeatReading): Comparison[] {
        const { aboveOthers, aboveAmbient, risePerHour, sensitiveFactor } = this.config;
        const factor = sensitive ? sensitiveFactor : 1;
        const found: Comparison[] = [];
        if (aboveOthers !== undefined && median !== undefined && others >= LEAST_OTHERS) {
            const limit = aboveOthers * factor;
            found.push({
                rule: 'above-others',
                reference: median,
                limit,
                rise: risePerHour * factor,
                against: 'median',
            });
        }
        if (aboveAmbient !== undefined && ambient !== undefined) {
            const rise = risePerHour;
            found.push({ rule: 'above-ambient', reference: ambient, limit: aboveAmbient, rise, against: 'ambient' });
        }
        return found;
    }

    private block(module: number, reading: HeatReading, comparisons: readonly Comparison[]): Found[] {
        const value = reading.temperatures[module - 1]!;
        const fault = this.sensors.faultOf(module)?.kind;
        if (Number.isNaN(value) || fault === 'stuck') return [];
        const { recovery, highest } = this.config;
        const found: Found[] = [];
        let hot = false;
        let rising = false;
        for (const { rule, reference, limit, rise: least, against } of comparisons) {
            const excess = value - reference;
            if (excess < limit - (this.hot.has(module) ? recovery : 0)) continue;
            hot = true;
            const rise = this.history.rise(module, against);
            const surely = rise && rise.perHour - ERRORS * rise.error;
            const rises = surely !== undefined && surely >= least * (this.rising.has(module) ? STILL_RISING : 1);
            rising ||= rises;
            found.push({
                module,
                rule,
                value,
                reference,
                limit,
                ...(rise && { rise: rise.perHour }),
                ...(reading.sensitive && rule === 'above-others' && { sensitive: true as const }),
                counts: rises && excess >= limit - recovery,
            });
        }
        if (highest !== undefined && fault === undefined && value >= highest - (this.hot.has(module) ? recovery : 0)) {
            hot = true;
            found.push({ module, rule: 'highest', value, limit: highest, counts: value >= highest });
        }
        keep(this.hot, module, hot);
        keep(this.rising, module, rising);
        // A sensor that has jumped is judged by its rise alone, and is not known to be hot until it rises.
        return fault === 'jump' ? found.filter(({ counts }) => counts) : found;
    }

    private current(string: number, { currents, discharging }: HeatReading): RunawayReason | undefined {
        const { mostCurrent } = this.config;
        const value = currents?.[string - 1];
        if (mostCurrent === undefined || value === undefined || discharging) {
            this.overloaded.delete(string);
            return undefined;
        }
        // Not known now: as it was.
        if (!Number.isNaN(value)) keep(this.overloaded, string, value > mostCurrent);
        if (Number.isNaN(value) || !this.overloaded.has(string)) return undefined;
        return { rule: 'current', value, limit: mostCurrent };
    }
}

function keep(set: Set<number>, member: number, is: boolean): void {
    if (is) set.add(member);
    else set.delete(member);
}

/** One reason for each rule, with its modules, the worst first. */
function merged(found: readonly Found[]): RunawayReason[] {
    const counting = found.filter(({ counts }) => counts);
    const sorted = [...(counting.length > 0 ? counting : found)].sort((a, b) => b.value - a.value);
    return (['above-others', 'above-ambient', 'highest'] as const).flatMap((rule) => {
        const blocks = sorted.filter((block) => block.rule === rule);
        if (blocks.length === 0) return [];
        const { module: _module, counts: _counts, ...worst } = blocks[0]!;
        return { ...worst, modules: blocks.slice(0, MOST_NAMED).map(({ module }) => module) };
    });
}
