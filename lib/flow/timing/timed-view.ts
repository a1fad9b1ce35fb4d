import type { Waiting } from '../../core/timing/episode-timing';

/** What one episode waits for, for status and sidebar. */
export interface TimedView {
    eventId: string;
    source: string;
    sourceId: string;
    /** Under which name this timing knows it. */
    episode: string;
    fired: number;
    waiting: Waiting | 'due';
    /** Clock seconds per real second of the source. */
    speed: number;
}
