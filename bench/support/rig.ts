import { Cards } from './cards';
import { edgeOf, upsFlow } from './flow';
import { delay } from './machine-clock';
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
    { count, interval = 1, trapPort }: { count: number; interval?: number; trapPort?: number },
    work: (rig: Rig) => Promise<T>,
): Promise<T> {
    const closers: (() => Promise<void>)[] = [];
    try {
        const cards = await Cards.start(count, trapPort);
        closers.push(() => cards.stop());
        const sink = await RccmdSink.start();
        closers.push(() => sink.stop());
        const nodeRed = await MeasuredNodeRed.start();
        closers.push(() => nodeRed.stop());
        await nodeRed.deploy(upsFlow({ cards: cards.addresses, rccmdPort: sink.port, interval, trapPort }));
        await polled({ cards, nodeRed, sink }, count);
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
            await Promise.all(all.map((n) => sink.next(edgeOf(n, !on), at, SETTLE_MS)));
        } catch (error) {
            throw new Error(`${String(error)}\n${nodeRed.log.slice(-4000)}`, { cause: error });
        }
    }
    // The card spaces its traps (RFC 1628: 5 s); then each failure is a fresh one.
    await delay(6000);
}
