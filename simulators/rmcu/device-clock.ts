import type { Clock } from '../../lib/core/clock';
import type { Schedule } from './settings';

const HOUR_MS = 3_600_000;
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * The device's clock on the wall: battery-backed, with a zone of whole hours and no daylight saving (RMCU manual, "Date and Time Settings"). It
 * goes as fast as the simulation, and jumps when told.
 */
export class DeviceClock {
    private readonly origin: number;
    private offset = 0;

    constructor(
        private readonly clock: Clock,
        private readonly zoneHours: () => number,
    ) {
        this.origin = clock.now() - clock.monotonic();
    }

    /** Epoch ms, as the device believes. */
    now(): number {
        return this.origin + this.clock.monotonic() + this.offset;
    }

    jump(ms: number): void {
        this.offset += ms;
    }

    /** Minute of the local day, and weekday (0 = Sunday). */
    local(): { minute: number; weekday: number } {
        const at = this.localDate(this.now());
        return { minute: at.getUTCHours() * 60 + at.getUTCMinutes(), weekday: at.getUTCDay() };
    }

    /** Whole minutes since 1970 on the local clock. */
    localMinutes(): number {
        return Math.floor((this.now() + this.zoneHours() * HOUR_MS) / 60_000);
    }

    /** `06/14/18 12:26:19`: the order in which the device takes date and time. */
    stamp(at: number = this.now()): string {
        const date = this.localDate(at).toISOString();
        return `${date.slice(5, 7)}/${date.slice(8, 10)}/${date.slice(2, 4)} ${date.slice(11, 19)}`;
    }

    /** `Thu, 14 Jun 2018 12:26:19`, as the device's setup page shows it. */
    sentence(at: number = this.now()): string {
        const date = this.localDate(at);
        const day = String(date.getUTCDate()).padStart(2, '0');
        const words = `${WEEKDAYS[date.getUTCDay()]}, ${day} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
        return `${words} ${date.toISOString().slice(11, 19)}`;
    }

    /** Whether the window of an enabled schedule is open now. */
    isOpen(schedule: Schedule): boolean {
        if (!schedule.enabled) return false;
        const { minute, weekday } = this.local();
        const from = minuteOf(schedule.from);
        const to = minuteOf(schedule.to);
        const begins = (day: number) => schedule.days.includes((day + 7) % 7);
        if (to > from) return begins(weekday) && minute >= from && minute < to;
        return (begins(weekday) && minute >= from) || (begins(weekday - 1) && minute < to);
    }

    /** A date whose UTC fields are the local ones. */
    private localDate(at: number): Date {
        return new Date(at + this.zoneHours() * HOUR_MS);
    }
}

/** Minute of the day of `HH:MM`; NaN for any other text. */
export function minuteOf(time: string): number {
    const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time) ?? [];
    return Number(hours) * 60 + Number(minutes);
}
