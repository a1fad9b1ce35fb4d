import type { Journal } from '../../lib/core/journal/journal';
import { OutputClaims, type OutputClaim } from '../../lib/core/orders/output-claims';
import { hub } from './hub';

/** Of this process; what each job holds is in the journal of its site, too. */
export const outputClaims = new OutputClaims();

const NAME = 'output-claims';
/** Where the claims of a node are kept. */
const homes = new Map<string, Journal>();

/** After a restart or a deploy: takes up what a node holds by the journal, before anything else is switched. */
export function restoreClaims(nodeId: string): void {
    for (const { ownerId, key } of outputClaims.owned(nodeId)) outputClaims.delete(ownerId, key);
    for (const journal of hub.journals()) {
        const kept = (journal.getValue(nodeId, NAME) ?? []) as OutputClaim[];
        for (const claim of kept) {
            homes.set(nodeId, journal);
            outputClaims.put(claim);
        }
    }
}

export function putClaim(claim: OutputClaim, journal: Journal): void {
    outputClaims.put(claim);
    homes.set(claim.ownerId, journal);
    save(claim.ownerId);
}

export function dropClaim({ ownerId, key }: Pick<OutputClaim, 'ownerId' | 'key'>): OutputClaim | undefined {
    const claim = outputClaims.delete(ownerId, key);
    if (claim) save(ownerId);
    return claim;
}

export function dropClaimsOf(ownerId: string): void {
    for (const claim of outputClaims.owned(ownerId)) dropClaim(claim);
}

function save(ownerId: string): void {
    homes.get(ownerId)?.setValue(ownerId, NAME, outputClaims.owned(ownerId));
}
