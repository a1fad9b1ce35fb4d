import { freeUdpPort } from './support/free-udp-port';
import { edgeOf } from './support/flow';
import { delay } from './support/machine-clock';
import { withinTargets, type Measurement, type Result } from './support/measurement';
import { withRig, type Rig } from './support/rig';
import { summarize } from './support/statistics';

const UPSES = 20;
const FAILURES_EACH = 6;
const PATIENCE_MS = 45_000;

/** From the mains going to the first RCCMD bytes at the client, through the card's SNMP agent and a real Node-RED. */
export const failureByPolling: Measurement = {
    name: 'failure-to-rccmd',
    run: async () => [
        await measured('mains failure to RCCMD, 1 s polling', { interval: 1 }, 1500, { median: 600, max: 1200 }),
    ],
};

/** Polled so rarely that only the trap can be what is quick. */
export const failureByTrap: Measurement = {
    name: 'trap-to-rccmd',
    run: async () => {
        const trapPort = await freeUdpPort();
        // A card sends the same trap once in 5 s at most.
        return [await measured('mains failure to RCCMD, by trap', { interval: 30, trapPort }, 6000, { max: 100 })];
    },
};

async function measured(
    measurement: string,
    options: { interval: number; trapPort?: number },
    restMs: number,
    target: Record<string, number>,
): Promise<Result> {
    const times = await withRig({ count: UPSES, ...options }, async (rig) => {
        const each = Array.from({ length: UPSES }, (_, n) => failures(rig, n, restMs));
        return (await Promise.all(each)).flat();
    });
    const summary = summarize(times);
    return { measurement, unit: 'ms', ...summary, target, met: withinTargets({ ...summary }, target) };
}

/** Failures of one UPS one after the other, at random phases of the polling. */
async function failures({ cards, sink }: Rig, n: number, restMs: number): Promise<number[]> {
    const times: number[] = [];
    for (let failure = 0; failure < FAILURES_EACH; failure++) {
        await delay(Math.random() * 2000);
        const failedAt = await cards.setMains([n], false);
        const { at } = await sink.next(edgeOf(n, true), failedAt, PATIENCE_MS);
        times.push(at - failedAt);
        await delay(500 + Math.random() * 1000);
        const backAt = await cards.setMains([n], true);
        await sink.next(edgeOf(n, false), backAt, PATIENCE_MS);
        await delay(restMs);
    }
    return times;
}
