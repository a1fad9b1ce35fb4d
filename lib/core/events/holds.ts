import type { EventMessage } from '../messages';
import type { EventState } from './source';

export type Holds = 'yes' | 'no' | 'unknown';

/**
 * How the occurrence that a message tells of stands by its source now. The event may be on under another episode, which is no end:
 * `continued` where the same occurrence got another name, because its source was put elsewhere while it was on; `renewed` where it began anew.
 */
export type Standing = 'unknown' | 'on' | 'continued' | 'renewed' | 'over';

/** @param carriedOver the source was replaced in this process while the episode was on, and nobody has ended or renewed it since */
export function standing(episode: string, state: EventState, carriedOver = false): Standing {
    if (!state.confirmed) return 'unknown';
    if (!state.active) return 'over';
    if (state.episode === episode) return 'on';
    return carriedOver ? 'continued' : 'renewed';
}

/**
 * Whether a message that was kept over a restart is still true: an on edge while its own occurrence lasts (one that began anew sends its own),
 * an off edge while the event is not on. `unknown` until the source has confirmed how it stands.
 */
export function holds(message: Pick<EventMessage, 'event'>, state: EventState, carriedOver = false): Holds {
    const { active, episode } = message.event;
    const stands = standing(episode, state, carriedOver);
    if (stands === 'unknown') return 'unknown';
    if (!active) return stands === 'over' ? 'yes' : 'no';
    return stands === 'on' || stands === 'continued' ? 'yes' : 'no';
}
