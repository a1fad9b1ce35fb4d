import type { Waiting } from '../../core/timing/episode-timing';

/** What one episode waits for, for node status and sidebar. */
export interface TimedView {
    eventId: string;
    source: string;
    sourceId: string;
    /** The episode id that this timing uses. */
    episode: string;
    fired: number;
    /** Clock seconds between repeats; 0: it fires once. */
    repeatSeconds: number;
    waiting: Waiting | 'due';
    /** Clock seconds of the source per real second. */
    speed: number;
}
