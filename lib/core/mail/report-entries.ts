import type { Part } from '../language/sentence';
import type { EventInfo } from '../messages';
import type { UpsStatus } from '../status/status';

/** One UPS for a status mail. */
export interface UpsReportEntry {
    name: string;
    status: UpsStatus | undefined;
    /** Seconds since the reading. */
    ageSeconds: number | undefined;
    silent: boolean;
    active: EventInfo[];
}

/** A sensor, contact, AUX port, marker, threshold or schedule for a status mail. */
export interface SourceReportEntry {
    name: string;
    /** Its present state, in a few words. */
    state: Part;
    active: EventInfo[];
}
