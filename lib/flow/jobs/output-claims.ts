import type { Journal } from '../../core/journal/journal';
import { OutputClaims, type OutputClaim } from '../../core/commands/output-claims';
import type { Registry } from '../registry';

const NAME = 'output-claims';

/** The claims of all jobs on outputs; each job's claims are also in the journal of its site. */
export class ClaimJournal {
    readonly claims = new OutputClaims();
    /** The journal with the claims of a node. */
    private readonly journals = new Map<string, Journal>();

    constructor(private readonly registry: Registry) {}

    /** After a restart or a deploy: reads the claims of a node from the journal, before anything else is switched. */
    restore(nodeId: string): void {
        for (const { ownerId, key } of this.claims.owned(nodeId)) this.claims.delete(ownerId, key);
        for (const journal of this.registry.journals()) {
            const kept = (journal.getValue(nodeId, NAME) ?? []) as OutputClaim[];
            for (const claim of kept) {
                this.journals.set(nodeId, journal);
                this.claims.put(claim);
            }
        }
    }

    put(claim: OutputClaim, journal: Journal): void {
        this.claims.put(claim);
        this.journals.set(claim.ownerId, journal);
        this.save(claim.ownerId);
    }

    drop({ ownerId, key }: Pick<OutputClaim, 'ownerId' | 'key'>): OutputClaim | undefined {
        const claim = this.claims.delete(ownerId, key);
        if (claim) this.save(ownerId);
        return claim;
    }

    dropAllOf(ownerId: string): void {
        for (const claim of this.claims.owned(ownerId)) this.drop(claim);
    }

    private save(ownerId: string): void {
        this.journals.get(ownerId)?.setValue(ownerId, NAME, this.claims.owned(ownerId));
    }
}
