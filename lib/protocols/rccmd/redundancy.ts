import { UpsError } from '../../core/errors';

/**
 * A redundancy group: a machine fed by several UPSs shuts down only when enough of them say so, and a wakeup from one takes
 * back what it said (CS141 manual, "Available RCCMD commands for the CS141"). Pure: the caller keeps the state, and across restarts.
 */
export interface RedundancyGroup {
    /** Plain addresses, see `parseAddresses`. */
    members: readonly string[];
    /** How many of them must say so. */
    quorum: number;
    /**
     * For how long a member's shutdown counts after it was said last, ms; 0 = until it is withdrawn. A wakeup that was lost, or sent
     * while this machine was off, is never heard, and what a UPS said in an earlier outage must not count in this one. A sender whose
     * outage goes on says it again, see `RENEW_VOTE_MINUTES`.
     */
    expireMs: number;
}

/** JSON, so that it can be kept. */
export interface RedundancyState {
    /** Member to the epoch ms of its latest shutdown. */
    said: Record<string, number>;
    /** Epoch ms when the quorum was reached; undefined while the shutdown is held. */
    actedAt?: number;
}

export type RedundancyDecision =
    /** The quorum is reached (`repeated`: it had been before). */
    | { decision: 'act'; repeated: boolean }
    /** Not enough have said so. */
    | { decision: 'held' }
    /** A member took its shutdown back, or had none. */
    | { decision: 'withdrawn'; had: boolean }
    /** A member took its shutdown back after the group had acted: an initiated shutdown cannot be withdrawn. */
    | { decision: 'too-late' }
    | { decision: 'not-a-member' };

export const NOBODY: RedundancyState = { said: {} };

/** @throws UpsError out-of-range for a quorum that the members cannot reach */
export function redundancyGroup(members: readonly string[], quorum?: number, expireMs = 0): RedundancyGroup {
    const needed = quorum || members.length;
    if (!Number.isInteger(needed) || needed < 1 || needed > members.length) {
        throw new UpsError('out-of-range', { property: 'quorum', value: needed, min: 1, max: members.length });
    }
    return { members, quorum: needed, expireMs };
}

/** What to do about a member's shutdown or wakeup, and the state from now on. @param at epoch ms */
export function decide(
    group: RedundancyGroup,
    before: RedundancyState,
    said: 'shutdown' | 'wakeup',
    sender: string,
    at: number,
): { state: RedundancyState; decision: RedundancyDecision } {
    const state = current(group, before, at);
    if (!group.members.includes(sender)) return { state, decision: { decision: 'not-a-member' } };
    return said === 'shutdown' ? shutdown(group, state, sender, at) : wakeup(group, state, sender);
}

function shutdown(group: RedundancyGroup, state: RedundancyState, sender: string, at: number) {
    const next: RedundancyState = { ...state, said: { ...state.said, [sender]: at } };
    if (count(next) < group.quorum) return { state: next, decision: { decision: 'held' } as const };
    const repeated = state.actedAt !== undefined;
    next.actedAt = state.actedAt ?? at;
    return { state: next, decision: { decision: 'act', repeated } as const };
}

function wakeup(group: RedundancyGroup, state: RedundancyState, sender: string) {
    const said = { ...state.said };
    const had = sender in said;
    delete said[sender];
    const below = Object.keys(said).length < group.quorum;
    if (had && below && state.actedAt !== undefined) {
        return { state: { said }, decision: { decision: 'too-late' } as const };
    }
    return { state: { ...state, said }, decision: { decision: 'withdrawn', had } as const };
}

/** The state without members that have left the group and shutdowns that have expired. */
function current(group: RedundancyGroup, state: RedundancyState, at: number): RedundancyState {
    const counts = ([member, since]: [string, number]) =>
        group.members.includes(member) && (!group.expireMs || at - since < group.expireMs);
    const said = Object.fromEntries(Object.entries(state.said).filter(counts));
    return Object.keys(said).length < group.quorum ? { said } : { ...state, said };
}

/** How many members say shutdown. */
export function count(state: RedundancyState): number {
    return Object.keys(state.said).length;
}

/**
 * The state that a restart begins with. What members said before still counts while the shutdown was held. Once acted upon it
 * is used up: this machine may just have come back from that very shutdown, and must not do it again on one more word.
 */
export function restored(kept: unknown): RedundancyState {
    if (typeof kept !== 'object' || kept === null) return NOBODY;
    const { said, actedAt } = kept as Partial<RedundancyState>;
    if (actedAt !== undefined || typeof said !== 'object' || said === null) return NOBODY;
    return { said: Object.fromEntries(Object.entries(said).filter(([, since]) => Number.isFinite(since))) };
}
