import type { Due, Orders } from './rules';
import { sayingOf, type Span, type View } from './view';

/** Times are told as they are, but for rounding. */
const ROUNDING_MS = 50;
/** Charge is told as a whole percent, and may wander by one. */
const CHARGE_ROUNDING = 1.6;
/** What is reckoned in silence may be off by so much. */
const RECKONED_PERCENT = 6;
const MINUTE_S = 60;
/** A runtime that is reckoned from a charge in whole percents may be so much too short. */
const ESTIMATE = 1.35;

/** The earliest moment at which something can be due that counts from `onset`, by what was true. Infinity: not up to `until`. */
export function earliest(view: View, orders: Orders, due: Due, onset: number, until: number): number {
    const heardAt = view.readings.findLast(({ t, source }) => t <= until && source !== 'unknown')?.t ?? -Infinity;
    // A device that is polled more rarely has failed to answer by then, or it would have been heard.
    const reckoned = until - heardAt > 1000 * orders.staleSeconds;
    const more = CHARGE_ROUNDING + (reckoned ? RECKONED_PERCENT : 0);
    const span = { from: onset, to: until };
    /**
     * In silence the battery is taken to go on running out from the last reading, whatever is true.
     * @param runsOut also before a device counts as silent
     */
    const crossing = (percent: number, runsOut = reckoned) => {
        const left = view.charge(Math.max(heardAt, onset)) - percent;
        const reached = runsOut ? Math.max(heardAt, onset) + Math.max(0, left) * 10 * orders.capacitySeconds : Infinity;
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
            // A runtime is a time: of one that was told 17 s ago, 17 s less are left, though nobody has seen since that the mains are back.
            return crossing((seconds / orders.capacitySeconds) * 100, true);
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
    const seen = told.find((reading) => ['outage', 'hint'].includes(sayingOf(reading)))?.t ?? Infinity;
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
