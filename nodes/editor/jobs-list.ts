import type { GraphJob } from '../../lib/flow/graph/job-graph';
import type { JobWarning } from '../../lib/flow/graph/job-warnings';
import { dryRunBadge } from './dry-run-state';
import { timingWords, warningWords } from './job-words';
import type { ListedEvent } from './jobs-of-flow';
import { badge } from './log-rows';
import { labelOf, paletteLabelOf, reveal, siteNodeOf } from './nodes-of-flow';
import { t } from './texts';

const EDGE_ICONS = { on: 'fa-play', off: 'fa-level-down', both: 'fa-exchange' };

/** The rows of one source: its header, its events, and their jobs. */
export function sourceRows(events: readonly ListedEvent[]): JQuery[] {
    const [first] = events;
    if (!first) return [];
    const head = sourceHead(first.sourceName);
    $('<small class="ridethrough-quiet"></small>').text(first.sourceType).appendTo(head);
    const site = siteNodeOf(first.source);
    if (site) dryRunBadge(site.dryRun).appendTo(head);
    return [head, ...events.flatMap(eventRows)];
}

/** The rows of jobs that no event reaches. */
export function looseRows(ids: readonly string[]): JQuery[] {
    const rows = ids.map((id) => {
        const row = link($('<div class="ridethrough-jobs-job"></div>'), id);
        $('<i class="fa fa-chain-broken"></i>').appendTo(row);
        $('<b></b>').text(labelOf(id)).appendTo(row);
        $('<small></small>')
            .text(paletteLabelOf(RED.nodes.node(id)?.type ?? ''))
            .appendTo(row);
        return row;
    });
    const head = $('<div class="ridethrough-jobs-source"></div>').text(t('jobs.unreached'));
    return [head, ...rows];
}

function sourceHead(name: string): JQuery {
    return $('<div class="ridethrough-jobs-source"></div>').append($('<span></span>').text(name));
}

function eventRows(event: ListedEvent): JQuery[] {
    const head = $('<div class="ridethrough-jobs-event"></div>').toggleClass('unused', !event.count);
    $('<span></span>').text(event.name).attr('title', event.event).appendTo(head);
    if (event.event === '*') head.attr('title', t('jobs.everyTip'));
    badge(String(event.count), '').appendTo(head);
    if (event.nodeIds[0] !== undefined) link(head, event.nodeIds[0]);
    // A job that several paths reach has its warnings at the first one.
    const left = new Set(event.warnings);
    const rows = event.jobs.flatMap((job) => {
        const own = [...left].filter(({ nodeId }) => nodeId === job.nodeId);
        own.forEach((warning) => left.delete(warning));
        return [jobRow(job, event.source), ...own.map(warningBox)];
    });
    // If one of two jobs runs on every event, the warning is shown at the event of the other.
    return [head, ...rows, ...[...left].map(warningBox)];
}

function jobRow(job: GraphJob, source: string): JQuery {
    const row = link($('<div class="ridethrough-jobs-job"></div>'), job.nodeId).toggleClass('disabled', job.disabled);
    $('<i class="fa"></i>')
        .addClass(EDGE_ICONS[job.edge])
        .attr('title', t(`jobs.${job.edge}`))
        .appendTo(row);
    $('<b></b>').text(labelOf(job.nodeId)).appendTo(row);
    const badges = $('<span class="ridethrough-jobs-badges"></span>').appendTo(row);
    // A job may belong to another site than its UPS.
    const site = RED.nodes.node(job.nodeId)?.site ? siteNodeOf(job.nodeId) : undefined;
    if (site && site !== siteNodeOf(source)) dryRunBadge(site.dryRun).appendTo(badges);
    if (!job.sure) badge(t('jobs.unsure'), t('jobs.unsureTip')).appendTo(badges);
    if (job.disabled) badge(t('jobs.disabled'), '').appendTo(badges);
    badge(t(`jobs.${job.kind}`), '').appendTo(badges);
    $('<small></small>')
        .text(`${paletteLabelOf(job.type)}: ${[t(`jobs.${job.edge}`), timingWords(job)].filter(Boolean).join(', ')}`)
        .appendTo(row);
    return row;
}

function warningBox(warning: JobWarning): JQuery {
    return $('<div class="ridethrough-jobs-warning"></div>').append(
        $('<i class="fa fa-exclamation-triangle"></i>'),
        $('<span></span>').text(warningWords(warning)),
    );
}

function link(element: JQuery, nodeId: string): JQuery {
    return element
        .addClass('ridethrough-jobs-link')
        .attr({ tabindex: 0, role: 'button' })
        .on('click', () => reveal(nodeId))
        .on('keydown', ({ key }) => {
            if (key === 'Enter') reveal(nodeId);
        });
}
