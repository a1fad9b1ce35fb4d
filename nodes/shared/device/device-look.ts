import type { NodeAPI } from 'node-red';
import { isAlarm } from '../../../lib/core/status/alarms';
import type { Feed } from '../../../lib/core/unit/feed';
import { feedLamp } from '../../../lib/core/unit/unit-lamp';
import type { Look } from '../words/node-status';
import { failureStatus, statusText } from '../words/texts';

/** How a device's node looks; the one place where driver states become a status. */
export function deviceLook(RED: NodeAPI, feed: Feed): [Look, string] {
    return [feedLamp(feed), words(RED, feed)];
}

function words(RED: NodeAPI, feed: Feed): string {
    const { state } = feed;
    const { failure } = feed;
    if (failure) return failureStatus(RED, failure as never, failure.since);
    switch (state.state) {
        case 'idle':
        case 'connecting':
            return statusText(RED, 'connecting');
        case 'waiting':
        case 'closed':
            return statusText(RED, 'closed');
        case 'ready':
            return feed.blind ? statusText(RED, 'outages-unseen') : describeReading(RED, feed);
    }
}

function describeReading(RED: NodeAPI, feed: Feed): string {
    const { reading } = feed;
    const charge = reading?.battery?.chargePercent;
    const percent = charge === undefined ? '' : ` ${Math.round(charge)} %`;
    const alarms = reading?.alarms?.filter(isAlarm) ?? [];
    if (feedLamp(feed) === 'testing') return `${statusText(RED, 'testing')}${percent}`;
    if (reading?.output?.source === 'battery') return `${statusText(RED, 'onBattery')}${percent}`;
    if (alarms.length > 0) return `${statusText(RED, 'alarms', { count: alarms.length })}${percent}`;
    return `${statusText(RED, 'ok')}${percent}`;
}
