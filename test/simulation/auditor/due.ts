import type { Due, Orders } from './rules';
import { sayingOf, type Reading, type Span, type View } from './view';

/** Times are told as they are, but for rounding. */
const ROUNDING_MS = 50;
/** Charge is told as a whole percent, and may wander by one. */
const CHARGE_ROUNDING = 1.6;
/** What is reckoned in silence may be off by so much. */
const RECKONED_PERCENT = 6;
const MINUTE_S = 60;
/** From a reading to the note of the edge that it leads to. */
const NOTING_MS = 260;
/** A runtime that is reckoned from a charge in whole percents may be so much too short. */
const ESTIMATE = 1.35;

/** The earliest moment at which something can be due that counts from `onset`, by what was true. Infinity: not up to `until`. */
export function earliest(view: View, orders: Orders, due: Due, onset: number, until: number): number {
    const heard = view.readings.findLast(({ t, source }) => t <= until && source !== 'unknown');
    const heardAt = heard?.t ?? -Infinity;
    // A device that is polled more rarely has failed to answer by then, or it would have been heard.
    const reckoned = until - heardAt > 1000 * orders.staleSeconds;
    const more = CHARGE_ROUNDING + (reckoned ? RECKONED_PERCENT : 0);
    const span = { from: onset, to: until };
    /** In silence the battery is taken to go on running out from the last reading, whatever is true. */
    const crossing = (percent: number, counted = reckoned) => {
        const left = view.charge(Math.max(heardAt, onset)) - percent;
        const reached = counted ? Math.max(heardAt, onset) + Math.max(0, left) * 10 * orders.capacitySeconds : Infinity;
        return Math.min(view.crossing(percent, span), reached <= until ? reached : Infinity);
    };
    switch (due.kind) {
        case 'after':
            return onset + due.seconds * 1000 - ROUNDING_MS;
        case 'low':
            return crossing(orders.lowPercent + more);
        case 'charge':
            return crossing(due.below + more);
        case 'runtime': {
            const rounding = (orders.runtimeInMinutes ? MINUTE_S : 1.5) + (reckoned ? 1 : 0);
            const seconds = due.seconds * (due.estimated ? ESTIMATE : 1) + rounding;
            // Between two readings, too, the runtime counts down, from the last one that spoke of the outage.
            const counted = reckoned || (heard !== undefined && speaks(heard));
            return crossing((seconds / orders.capacitySeconds) * 100, counted);
        }
        case 'later': {
            // What has fired by earlier settings has fired.
            const fired = (due.before ?? [])
                .map(({ than, to }) => ({ at: earliest(view, orders, than, onset, to), to }))
                .filter(({ at, to }) => at <= to);
            const begun = Math.min(earliest(view, orders, due.than, onset, until), ...fired.map(({ at }) => at));
            return begun + due.seconds * 1000 - ROUNDING_MS;
        }
    }
}

/** The moment at which it is surely due, by what the device has told in this outage. Infinity: it has not told so. */
export function surely(view: View, orders: Orders, due: Due, outage: Span): number {
    const told = view.readings.filter(({ t }) => t >= outage.from && t <= outage.to);
    const seen = told.find((reading) => speaks(reading) && !isForgotten(view, orders, reading))?.t ?? Infinity;
    switch (due.kind) {
        case 'after':
            return seen + due.seconds * 1000;
        case 'low':
            return told.find(({ low }) => low)?.t ?? Infinity;
        case 'charge':
            return told.find(({ charge }) => charge !== undefined && charge < due.below)?.t ?? Infinity;
        case 'runtime':
            return told.find(({ runtime }) => runtime !== undefined && runtime <= due.seconds)?.t ?? Infinity;
        case 'later': {
            const begun = [due.than, ...(due.before ?? []).map(({ than }) => than)];
            return Math.max(...begun.map((than) => surely(view, orders, than, outage))) + due.seconds * 1000;
        }
    }
}

/**
 * Whether the process was killed before it could note the outage that this reading began: it was still being confirmed. What comes back knows
 * nothing of it (docs/architecture.md: "the next reading shows the state: the edge is raised then").
 */
export function isForgotten(view: View, { confirmSeconds }: Orders, { t }: Reading): boolean {
    const until = t + confirmSeconds * 1000 + NOTING_MS;
    return view.lives.some(({ to, end }) => end !== undefined && to >= t && to <= until);
}

/** Whether it speaks of an outage. */
export function speaks(reading: Reading): boolean {
    return ['outage', 'hint'].includes(sayingOf(reading));
}
