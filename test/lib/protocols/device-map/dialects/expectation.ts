import type { PartialStatus } from '../../../../../lib/core/status/status';

/** What a recording says, by a map: written by hand from the recording and the MIB, never by running the code. */
export interface Expectation {
    /** Its name, without `.snmprec`. */
    recording: string;
    /** Id of a shipped map, or the name of a JSON file beside. */
    map: string;
    /** All that must be told, and nothing else. Without the uptime of the agent, which no map tells. */
    status: Omit<PartialStatus, 'time' | 'agentUptime'>;
}
