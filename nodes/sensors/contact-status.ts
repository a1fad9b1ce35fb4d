import type { NodeAPI } from 'node-red';
import type { EventLevel } from '../../lib/core/events/ids';
import type { ContactSource } from '../../lib/core/sensors/contact-source';
import type { PathFailure } from '../../lib/core/unit/device-path';
import type { NodeState } from '../../lib/flow/ports';
import { lostIndicator } from '../../lib/views/source-indicator';
import { failureStatus, statusText } from '../shared/words/texts';

const LOOKS: Record<EventLevel, NodeState> = { alarm: 'alarm', warning: 'warning', info: 'busy' };

/** The node status of a contact. @param failure why the reader of the contact gets no answer */
export function contactStatus(RED: NodeAPI, source: ContactSource, failure?: PathFailure): [NodeState, string] {
    const unread = source.on === undefined;
    const lost = source.lost ? lostIndicator(!unread) : undefined;
    if (failure && (lost || unread)) return [lost ?? 'never', failureStatus(RED, failure as never, failure.since)];
    if (lost) return [lost, statusText(RED, 'noValue')];
    if (unread) return ['starting', statusText(RED, 'noReading')];
    if (!source.isActive('on')) return ['ok', statusText(RED, 'contactOff')];
    return [LOOKS[source.level], statusText(RED, 'contactOn')];
}
