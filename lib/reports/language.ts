import { durationText } from '../core/duration';
import type { Part, SentenceData } from '../core/language/sentence';
import type { Words } from '../core/language/words';
import type { Slices } from '../core/turns';
import { inSiteUnit, type TemperatureUnit } from '../core/units/temperature';

/** What is not known. */
export const UNKNOWN = '–';

const CATALOGUE = 'ups-report';

/** By language, zone and kind, for all reports: making one takes longer than writing a hundred dates. */
const made = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat>();
const MOST_MADE = 500;

const DATES = {
    day: { dateStyle: 'medium' },
    month: { year: 'numeric', month: 'long' },
    date: { dateStyle: 'medium', timeStyle: 'medium' },
    time: { timeStyle: 'medium' },
    shortTime: { timeStyle: 'short' },
    zone: { timeZoneName: 'longOffset' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/** Writes texts, numbers, dates and durations in the language and the zone of a site. */
export class ReportLanguage {
    /** For the `lang` of a page. */
    readonly tag: string;

    constructor(
        private readonly words: Words,
        /** IANA name */
        readonly zone: string,
        readonly temperatureUnit: TemperatureUnit = 'C',
    ) {
        this.tag = words.language;
    }

    /** Makes what the first dates of a language take milliseconds for, in slices. */
    async prepare(slices: Slices): Promise<void> {
        for (const kind of Object.keys(DATES) as (keyof typeof DATES)[]) {
            this.dates(kind).format(0);
            await slices.breathe();
        }
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
        return this.numberFormat(digits, fixed ? digits : 0).format(value);
    }

    private numberFormat(maximumFractionDigits: number, minimumFractionDigits: number): Intl.NumberFormat {
        return kept(
            [this.tag, maximumFractionDigits, minimumFractionDigits],
            // `negative`: what is rounded to 0 has no sign.
            () =>
                new Intl.NumberFormat(this.tag, {
                    maximumFractionDigits,
                    minimumFractionDigits,
                    signDisplay: 'negative',
                }),
        );
    }

    private dates(kind: keyof typeof DATES): Intl.DateTimeFormat {
        return kept(
            [this.tag, this.zone, kind],
            () => new Intl.DateTimeFormat(this.tag, { timeZone: this.zone, ...DATES[kind] }),
        );
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
        return at === undefined ? UNKNOWN : this.dates('date').format(at);
    }

    time(at: number | undefined): string {
        return at === undefined ? UNKNOWN : this.dates('time').format(at);
    }

    shortTime(at: number): string {
        return this.dates('shortTime').format(at);
    }

    day(at: number): string {
        return this.dates('day').format(at);
    }

    month(at: number): string {
        return this.dates('month').format(at);
    }

    /** The time alone on the day of `reference`, with the date otherwise. */
    near(at: number | undefined, reference: number): string {
        return at !== undefined && this.day(at) === this.day(reference) ? this.time(at) : this.date(at);
    }

    /** `Europe/Berlin (GMT+01:00)` */
    zoneText(at: number): string {
        const offset = this.dates('zone')
            .formatToParts(at)
            .find(({ type }) => type === 'timeZoneName')?.value;
        return offset ? `${this.zone} (${offset})` : this.zone;
    }
}

function kept<T extends Intl.DateTimeFormat | Intl.NumberFormat>(what: readonly unknown[], make: () => T): T {
    const key = what.join(' ');
    const known = made.get(key) as T | undefined;
    if (known) return known;
    if (made.size >= MOST_MADE) made.clear();
    const format = make();
    made.set(key, format);
    return format;
}
