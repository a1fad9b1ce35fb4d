import { COUNTERS, type Journal } from '../../core/journal/journal';

const LIMIT = 256;

/**
 * bdSeq of an edge node, 0 to 255: with each connection one more, also over a kill (Eclipse Sparkplug Specification 3.0.0, "Edge Node Death
 * Certificate"). It is in the journal before anybody connects with it.
 */
export class BirthSequence {
    private last: number | undefined;

    /** @param edgeNode tells edge nodes apart, with their brokers */
    constructor(private readonly edgeNode: string) {}

    /** @param journal undefined: there is none now, or none at all */
    next(journal: Pick<Journal, 'getValue' | 'setValue'> | undefined): number {
        const name = `sparkplug/${this.edgeNode}`;
        const next = ((this.last ?? asKept(journal?.getValue(COUNTERS, name)) ?? LIMIT - 1) + 1) % LIMIT;
        journal?.setValue(COUNTERS, name, next);
        this.last = next;
        return next;
    }
}

function asKept(value: unknown): number | undefined {
    return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < LIMIT ? value : undefined;
}
