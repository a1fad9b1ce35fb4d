import type { EventInfo } from '../core/messages';
import type { IndicatorState } from '../core/status/indicator';

type Active = Pick<EventInfo, 'id' | 'level' | 'since'>;

const NAMED: Partial<Record<IndicatorState, readonly string[]>> = {
    outage: ['power-fail'],
    lost: ['communication-lost', 'connection-lost'],
    testing: ['test-in-progress'],
};

/**
 * Since when something is in its state, epoch ms: the onset of the oldest of its own active events that makes this state. Undefined: no event
 * says since when.
 */
export function stateSince(state: IndicatorState, events: readonly Active[]): number | undefined {
    const causes = events.filter(({ id, level }) => NAMED[state]?.includes(id) ?? level === state);
    return causes.length > 0 ? Math.min(...causes.map(({ since }) => since)) : undefined;
}
