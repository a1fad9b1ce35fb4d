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
    /** Id of a site. */
    site?: string;
}

/** A site, or a source. */
export interface Named {
    id: string;
    name: string;
}

/** The query for the server, from the filters. */
export function logQuery({ text, level, kind, of, site }: LogFilter, more: Record<string, unknown> = {}): string {
    const levels = LEVELS[level ?? ''];
    return Object.entries({ text: String(text ?? '').trim(), levels, kinds: kind, of, site, ...more })
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
    private readonly site: JQuery;
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
        this.site = this.select(t('sidebar.site'), [['', t('sidebar.allSites')]]).hide();
        this.fields = [this.level, this.source, this.kind, this.site];
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
            site: String(this.site.val() ?? ''),
        };
    }

    /** Shows or folds the filters, unless the user has chosen. */
    fit(isLow: boolean): void {
        this.show(this.shownByHand ?? !isLow);
    }

    /** Marks the button while a folded filter hides entries. */
    mark(): void {
        const { level, kind, of, site } = this.chosen();
        this.button.toggleClass('filtering', Boolean(level || kind || of || site));
    }

    /** Offers what there is now. A choice of sites is shown only if there is one. */
    offer(sources: readonly Named[], sites: readonly Named[]): void {
        offerIn(this.source, sources);
        offerIn(this.site, sites);
        this.site.toggle(sites.length > 1);
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

/** Replaces all choices but the first; what was chosen stays chosen if it is still there. */
function offerIn(field: JQuery, choices: readonly Named[]): void {
    const before = String(field.val() ?? '');
    field.children().slice(1).remove();
    for (const { id, name } of choices) $('<option></option>').val(id).text(name).appendTo(field);
    field.val(choices.some(({ id }) => id === before) ? before : '');
}
