import { durationText } from '../core/duration';
import type { Part, SentenceData } from '../core/language/sentence';
import type { Words } from '../core/language/words';
import { inSiteUnit, type TemperatureUnit } from '../core/units/temperature';

/** What is not known. */
export const UNKNOWN = '–';

const CATALOGUE = 'ups-report';

/** Writes texts, numbers, dates and durations in the language and the zone of a site. */
export class ReportLanguage {
    /** For the `lang` of a page. */
    readonly tag: string;
    private readonly numbers = new Map<string, Intl.NumberFormat>();
    private readonly days: Intl.DateTimeFormat;
    private readonly months: Intl.DateTimeFormat;
    private readonly dates: Intl.DateTimeFormat;
    private readonly times: Intl.DateTimeFormat;
    private readonly shortTimes: Intl.DateTimeFormat;
    private readonly zoneNames: Intl.DateTimeFormat;

    constructor(
        private readonly words: Words,
        /** IANA name */
        readonly zone: string,
        readonly temperatureUnit: TemperatureUnit = 'C',
    ) {
        this.tag = words.language;
        const format = (options: Intl.DateTimeFormatOptions) =>
            new Intl.DateTimeFormat(this.tag, { timeZone: zone, ...options });
        this.days = format({ dateStyle: 'medium' });
        this.months = format({ year: 'numeric', month: 'long' });
        this.dates = format({ dateStyle: 'medium', timeStyle: 'medium' });
        this.times = format({ timeStyle: 'medium' });
        this.shortTimes = format({ timeStyle: 'short' });
        this.zoneNames = format({ timeZoneName: 'longOffset' });
    }

    /** A text of the report. @param key below `report` of the catalogue */
    say(key: string, data?: SentenceData): string {
        return this.words.say(`${CATALOGUE}.report.${key}`, data);
    }

    /** A text of another catalogue; undefined: it has none. */
    find(key: string): string | undefined {
        return this.words.find(key);
    }

    /** The name of an event; its id if it has none. */
    event(eventId: string): string {
        return this.find(`ups-unit.events.${eventId}.name`) ?? eventId;
    }

    text(part: Part): string {
        return this.words.text(part);
    }

    /** @param digits behind the point, at most; with `fixed` exactly */
    number(value: number | undefined, digits = 0, fixed = false): string {
        if (value === undefined || !Number.isFinite(value)) return UNKNOWN;
        return this.numberFormat(digits, fixed ? digits : 0).format(value === 0 ? 0 : value);
    }

    /** Making one takes longer than writing a hundred numbers. */
    private numberFormat(maximumFractionDigits: number, minimumFractionDigits: number): Intl.NumberFormat {
        const key = `${maximumFractionDigits} ${minimumFractionDigits}`;
        const known = this.numbers.get(key);
        if (known) return known;
        const made = new Intl.NumberFormat(this.tag, { maximumFractionDigits, minimumFractionDigits });
        this.numbers.set(key, made);
        return made;
    }

    /** A value with its unit: `230.5 V`. */
    amount(value: number | undefined, unit: string, digits = 0): string {
        return value === undefined ? UNKNOWN : `${this.number(value, digits)}\u00a0${unit}`;
    }

    /** @param celsius °C; written in the unit of the site */
    temperature(celsius: number | undefined): string {
        if (celsius === undefined) return UNKNOWN;
        const { value, unit = '' } = inSiteUnit(celsius, '°C', this.temperatureUnit);
        return this.amount(value, unit, 1);
    }

    /** @param part 0 to 1. What is not whole is never rounded up to 100 %. */
    percent(part: number | undefined, digits = 1): string {
        if (part === undefined) return UNKNOWN;
        const step = 10 ** -(digits + 2);
        const shown = part < 1 && part > 1 - step ? 1 - step : part;
        return `${this.number(shown * 100, digits)}\u00a0%`;
    }

    /** @param seconds `12 min 30 s`; below ten seconds with tenths */
    duration(seconds: number | undefined): string {
        if (seconds === undefined) return UNKNOWN;
        const unit = (sign: string) => this.find(`ups-unit.duration.${sign}`) ?? sign;
        if (seconds > 0 && seconds < 10) return `${this.number(seconds, 1)} ${unit('s')}`;
        return durationText(seconds, unit);
    }

    /** A difference with its sign: `+12 s`. */
    difference(seconds: number | undefined): string {
        if (seconds === undefined) return UNKNOWN;
        const size = this.duration(Math.abs(seconds));
        return Math.abs(seconds) < 0.05 ? size : `${seconds < 0 ? '\u2212' : '+'}${size}`;
    }

    date(at: number | undefined): string {
        return at === undefined ? UNKNOWN : this.dates.format(at);
    }

    time(at: number | undefined): string {
        return at === undefined ? UNKNOWN : this.times.format(at);
    }

    shortTime(at: number): string {
        return this.shortTimes.format(at);
    }

    day(at: number): string {
        return this.days.format(at);
    }

    month(at: number): string {
        return this.months.format(at);
    }

    /** The time alone on the day of `reference`, with the date otherwise. */
    near(at: number | undefined, reference: number): string {
        return at !== undefined && this.day(at) === this.day(reference) ? this.time(at) : this.date(at);
    }

    /** `Europe/Berlin (GMT+01:00)` */
    zoneText(at: number): string {
        const offset = this.zoneNames.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value;
        return offset ? `${this.zone} (${offset})` : this.zone;
    }
}
