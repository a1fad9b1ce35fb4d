import type { FailureView } from '../../lib/core/journal/failure';
import { detailLines } from './detail';
import { badge, foldable, showNode } from './log-rows';
import { redraw } from './press';
import { t } from './texts';
import { spanOf, whenOf } from './times';

/** The list of failures that nobody has acknowledged, above everything else. */
export class FailuresView {
    private readonly open = new Set<string>();
    private failures: FailureView[] = [];

    constructor(private readonly container: JQuery) {}

    load(): void {
        void $.getJSON('ridethrough/failures').done((told: FailureView[]) => {
            this.failures = told;
            this.draw();
        });
    }

    private draw(): void {
        redraw(this.container, () => {
            this.container.empty().append(this.failures.map((failure) => this.element(failure)));
        });
    }

    private acknowledge({ siteId, key }: FailureView): void {
        const query = `site=${encodeURIComponent(siteId)}&key=${encodeURIComponent(key)}`;
        $.ajax({ url: `ridethrough/failures/acknowledge?${query}`, type: 'POST' })
            .always(() => this.load())
            .fail(({ status }) => {
                // Another user has acknowledged it.
                if (status !== 404) RED.notify(t('sidebar.noAnswer', { status }), 'error');
            });
    }

    private element(failure: FailureView): JQuery {
        const { key, nodeId, text, first, last, count, mended, detail } = failure;
        const item = $('<div class="ridethrough-entry failure"></div>');
        $('<span class="ridethrough-dot error"></span>').appendTo(item);
        $('<span class="ridethrough-entry-head"></span>')
            .append($('<b></b>').text(t('sidebar.failed', { job: failure.source })))
            .append(count > 1 ? badge(`×${count}`) : '')
            .appendTo(item);
        $('<time></time>')
            .toggleClass('span', count > 1)
            .text(count > 1 ? spanOf(first, last) : whenOf(last))
            .appendTo(item);
        $('<p></p>').text(text).appendTo(item);
        if (mended)
            $('<p></p>')
                .text(t('sidebar.mended', { time: whenOf(mended) }))
                .appendTo(item);
        foldable(item, { key, open: this.open, lines: detailLines(detail) }, () => this.draw());
        const acts = $('<div class="ridethrough-entry-acts"></div>').appendTo(item);
        $('<button type="button" class="red-ui-button red-ui-button-small"></button>')
            .attr('data-focus', `${key} acknowledge`)
            .text(t('sidebar.acknowledge'))
            .on('click', () => this.acknowledge(failure))
            .appendTo(acts);
        if (nodeId && RED.nodes.node(nodeId)) showNode(nodeId, key).appendTo(acts);
        return item;
    }
}
