/** A failure that nobody has acknowledged; of one job and one event the latest. */
export interface FailureView {
    key: string;
    siteId: string;
    nodeId?: string;
    /** Id of the event, for which the job ran. */
    eventId?: string;
    /** Name of the job or of the node. */
    source: string;
    /** One sentence, in the language of the site. */
    text: string;
    first: number;
    last: number;
    count: number;
    /** When the same job succeeded later. */
    mended?: number;
    detail?: unknown;
}
