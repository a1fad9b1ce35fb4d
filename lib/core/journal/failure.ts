/** A failure that nobody has acknowledged yet. For one job and one event it is the latest one, with the number of times that it has happened. */
export interface Failure {
    key: string;
    nodeId?: string;
    /** Id of the event, for which the job ran. */
    eventId?: string;
    /** Name of the job or of the node. */
    source: string;
    /** One sentence about the latest failure, in the language of the site. */
    text: string;
    /** Id of its site; absent: of a version that did not keep it, or of all sites that share the store. */
    site?: string;
    /** Epoch ms */
    first: number;
    last: number;
    count: number;
    /** When the same job succeeded later, epoch ms. */
    mended?: number;
    detail?: unknown;
}

/** A failure as pages, the side bar and other programs are told of it. */
export interface FailureView extends Omit<Failure, 'site'> {
    /** Of its site; where it names none, of one that has its store. */
    siteId: string;
}
