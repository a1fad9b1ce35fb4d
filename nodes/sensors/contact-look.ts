import type { NodeAPI } from 'node-red';
import type { EventLevel } from '../../lib/core/events/ids';
import type { ContactSource } from '../../lib/core/sensors/contact-source';
import type { Look } from '../shared/node-status';
import { statusText } from '../shared/texts';

const LOOKS: Record<EventLevel, Look> = { alarm: 'alarm', warning: 'warning', info: 'busy' };

/** How a contact's node looks. */
export function contactLook(RED: NodeAPI, source: ContactSource): [Look, string] {
    if (source.lost) return [source.on === undefined ? 'never' : 'lost', statusText(RED, 'noValue')];
    if (source.on === undefined) return ['starting', statusText(RED, 'noReading')];
    if (!source.isActive('on')) return ['ok', statusText(RED, 'contactOff')];
    return [LOOKS[source.level], statusText(RED, 'contactOn')];
}
