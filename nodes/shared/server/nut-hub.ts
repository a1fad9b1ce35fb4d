import type { SecureContextOptions } from 'node:tls';
import { createHash } from 'node:crypto';
import type { TimerHandle } from '../../../lib/core/clock';
import { ServedViews } from '../../../lib/core/served/served-views';
import type { NutServer } from '../../../lib/protocols/nut-server/server';
import type { NutServing } from '../../../lib/protocols/nut-server/serving';
import type { Endpoint } from '../../../lib/protocols/shared/listener';
import { nutServer } from '../device/protocols';
import { onePerFlow, type RuntimeFlow } from '../runtime/flow-of';

/**
 * Flows that were stopped and do not start again keep no port for longer. A deploy waits up to 15 s (Node-RED's nodeCloseTimeout) for nodes that close
 * slowly, and no client may be lost by that.
 */
const ORPHANED_MS = 45_000;

/** A client that has logged in. */
export interface Login {
    address: string;
    user?: string;
    /** Epoch ms. */
    since: number;
}

/** What a job orders of the server of a node. */
export interface NutControl {
    readonly name: string;
    readonly names: readonly string[];
    isOrdered(name: string): boolean;
    /** @param by for people */
    order(name: string, by: string): void;
    /** @returns whether there was an order */
    withdraw(name: string): boolean;
    logins(name: string): Login[];
}

interface Held {
    key: string;
    server: NutServer;
    /** Id of the node that serves; undefined: it is being replaced. */
    owner?: string;
    lastOwner: string;
    changed: () => void;
    failed: (error: unknown) => void;
    orphaned?: TimerHandle;
}

export interface Wanted {
    at: Endpoint;
    tls?: SecureContextOptions;
    serving: NutServing;
    changed: () => void;
    failed: (error: unknown) => void;
}

/**
 * The NUT servers of one Node-RED, by address, port and TLS. A node that closes leaves its server here, and the node that a deploy puts in its place
 * takes it over with all of its clients. One that nobody takes over ends with the deploy.
 */
export class NutHub {
    readonly views: ServedViews;
    readonly controls = new Map<string, NutControl>();
    private readonly held = new Set<Held>();

    constructor(private readonly flow: RuntimeFlow) {
        this.views = new ServedViews(flow.clock);
        flow.deploys.afterEachStart(() => this.endOrphans());
    }

    /** @throws what Node throws at a wrong key or certificate */
    take(owner: string, { at, tls, serving, changed, failed }: Wanted): NutServer {
        const key = keyOf(at, tls);
        const free = [...this.held].filter((each) => each.key === key && each.owner === undefined);
        // Of two nodes with one port each gets its own back.
        const known = free.find(({ lastOwner }) => lastOwner === owner) ?? free[0];
        if (known) {
            this.flow.clock.clearTimeout(known.orphaned);
            Object.assign(known, { owner, lastOwner: owner, changed, failed });
            known.server.serve(serving);
            return known.server;
        }
        const held: Held = {
            key,
            owner,
            lastOwner: owner,
            changed,
            failed,
            server: new (nutServer().NutServer)({
                clock: this.flow.clock,
                at,
                tls,
                serving,
                changed: () => held.changed(),
                failed: (error) => held.failed(error),
            }),
        };
        // Its own former server may have the port.
        const before = [...this.held].filter((each) => each.owner === undefined && each.lastOwner === owner);
        this.held.add(held);
        void Promise.all(before.map((each) => this.end(each))).then(() => {
            if (this.held.has(held)) held.server.start();
        });
        return held.server;
    }

    /** @param removed nobody takes it over */
    async leave(owner: string, removed: boolean): Promise<void> {
        const left = [...this.held].filter((each) => each.owner === owner);
        for (const each of left) {
            Object.assign(each, { owner: undefined, changed: () => undefined, failed: () => undefined });
            if (!removed) each.orphaned = this.flow.clock.setTimeout(() => void this.end(each), ORPHANED_MS);
        }
        if (removed) await Promise.all(left.map((each) => this.end(each)));
    }

    private endOrphans(): void {
        for (const each of this.held) if (each.owner === undefined) void this.end(each);
    }

    private async end(held: Held): Promise<void> {
        this.flow.clock.clearTimeout(held.orphaned);
        this.held.delete(held);
        await held.server.stop();
    }
}

export const nutHub = onePerFlow((flow) => new NutHub(flow));

function keyOf({ address, port }: Endpoint, tls: SecureContextOptions | undefined): string {
    const secret = tls ? createHash('sha256').update(JSON.stringify(tls)).digest('base64url') : '';
    return `${address}|${port}|${secret}`;
}
