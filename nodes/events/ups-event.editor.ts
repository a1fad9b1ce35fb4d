import { readLeniently } from '../../lib/core/settings';
import { dialog } from '../editor/form/dialog';
import { nameOf } from '../editor/nodes-of-flow';
import { eventName, text } from '../editor/texts';
import { settings } from './ups-event.settings';

/** Greatest number of events in a label; more are too long for the canvas. */
const MOST_NAMED = 2;

function chosen(all: boolean, events: readonly string[]): string {
    if (all) return text('ups-event', 'all');
    if (events.length > MOST_NAMED) return text('ups-event', 'several', { n: events.length });
    return events.map((id) => eventName(id)).join(', ');
}

export default dialog(settings, {
    label(node) {
        const { ups, all, events, onlyOnBattery } = readLeniently(settings, node);
        const unit = nameOf(ups);
        const what = chosen(all, events);
        return unit && `${unit}: ${onlyOnBattery ? text('ups-event', 'onBattery', { events: what }) : what}`;
    },
});
