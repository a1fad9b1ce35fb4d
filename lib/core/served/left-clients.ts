/** A client that was logged in when its shutdown was ordered. */
export interface WaitedFor {
    name: string;
    address: string;
    user?: string;
    /** When it had connected, epoch ms: one that comes again is another one. */
    since: number;
    /** How long after the order it had left, s; absent while it is still there. */
    leftAfter?: number;
}

type Login = Pick<WaitedFor, 'address' | 'user' | 'since'>;

/**
 * Who of the waited for has left by now.
 * @param logins who is logged in to each name now
 * @param seconds since the order
 */
export function noteLeft(
    waited: readonly WaitedFor[],
    logins: (name: string) => readonly Login[],
    seconds: number,
): WaitedFor[] {
    const there = new Map([...new Set(waited.map(({ name }) => name))].map((name) => [name, logins(name)]));
    return waited.map((client) => {
        if (client.leftAfter !== undefined) return client;
        const stays = there
            .get(client.name)!
            .some(({ address, since }) => address === client.address && since === client.since);
        return stays ? client : { ...client, leftAfter: Math.round(seconds * 10) / 10 };
    });
}
