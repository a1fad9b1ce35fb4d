import { countDifferent } from './job-words';
import { looseRows, sourceRows } from './jobs-list';
import { JOB_FILTERS, matchesWords, NO_JOBS, readJobs, type ListedEvent } from './jobs-of-flow';
import { labelOf } from './nodes-of-flow';
import { t } from './texts';

const REFRESH_AFTER_MS = 300;
/** Everything that may change a wire, a setting or a name. */
const CHANGES = ['nodes', 'links', 'junctions', 'subflows', 'flows', 'groups'].flatMap((what) =>
    ['add', 'change', 'remove'].map((how) => `${what}:${how}`),
);

/** The list of all events of the flow and the jobs behind them. */
class JobsView {
    readonly content = $('<div class="ridethrough-sidebar"></div>');
    private readonly search: JQuery;
    private readonly filter: JQuery;
    private readonly summary: JQuery;
    private readonly list: JQuery;
    private jobs = NO_JOBS;
    private stale = true;
    private timer: ReturnType<typeof setTimeout> | undefined;

    constructor() {
        const bar = $('<div class="ridethrough-log-bar"></div>').appendTo(this.content);
        this.search = $('<input type="search">')
            .attr({ placeholder: t('jobs.searchShort'), 'aria-label': t('jobs.search'), title: t('jobs.search') })
            .appendTo(bar);
        this.filter = $('<select class="ridethrough-jobs-filter"></select>')
            .attr('aria-label', t('jobs.filter.label'))
            .appendTo(bar);
        for (const name of Object.keys(JOB_FILTERS))
            $('<option></option>')
                .val(name)
                .text(t(`jobs.filter.${name}`))
                .appendTo(this.filter);
        this.summary = $('<div class="ridethrough-jobs-summary" role="status"></div>').appendTo(this.content);
        this.list = $('<div class="ridethrough-jobs-list"></div>').appendTo(this.content);
        this.search.on('input', () => this.render());
        this.filter.on('change', () => this.render());
        for (const change of [...CHANGES, 'deploy', 'editor:save', 'runtime-state'])
            RED.events.on(change, () => this.later());
    }

    /** Called when its tab is shown. */
    show(): void {
        if (this.stale) this.refresh();
    }

    /** Reads the flow later, and only while the tab is shown: moving a selection sends an event for each node. */
    private later(): void {
        this.stale = true;
        clearTimeout(this.timer);
        if (this.content.is(':visible')) this.timer = setTimeout(() => this.refresh(), REFRESH_AFTER_MS);
    }

    private refresh(): void {
        clearTimeout(this.timer);
        this.stale = false;
        this.jobs = readJobs();
        this.render();
    }

    private render(): void {
        const words = String(this.search.val()).toLowerCase().split(/\s+/).filter(Boolean);
        const filter = String(this.filter.val());
        const passes = JOB_FILTERS[filter] ?? (() => true);
        const shown = this.jobs.events.filter((event) => passes(event) && matchesWords(words, event));
        this.sumUp();
        const top = this.list.scrollTop() ?? 0;
        this.list.empty();
        for (const source of new Set(shown.map((event) => event.source)))
            this.list.append(sourceRows(shown.filter((event) => event.source === source)));
        const loose = this.jobs.unreached.filter((id) =>
            words.every((word) => `${labelOf(id)} ${RED.nodes.node(id)?.type}`.toLowerCase().includes(word)),
        );
        if (loose.length && ['wired', 'all'].includes(filter)) this.list.append(looseRows(loose));
        else if (!shown.length)
            $('<div class="ridethrough-empty"></div>')
                .text(t(this.jobs.events.length ? 'jobs.noMatch' : 'jobs.noSources'))
                .appendTo(this.list);
        this.list.scrollTop(top);
    }

    private sumUp(): void {
        const { events, warnings, complete } = this.jobs;
        const counts = {
            jobs: new Set(events.flatMap(({ jobs }: ListedEvent) => jobs).map(({ nodeId }) => nodeId)).size,
            events: events.filter(({ count }) => count > 0).length,
        };
        this.summary.empty().append($('<span></span>').text(t('jobs.summary', counts)));
        if (warnings.length)
            $('<a href="#"></a>')
                .append($('<i class="fa fa-exclamation-triangle"></i>'))
                .append(document.createTextNode(` ${t('jobs.warnings', { n: countDifferent(warnings) })}`))
                .on('click', (click) => {
                    click.preventDefault();
                    this.search.val('');
                    this.filter.val('warned').trigger('change');
                })
                .appendTo(this.summary);
        else $('<span></span>').text(t('jobs.noWarnings')).appendTo(this.summary);
        if (!complete) $('<span></span>').text(t('jobs.incomplete')).appendTo(this.summary);
    }
}

/** Adds the tab of the jobs. */
export function addJobsSidebar(): void {
    const view = new JobsView();
    RED.sidebar.addTab({
        id: 'ridethrough-jobs',
        name: t('jobs.name'),
        label: t('jobs.label'),
        content: view.content,
        iconClass: 'fa fa-tasks',
        enableOnEdit: true,
        onchange: () => view.show(),
    });
    RED.actions.add('ridethrough:show-jobs-tab', () => RED.sidebar.show('ridethrough-jobs'));
}
