import type { EventMessage } from '../messages';
import type { EventState } from './source';

export type Holds = 'yes' | 'no' | 'unknown';

/**
 * Whether a message that was kept over a restart is still true: an on edge while its own episode lasts, an off edge while
 * no new one has begun. `unknown` until the source has confirmed how it stands.
 */
export function holds(message: Pick<EventMessage, 'event'>, state: EventState): Holds {
    const { active, episode } = message.event;
    if (!state.confirmed) return 'unknown';
    if (active) return state.active && state.episode === episode ? 'yes' : 'no';
    return state.active ? 'no' : 'yes';
}
