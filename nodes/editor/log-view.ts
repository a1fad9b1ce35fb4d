import { dryRunBadge } from './dry-run-state';
import { detailLines } from './detail';
import { LogFilters, logQuery, type Named } from './log-filters';
import { badge, foldable, showNode } from './log-rows';
import { redraw } from './press';
import { t } from './texts';
import { dayAndTimeOf, spanOf, whenOf } from './times';

const ROWS = 60;
const SETTLE_MS = 1000;
const TYPING_MS = 250;

/** An entry of the event log, from the server; times are epoch ms. */
interface LogEntry {
    at: number;
    kind: string;
    level: string;
    source: string;
    text: string;
    active?: boolean;
    dryRun?: boolean;
    nodeId?: string;
    detail?: unknown;
}

/** Repeated entries, as one row. */
interface LogRow {
    entry: LogEntry;
    key: string;
    count: number;
    from: number;
    to: number;
    others: { at: number; text: string }[];
}

interface LogPage {
    rows: LogRow[];
    /** The start of the next page, if there is one. */
    older?: string | number | null;
    sources: Named[];
    sites: Named[];
}

/** The event log in `list`. The server filters and folds it, over all its entries; `bar` contains the filters. */
export class LogView {
    private readonly open = new Set<string>();
    private readonly filters: LogFilters;
    private pages: LogPage[] = [];
    private asked = 0;
    private waiting = false;
    private news = false;

    constructor(
        private readonly list: JQuery,
        bar: JQuery,
        private readonly options: { isLow(): boolean },
    ) {
        this.filters = new LogFilters(bar);
        let typing: ReturnType<typeof setTimeout> | undefined;
        this.filters.search.on('input', () => {
            clearTimeout(typing);
            typing = setTimeout(() => this.load(), TYPING_MS);
        });
        this.filters.fields.forEach((field) => field.on('change', () => this.load()));
        this.filters.csv.on('click', () => this.saveCsv());
    }

    fit(): void {
        this.filters.fit(this.options.isLow());
    }

    load(): void {
        this.filters.mark();
        this.ask({}, (page) => {
            this.news = false;
            this.pages = [page];
            this.filters.offer(page.sources, page.sites);
            this.draw();
        });
    }

    /** Handles a new entry. The view does not move while the user reads older entries. */
    onNewEntry(): void {
        if (this.waiting) return;
        this.waiting = true;
        setTimeout(() => {
            this.waiting = false;
            if (!this.list.is(':visible')) return;
            if (this.pages.length <= 1) this.load();
            else if (!this.news) {
                this.news = true;
                this.draw();
            }
        }, SETTLE_MS);
    }

    private loadOlder(older: string | number): void {
        this.ask({ older }, (page) => {
            this.pages.push(page);
            this.draw();
        });
    }

    private ask(more: object, take: (page: LogPage) => void): void {
        const turn = ++this.asked;
        void $.getJSON(`ridethrough/log/rows?${logQuery(this.filters.chosen(), { rows: ROWS, ...more })}`)
            .done((page: LogPage) => {
                if (turn === this.asked) take(page);
            })
            .fail(({ status }) => {
                if (turn !== this.asked || this.pages.length) return;
                this.list.empty().append(emptyRow(t('sidebar.noAnswer', { status })));
            });
    }

    private draw(): void {
        const rows = this.pages.flatMap((page) => page.rows);
        redraw(this.list, () => {
            this.list.empty();
            if (this.news) this.list.append(pageButton(t('sidebar.newer'), 'newer', () => this.load()));
            this.list.append(rows.map((row) => this.element(row)));
            const older = this.pages.at(-1)?.older;
            if (older) this.list.append(pageButton(t('sidebar.older'), 'older', () => this.loadOlder(older)));
            if (rows.length) return;
            const filtered = logQuery(this.filters.chosen()) !== '';
            this.list.append(emptyRow(t(filtered ? 'sidebar.noMatch' : 'sidebar.noEntries')));
        });
    }

    private element({ entry, count, from, to, key, others }: LogRow): JQuery {
        const item = $('<div class="ridethrough-entry"></div>').attr('title', dayAndTimeOf(entry.at));
        const look = entry.kind === 'event' && entry.active === false ? 'ok' : entry.level;
        $('<span class="ridethrough-dot"></span>')
            .addClass(look)
            .attr('title', t(`level.${entry.level}`))
            .appendTo(item);
        const head = $('<span></span>').append($('<b></b>').text(entry.source)).appendTo(item);
        if (entry.dryRun) dryRunBadge(true).appendTo(head);
        if (count > 1) badge(`×${count}`).appendTo(head);
        $('<time></time>')
            .toggleClass('span', count > 1)
            .text(count > 1 ? spanOf(from, to) : whenOf(entry.at))
            .appendTo(item);
        $('<p></p>').text(entry.text).appendTo(item);
        const lines = [...detailLines(entry.detail), ...others.map(({ at, text }) => `${whenOf(at)}  ${text}`)];
        const nodeId = entry.nodeId && RED.nodes.node(entry.nodeId) ? entry.nodeId : undefined;
        if (!lines.length && !nodeId) return item;
        head.addClass('ridethrough-entry-head');
        foldable(item, { key, open: this.open, lines }, () => this.draw());
        if (nodeId && this.open.has(key))
            $('<div class="ridethrough-entry-acts"></div>').append(showNode(nodeId, key)).appendTo(item);
        return item;
    }

    /** A plain link would lack the editor's access token. */
    private saveCsv(): void {
        $.ajax({ url: `ridethrough/log.csv?${logQuery(this.filters.chosen())}`, dataType: 'text' })
            .done((text: string) => {
                const href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
                $('<a>').attr({ href, download: 'ups-event-log.csv' })[0]?.click();
                setTimeout(() => URL.revokeObjectURL(href), 1000);
            })
            .fail(({ status }) => RED.notify(t('sidebar.noAnswer', { status }), 'error'));
    }
}

function emptyRow(text: string): JQuery {
    return $('<div class="ridethrough-empty"></div>').text(text);
}

function pageButton(text: string, key: string, action: () => void): JQuery {
    return $('<button type="button" class="red-ui-button ridethrough-older"></button>')
        .attr('data-focus', key)
        .text(text)
        .on('click', action);
}
