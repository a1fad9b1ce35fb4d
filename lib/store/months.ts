import { dateOf, dayOf, type Zone } from '../core/schedules/local-time';

/** Months as people count them, in one time zone. A month is a number: years * 12 + months from 0, so that months can be subtracted. */
export class Months {
    /** @param zone default: that of the machine */
    constructor(private readonly zone?: Zone) {}

    /** The month of an instant, epoch ms. */
    of(at: number): number {
        if (!this.zone) {
            const local = new Date(at);
            return local.getFullYear() * 12 + local.getMonth();
        }
        const { year, month } = dateOf(this.zone.localOf(at).day);
        return year * 12 + month - 1;
    }

    /** The first instant of a month, epoch ms. */
    start(month: number): number {
        const [year, index] = [Math.floor(month / 12), month % 12];
        if (!this.zone) return new Date(year, index, 1).getTime();
        return this.zone.instantOf({ day: dayOf(year, index + 1, 1)!, second: 0 }).at;
    }
}

/** e.g. `2026-11` */
export function monthName(month: number): string {
    return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
}
