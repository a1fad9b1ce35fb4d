import type { Channel } from '../../../../lib/core/status/status';
import { inDigits } from '../../../../lib/core/units/digits';
import { lastedMsOf, type Lasting } from '../../../../lib/core/events/lasted';
import { inSiteUnit, type TemperatureUnit } from '../../../../lib/core/units/temperature';

/** What is not known. Never a zero. */
export const UNKNOWN = '–';

/** How a site wants its values: a view of a site has both. */
export interface ShownAt {
    temperatureUnit?: TemperatureUnit;
    significantDigits?: number;
}

/** With significant digits, so many may stand behind the point. */
const MOST_DECIMALS = 12;
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** Numbers, durations and moments as the reader's language writes them. */
export class Formats {
    private readonly made = new Map<string, Intl.NumberFormat>();
    private readonly moments: Intl.DateTimeFormat;
    private readonly clocks: Intl.DateTimeFormat;
    private readonly days: Intl.DateTimeFormat;

    /** @param timeZone of the browser, if absent */
    constructor(
        readonly locale: string,
        readonly timeZone?: string,
    ) {
        this.moments = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium', timeZone });
        this.clocks = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', timeZone });
        this.days = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone });
    }

    /** @param digits at most so many after the point @param significant in place of them the digits of the site */
    number(value: number | undefined, digits = 1, significant?: number): string {
        if (value === undefined || !Number.isFinite(value)) return UNKNOWN;
        const most = significant === undefined ? digits : MOST_DECIMALS;
        const format = this.numberFormat({ maximumFractionDigits: most });
        const written = format.format(inDigits(value, significant));
        // What rounds to zero has no direction.
        return written === format.format(-0) ? format.format(0) : written;
    }

    /** `83 %` */
    percent(value: number | undefined, digits = 0): string {
        return value === undefined ? UNKNOWN : `${this.number(value, digits)}\u00a0%`;
    }

    /**
     * A value with its unit; temperatures in the unit of the site, with its significant digits.
     * @param unit SI, e.g. `V`, `°C`
     */
    value(value: number | undefined, unit: string | undefined, digits = 1, site: ShownAt = {}): string {
        if (value === undefined) return UNKNOWN;
        const shown = inSiteUnit(value, unit, site.temperatureUnit);
        const number = this.number(shown.value, digits, site.significantDigits);
        return shown.unit ? `${number}\u00a0${shown.unit}` : number;
    }

    /** A channel of a device: its value with its unit, or its state; undefined: not known. */
    channel({ value, state, unit }: Channel, site?: ShownAt): string | undefined {
        return value === undefined ? state : this.value(value, unit, 2, site);
    }

    /** `950 W`, `1.2 kW` */
    watts(value: number | undefined): string {
        if (value === undefined) return UNKNOWN;
        return Math.abs(value) < 1000 ? this.value(value, 'W', 0) : this.value(value / 1000, 'kW', 1);
    }

    /** `45 s`, `2 min 10 s`, `1 h 45 min`, `3 d 4 h`: two units at most, the smaller one where it says something. */
    duration(seconds: number | undefined): string {
        if (seconds === undefined || !Number.isFinite(seconds)) return UNKNOWN;
        const whole = Math.max(0, Math.floor(seconds));
        if (whole < MINUTE) return this.parts([whole, 'second']);
        if (whole < 10 * MINUTE) return this.parts([Math.floor(whole / MINUTE), 'minute'], [whole % MINUTE, 'second']);
        if (whole < HOUR) return this.parts([Math.floor(whole / MINUTE), 'minute']);
        if (whole < DAY) {
            return this.parts([Math.floor(whole / HOUR), 'hour'], [Math.floor((whole % HOUR) / MINUTE), 'minute']);
        }
        return this.parts([Math.floor(whole / DAY), 'day'], [Math.floor((whole % DAY) / HOUR), 'hour']);
    }

    /** How long something lasted: rounded if it is over, as in reports, else counted on. Epoch ms. */
    lasted(lasting: Lasting, now: number): string {
        const seconds = lastedMsOf(lasting, now) / 1000;
        return this.duration(lasting.endedAt === undefined ? seconds : Math.round(seconds));
    }

    /** `2:10`, `1:02:10`: a countdown. */
    countdown(seconds: number | undefined): string {
        if (seconds === undefined) return UNKNOWN;
        const whole = Math.max(0, Math.ceil(seconds));
        const two = (value: number) => String(value).padStart(2, '0');
        const [hours, minutes] = [Math.floor(whole / HOUR), Math.floor((whole % HOUR) / MINUTE)];
        return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % MINUTE)}` : `${minutes}:${two(whole % MINUTE)}`;
    }

    /** Date and time of a moment, epoch ms. */
    moment(at: number | undefined): string {
        return at === undefined ? UNKNOWN : this.moments.format(at);
    }

    /** The time alone of today, else with its date. */
    time(at: number | undefined, now: number): string {
        if (at === undefined) return UNKNOWN;
        return this.days.format(at) === this.days.format(now) ? this.clocks.format(at) : this.moments.format(at);
    }

    clock(at: number): string {
        return this.clocks.format(at);
    }

    day(at: number): string {
        return this.days.format(at);
    }

    /** A month in words. @param month e.g. `2026-11` */
    month(month: string): string {
        const [year, number] = month.split('-').map(Number);
        const format = new Intl.DateTimeFormat(this.locale, { month: 'long', year: 'numeric', timeZone: 'UTC' });
        return format.format(Date.UTC(year!, number! - 1, 1));
    }

    private parts(...parts: [number, Intl.NumberFormatOptions['unit']][]): string {
        return parts
            .filter(([value], index) => index === 0 || value > 0)
            .map(([value, unit]) => this.numberFormat({ style: 'unit', unit, unitDisplay: 'short' }).format(value))
            .join(' ');
    }

    private numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
        const key = JSON.stringify(options);
        const format = this.made.get(key) ?? new Intl.NumberFormat(this.locale, options);
        this.made.set(key, format);
        return format;
    }
}
