import { Cards, type CardsOptions } from './cards';
import { edgeName, upsFlow } from './flow';
import { delay } from './machine-clock';
import type { Bench } from './measurement';
import { MeasuredNodeRed } from './node-red';
import { RccmdSink } from './rccmd-sink';

const SETTLE_MS = 60_000;

/** Cards, a real Node-RED that polls them, and an RCCMD client that takes its messages: three processes. */
export interface Rig {
    cards: Cards;
    nodeRed: MeasuredNodeRed;
    sink: RccmdSink;
}

/** Sets a rig up, waits until every card has been polled, runs `work`, and takes everything down again. */
export async function withRig<T>(
    { folder }: Bench,
    { interval = 1, ...options }: CardsOptions & { interval?: number },
    work: (rig: Rig) => Promise<T>,
): Promise<T> {
    const closers: (() => Promise<void>)[] = [];
    try {
        const cards = await Cards.start(options);
        closers.push(() => cards.stop());
        const sink = await RccmdSink.start();
        closers.push(() => sink.stop());
        const nodeRed = await MeasuredNodeRed.start({ folder });
        closers.push(() => nodeRed.stop());
        const { trapPort } = options;
        await nodeRed.deploy(upsFlow({ cards: cards.addresses, rccmdPort: sink.port, interval, trapPort }));
        await polled({ cards, nodeRed, sink }, options.count);
        const result = await work({ cards, nodeRed, sink });
        const { complaints } = nodeRed;
        if (complaints.length) throw new Error(`Node-RED complained: ${complaints.slice(0, 3).join(' | ')}`);
        return result;
    } finally {
        for (const close of closers.reverse()) await close();
    }
}

/** A first outage of all, seen through to its end, proves that each chain from card to client works. */
async function polled({ cards, sink, nodeRed }: Rig, count: number): Promise<void> {
    const all = Array.from({ length: count }, (_, n) => n);
    await delay(2000);
    for (const on of [false, true]) {
        const at = await cards.setMains(all, on);
        try {
            const names = all.map((n) => edgeName(n, !on));
            await sink.edges(names, at, SETTLE_MS);
        } catch (error) {
            throw new Error(`${String(error)}\n${nodeRed.log.slice(-4000)}`, { cause: error });
        }
    }
    // The card spaces its traps (RFC 1628: 5 s); then each failure is a fresh one.
    await delay(6000);
}
