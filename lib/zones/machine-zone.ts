import { dateOf, DAY_SECONDS, dayOf, type LocalTime, type Zone } from '../core/schedules/local-time';

/** No clock is put on or back by more (Samoa went over the date line), ms. */
const LONGEST_CHANGE_MS = 26 * 3_600_000;

/** IANA name of this machine's time zone. */
export function machineZone(): string {
    return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The time zone of this machine, by its own Date: the library for other zones takes a while to load, and each of its answers longer. */
export class MachineZone implements Zone {
    readonly id = machineZone();

    localOf(at: number): LocalTime {
        const local = new Date(Math.floor(at));
        return {
            day: dayOf(local.getFullYear(), local.getMonth() + 1, local.getDate())!,
            second: local.getHours() * 3600 + local.getMinutes() * 60 + local.getSeconds(),
        };
    }

    instantOf(local: LocalTime): { at: number; skipped: boolean } {
        // Of two instants Date takes the first; in a gap one as far behind its end as was asked for behind its begin (ECMA-262, LocalTime).
        const at = dateAt(local);
        if (this.secondsAt(at) === secondsOf(local)) return { at, skipped: false };
        return { at: this.endOfGap(secondsOf(local), at), skipped: true };
    }

    /** The first instant at which the clocks show more than `wanted`. */
    private endOfGap(wanted: number, at: number): number {
        let [before, after] = [at - LONGEST_CHANGE_MS, at];
        while (after - before > 1) {
            const middle = Math.floor((before + after) / 2);
            if (this.secondsAt(middle) > wanted) after = middle;
            else before = middle;
        }
        return after;
    }

    private secondsAt(at: number): number {
        return secondsOf(this.localOf(at));
    }
}

/** Seconds of the calendar since 1970. */
function secondsOf({ day, second }: LocalTime): number {
    return day * DAY_SECONDS + second;
}

function dateAt({ day, second }: LocalTime): number {
    const { year, month, day: date } = dateOf(day);
    return new Date(year, month - 1, date, 0, 0, second).getTime();
}
