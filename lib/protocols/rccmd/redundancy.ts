import { UpsError } from '../../core/errors';

/**
 * A redundancy group: a machine with several UPSs shuts down only when enough of them request it; a wakeup withdraws the request
 * of its sender (CS141 manual, "Available RCCMD commands for the CS141"). Pure: the caller keeps the state, also over restarts.
 */
export interface RedundancyGroup {
    /** IP addresses, see `parseAddresses`. */
    members: readonly string[];
    /** Number of members that must request a shutdown. */
    quorum: number;
    /**
     * How long a request counts after its last repetition, ms; 0: until it is withdrawn. A wakeup may be lost, or sent while this
     * machine is off; a request from an earlier outage must then not count in the present one. A sender repeats its request while
     * its outage lasts, see `RENEW_VOTE_MINUTES`.
     */
    expireMs: number;
}

/** JSON, to be stored. */
export interface RedundancyState {
    /** Member, and epoch ms of its last shutdown request. */
    said: Record<string, number>;
    /** Epoch ms when the quorum was reached; undefined while the shutdown is held. */
    actedAt?: number;
}

export type RedundancyDecision =
    /** The quorum is reached; `repeated`: it was reached before. */
    | { decision: 'act'; repeated: boolean }
    /** Too few members have requested a shutdown. */
    | { decision: 'held' }
    /** The member withdrew its request; `had`: it had one. */
    | { decision: 'withdrawn'; had: boolean }
    /** The member withdrew its request after the group had acted: a shutdown in progress cannot be stopped. */
    | { decision: 'too-late' }
    | { decision: 'not-a-member' };

export const NO_REQUESTS: RedundancyState = { said: {} };

/** @throws UpsError out-of-range if the quorum is larger than the group */
export function redundancyGroup(members: readonly string[], quorum?: number, expireMs = 0): RedundancyGroup {
    const needed = quorum || members.length;
    if (!Number.isInteger(needed) || needed < 1 || needed > members.length) {
        throw new UpsError('out-of-range', { property: 'quorum', value: needed, min: 1, max: members.length });
    }
    return { members, quorum: needed, expireMs };
}

/** The decision on a shutdown or wakeup of a member, and the new state. @param at epoch ms */
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

/** The state without requests of former members and expired requests. */
function current(group: RedundancyGroup, state: RedundancyState, at: number): RedundancyState {
    const counts = ([member, since]: [string, number]) =>
        group.members.includes(member) && (!group.expireMs || at - since < group.expireMs);
    const said = Object.fromEntries(Object.entries(state.said).filter(counts));
    return Object.keys(said).length < group.quorum ? { said } : { ...state, said };
}

/** Number of members that request a shutdown. */
export function count(state: RedundancyState): number {
    return Object.keys(state.said).length;
}

/**
 * The state after a restart. Requests still count if the shutdown was held. If the shutdown was carried out, they are dropped:
 * this machine may just have come back from it, and one further request must not repeat it.
 */
export function restored(kept: unknown): RedundancyState {
    if (typeof kept !== 'object' || kept === null) return NO_REQUESTS;
    const { said, actedAt } = kept as Partial<RedundancyState>;
    if (actedAt !== undefined || typeof said !== 'object' || said === null) return NO_REQUESTS;
    return { said: Object.fromEntries(Object.entries(said).filter(([, since]) => Number.isFinite(since))) };
}
