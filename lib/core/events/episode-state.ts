import type { EventMessage } from '../messages';
import type { EventState } from './source';

export type StillTrue = 'yes' | 'no' | 'unknown';

/**
 * The present state of the occurrence in a message, according to its source. The event may be active under another episode id:
 * `continued` if a deploy moved the source meanwhile and the same occurrence got a new id; `renewed` if the event began anew.
 */
export type EpisodeState = 'unknown' | 'on' | 'continued' | 'renewed' | 'over';

/** @param carriedOver a deploy replaced the source while the episode was active, and the episode has neither ended nor begun anew since */
export function episodeState(episode: string, state: EventState, carriedOver = false): EpisodeState {
    if (!state.confirmed) return 'unknown';
    if (!state.active) return 'over';
    if (state.episode === episode) return 'on';
    return carriedOver ? 'continued' : 'renewed';
}

/**
 * Whether a message from before a restart is still true: an on edge as long as its own occurrence lasts (a new occurrence sends its own edge),
 * an off edge as long as the event is not active. `unknown` until the source has confirmed its state.
 */
export function isStillTrue(message: Pick<EventMessage, 'event'>, state: EventState, carriedOver = false): StillTrue {
    const { active, episode } = message.event;
    const stands = episodeState(episode, state, carriedOver);
    if (stands === 'unknown') return 'unknown';
    if (!active) return stands === 'over' ? 'yes' : 'no';
    return stands === 'on' || stands === 'continued' ? 'yes' : 'no';
}
