import type { TimerHandle } from '../../../lib/core/clock';
import type { RuntimeFlow } from '../runtime/flow-of';

/**
 * Flows that were stopped and do not start again keep no port for longer. A deploy waits up to 15 s (Node-RED's nodeCloseTimeout) for nodes that close
 * slowly, and no client may be lost by that.
 */
const ORPHANED_MS = 45_000;

/** A server with its listener and its clients, which outlives the node that serves by it. */
export interface LastingServer<Serving> {
    start(): void;
    /** From now on it serves this; clients stay, but for those that are not allowed any more. */
    serve(serving: Serving): void;
    /** Ends the listener and all connections. Idempotent, never rejects. */
    stop(): Promise<void>;
}

interface Held<Server> {
    key: string;
    server: Server;
    /** Id of the node that serves; undefined: it is being replaced. */
    owner: string | undefined;
    lastOwner: string;
    orphaned: TimerHandle;
    /** Set once it is being ended. */
    ended?: Promise<void>;
}

/**
 * The servers of one kind in one Node-RED, by a key: all that no server can change while it listens. A node that closes leaves its server here, and the node that a deploy
 * puts in its place takes it over with all of its clients. One that nobody takes over ends with the deploy. A node that has closed hears of its server until then, and must keep silent.
 */
export class KeptServers<Serving, Server extends LastingServer<Serving>> {
    private readonly held = new Set<Held<Server>>();

    constructor(private readonly flow: RuntimeFlow) {
        flow.deploys.afterEachStart(() => {
            for (const each of this.held) if (isOrphan(each)) void this.end(each);
        });
    }

    /** @param make makes a server that does not listen yet; what it throws comes out */
    take(owner: string, key: string, serving: Serving, make: () => Server): Server {
        const free = [...this.held].filter((each) => isOrphan(each) && !each.ended && each.key === key);
        // Of two nodes with one port each gets its own back.
        const known = free.find(({ lastOwner }) => lastOwner === owner) ?? free[0];
        if (known) {
            this.flow.clock.clearTimeout(known.orphaned);
            known.owner = known.lastOwner = owner;
            known.server.serve(serving);
            return known.server;
        }
        const held: Held<Server> = { key, server: make(), owner, lastOwner: owner, orphaned: undefined };
        this.held.add(held);
        void this.endBefore(held, owner).then(() => {
            if (!held.ended) held.server.start();
        });
        return held.server;
    }

    /** What a node serves by now. */
    of(owner: string): Server | undefined {
        return [...this.held].find((each) => each.owner === owner)?.server;
    }

    /** @param removed nobody takes it over */
    async leave(owner: string, removed: boolean): Promise<void> {
        const left = [...this.held].filter((each) => each.owner === owner);
        for (const each of left) {
            each.owner = undefined;
            if (!removed) each.orphaned = this.flow.clock.setTimeout(() => void this.end(each), ORPHANED_MS);
        }
        if (removed) await Promise.all(left.map((each) => this.end(each)));
    }

    /** What the node had before may have the port or the line. */
    private async endBefore(held: Held<Server>, owner: string): Promise<void> {
        // By then the node has taken over what it goes on with.
        await Promise.resolve();
        const before = [...this.held].filter((each) => each !== held && isOrphan(each) && each.lastOwner === owner);
        await Promise.all(before.map((each) => this.end(each)));
    }

    private end(held: Held<Server>): Promise<void> {
        this.flow.clock.clearTimeout(held.orphaned);
        return (held.ended ??= held.server.stop().finally(() => this.held.delete(held)));
    }
}

function isOrphan({ owner }: Held<unknown>): boolean {
    return owner === undefined;
}
