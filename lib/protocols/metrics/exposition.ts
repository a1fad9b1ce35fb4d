/** The two formats that Prometheus and its relatives read. */
export type MetricFormat = 'text' | 'openmetrics';

/** `info`: a gauge that is always 1 and tells by its labels; its name ends with `_info`. A counter's ends with `_total`. */
export type MetricKind = 'gauge' | 'counter' | 'info';

/** Longest value of a label, characters: who names a UPS with a megabyte must not make each series that long. */
const LONGEST_VALUE = 200;

const ENDINGS: Readonly<Record<MetricKind, string>> = { gauge: '', counter: '_total', info: '_info' };

/**
 * Series as text: version 0.0.4 of Prometheus's text format (its documentation, "Exposition formats"), or OpenMetrics 1.0.0. Families come out in the order in which
 * they were first named, each with its HELP and TYPE; one without a value is left out.
 */
export class Exposition {
    private readonly families = new Map<string, MetricFamily>();

    constructor(private readonly format: MetricFormat) {}

    /**
     * @param name without the ending of its kind
     * @param help one sentence
     */
    family(name: string, kind: MetricKind, help: string): MetricFamily {
        const known = this.families.get(name);
        if (known) return known;
        const made = new MetricFamily(name, kind, help, this.format);
        this.families.set(name, made);
        return made;
    }

    toString(): string {
        let text = '';
        for (const family of this.families.values()) text += family.toString();
        return this.format === 'openmetrics' ? `${text}# EOF\n` : text;
    }
}

/** The series of one name. */
export class MetricFamily {
    private readonly series: string;
    private lines = '';

    constructor(
        private readonly name: string,
        private readonly kind: MetricKind,
        private readonly help: string,
        private readonly format: MetricFormat,
    ) {
        this.series = name + ENDINGS[kind];
    }

    /**
     * Adds a value; nothing is added for one that is not known.
     * @param labels as `labels` makes them, joined by commas; the caller sees to it that none comes twice
     * @param value true is 1, false is 0
     */
    add(labels: string, value: number | boolean | undefined): void {
        const number = Number(value);
        // `undefined` is NaN here.
        if (!Number.isFinite(number)) return;
        this.lines += labels === '' ? `${this.series} ${number}\n` : `${this.series}{${labels}} ${number}\n`;
    }

    toString(): string {
        if (this.lines === '') return '';
        const { name, series, kind } = this;
        const [of, type] = this.format === 'openmetrics' ? [name, kind] : [series, kind === 'info' ? 'gauge' : kind];
        return `# HELP ${of} ${escaped(this.help)}\n# TYPE ${of} ${type}\n${this.lines}`;
    }
}

/** `name="value"` for each, joined by commas, whatever is in a value. */
export function labels(values: Readonly<Record<string, string | number>>): string {
    return Object.entries(values)
        .map(([name, value]) => `${name}="${typeof value === 'number' ? value : labelValue(value)}"`)
        .join(',');
}

/** A text as it may stand between the quotes of a label. */
export function labelValue(text: string): string {
    return escaped(shortValue(text));
}

/** A text as short as the value of a label may be, without the characters that end a scrape in any reader: NUL, other controls, half surrogates. */
export function shortValue(text: string, most = LONGEST_VALUE): string {
    const short = text.length <= most ? text : `${text.slice(0, most - 1)}…`;
    return short.replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, ' ').replace(HALF_SURROGATE, '\ufffd');
}

const HALF_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const PLAIN = /^[^\\"\n]*$/;

function escaped(text: string): string {
    if (PLAIN.test(text)) return text;
    return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

/**
 * A name for each of these, no two alike within a place, and the same after each deploy: whatever shares its name with others gets its id beside it.
 * @returns by id
 */
export function uniqueNames(all: readonly { id: string; name: string; site?: string }[]): Map<string, string> {
    const shared = new Map<string, number>();
    const keyOf = ({ name, site = '' }: { name: string; site?: string }) => `${site}\n${shortValue(name)}`;
    for (const each of all) shared.set(keyOf(each), (shared.get(keyOf(each)) ?? 0) + 1);
    return new Map(
        all.map((each) => {
            const { id, name } = each;
            if (shared.get(keyOf(each)) === 1) return [id, shortValue(name)];
            return [id, `${shortValue(name, LONGEST_VALUE / 2)} (${shortValue(id, LONGEST_VALUE / 2 - 3)})`];
        }),
    );
}

/** Media types of a reader, from the one that says most of ours to the one that says least. */
const RANGES: Readonly<Record<MetricFormat, readonly string[]>> = {
    text: ['text/plain', 'text/*', '*/*'],
    openmetrics: ['application/openmetrics-text'],
};
const VERSIONS: Readonly<Record<MetricFormat, readonly string[]>> = {
    text: ['0.0.4'],
    openmetrics: ['1.0.0', '0.0.1'],
};

/**
 * The format that a client prefers by its Accept header (RFC 9110, section 12.5.1); text for one that says nothing of either. OpenMetrics goes to those alone who name it: a
 * browser takes anything.
 */
export function formatFor(accept: string | undefined): MetricFormat {
    const asked = (accept ?? '').slice(0, 4096).split(',').map(mediaRange);
    const qualityOf = (format: MetricFormat) => {
        for (const range of RANGES[format]) {
            const named = asked.filter(
                ({ type, version }) =>
                    type === range &&
                    (version === undefined || type.endsWith('*') || VERSIONS[format].includes(version)),
            );
            if (named.length > 0) return Math.max(...named.map(({ q }) => q));
        }
        return 0;
    };
    const openmetrics = qualityOf('openmetrics');
    return openmetrics > 0 && openmetrics >= qualityOf('text') ? 'openmetrics' : 'text';
}

function mediaRange(entry: string): { type: string; version: string | undefined; q: number } {
    const [type = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
    const told = (name: string) =>
        parameters
            .find((each) => each.startsWith(`${name}=`))
            ?.slice(name.length + 1)
            .replace(/^"(.*)"$/, '$1');
    const q = Number(told('q') ?? 1);
    return { type, version: told('version'), q: q >= 0 && q <= 1 ? q : 0 };
}

export const CONTENT_TYPES: Readonly<Record<MetricFormat, string>> = {
    text: 'text/plain; version=0.0.4; charset=utf-8',
    openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};
