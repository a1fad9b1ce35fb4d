import { t } from './texts';

const LEVELS: Readonly<Record<string, string>> = {
    failures: 'error',
    alarms: 'alarm,error',
    warnings: 'warning,alarm,error',
};
const KINDS = ['event', 'job', 'log', 'system'];

/** The state of the filters; empty: everything is shown. */
export interface LogFilter {
    text?: string;
    level?: string;
    kind?: string;
    /** Id of a source. */
    of?: string;
}

/** The query for the server, from the filters. */
export function logQuery({ text, level, kind, of }: LogFilter, more: Record<string, unknown> = {}): string {
    return Object.entries({ text: String(text ?? '').trim(), levels: LEVELS[level ?? ''], kinds: kind, of, ...more })
        .filter(([, value]) => value !== undefined && value !== '')
        .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
        .join('&');
}

/** The bar above the log: a text search, and filters that can be folded away. */
export class LogFilters {
    readonly search: JQuery;
    /** The fields that the button shows and hides. */
    readonly fields: JQuery[];
    readonly csv: JQuery;
    private readonly button: JQuery;
    private readonly box: JQuery;
    private readonly level: JQuery;
    private readonly source: JQuery;
    private readonly kind: JQuery;
    private shownByHand: boolean | undefined;

    constructor(bar: JQuery) {
        this.search = $('<input type="search">')
            .attr({ placeholder: t('sidebar.search'), 'aria-label': t('sidebar.search') })
            .appendTo(bar);
        this.button = $('<button type="button" class="red-ui-button"><i class="fa fa-filter"></i></button>')
            .attr({ title: t('sidebar.filters'), 'aria-label': t('sidebar.filters') })
            .appendTo(bar);
        this.csv = $('<button type="button" class="red-ui-button"></button>')
            .attr('title', t('sidebar.csv'))
            .append('<i class="fa fa-download"></i> CSV')
            .appendTo(bar);
        this.box = $('<div class="ridethrough-log-filters"></div>').appendTo(bar);
        this.level = this.select(t('sidebar.level.label'), [
            ['', t('sidebar.level.all')],
            ['warnings', t('sidebar.level.warnings')],
            ['alarms', t('sidebar.level.alarms')],
            ['failures', t('sidebar.level.failures')],
        ]);
        this.source = this.select(t('sidebar.source'), [['', t('sidebar.allSources')]]);
        this.kind = this.select(t('sidebar.kind.label'), [
            ['', t('sidebar.kind.all')],
            ...KINDS.map((name): [string, string] => [name, t(`sidebar.kind.${name}`)]),
        ]);
        this.fields = [this.level, this.source, this.kind];
        this.button.on('click', () => {
            this.shownByHand = this.button.attr('aria-expanded') !== 'true';
            this.show(this.shownByHand);
        });
    }

    chosen(): LogFilter {
        return {
            text: String(this.search.val() ?? ''),
            level: String(this.level.val() ?? ''),
            kind: String(this.kind.val() ?? ''),
            of: String(this.source.val() ?? ''),
        };
    }

    /** Shows or folds the filters, unless the user has chosen. */
    fit(isLow: boolean): void {
        this.show(this.shownByHand ?? !isLow);
    }

    /** Marks the button while a folded filter hides entries. */
    mark(): void {
        const { level, kind, of } = this.chosen();
        this.button.toggleClass('filtering', Boolean(level || kind || of));
    }

    offerSources(sources: readonly { id: string; name: string }[]): void {
        const before = String(this.source.val() ?? '');
        this.source.children().slice(1).remove();
        for (const { id, name } of sources) $('<option></option>').val(id).text(name).appendTo(this.source);
        this.source.val(sources.some(({ id }) => id === before) ? before : '');
    }

    private show(shown: boolean): void {
        this.box.toggle(shown);
        this.button.attr('aria-expanded', String(shown));
    }

    private select(label: string, options: readonly (readonly [value: string, text: string])[]): JQuery {
        const field = $('<select></select>').attr('aria-label', label).appendTo(this.box);
        options.forEach(([value, text]) => $('<option></option>').val(value).text(text).appendTo(field));
        return field;
    }
}
