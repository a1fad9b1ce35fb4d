import { UPS_EVENTS, type UpsEventId } from './ids';

/** Important warnings: a UPS that does not answer is not monitored, and on bypass or without redundancy the load is not protected. */
const WARNINGS: readonly UpsEventId[] = [
    'communication-lost',
    'outages-unseen',
    'paths-disagree',
    'device-alarm',
    'on-bypass',
    'redundancy-lost',
    'battery-weak',
];

/**
 * The default events of automatic mails. The CS141 manual ("Advanced Error Log Options") says that its list is fixed and depends on the
 * device, but shows it in a picture only: this selection is our own.
 */
export const MOST_IMPORTANT_EVENTS: readonly UpsEventId[] = (Object.keys(UPS_EVENTS) as UpsEventId[]).filter(
    (id) => UPS_EVENTS[id] === 'alarm' || WARNINGS.includes(id),
);
