import type { Zone } from '../core/schedules/local-time';
import type { Range } from './sources';

const MINUTE = 60;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440].map((minutes) => minutes * MINUTE);
const MOST = 7;
const DAY_SECONDS = 86_400;

/** Round times of the clock on the wall for an axis, at most seven; for a range of less than two minutes its ends. */
export function timeTicks(zone: Zone, { from, to }: Range): number[] {
    const seconds = (to - from) / 1000;
    if (seconds < 2 * MINUTE) return [from, to];
    const step = STEPS.find((size) => seconds / size <= MOST) ?? DAY_SECONDS * Math.ceil(seconds / DAY_SECONDS / MOST);
    const local = zone.localOf(from);
    const ticks: number[] = [];
    if (step >= DAY_SECONDS) {
        const days = step / DAY_SECONDS;
        for (let day = local.day; ticks.length <= MOST; day += days) {
            const { at } = zone.instantOf({ day, second: 0 });
            if (at > to) break;
            if (at >= from) ticks.push(at);
        }
        return ticks;
    }
    const first = Math.ceil(local.second / step) * step;
    for (let at = from + (first - local.second) * 1000; at <= to;) {
        // Where the clocks change, the next round time comes sooner or later.
        const past = zone.localOf(at).second % step;
        if (past === 0) ticks.push(at);
        at += (step - past) * 1000;
    }
    return ticks;
}
