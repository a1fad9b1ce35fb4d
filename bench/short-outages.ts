import { edgeOf } from './support/flow';
import { delay } from './support/machine-clock';
import { withinTargets, type Measurement } from './support/measurement';
import { withRig, type Rig } from './support/rig';

const UPSES = 20;
const OUTAGES_EACH = 5;
const OUTAGE_MS = 2000;
const PATIENCE_MS = 5000;

/** Outages of 2 s, at 1 s polling without traps, of which no RCCMD message came. */
export const shortOutages: Measurement = {
    name: 'short-outages',
    async run() {
        const seen = await withRig({ count: UPSES }, async (rig) => {
            const each = Array.from({ length: UPSES }, (_, n) => outages(rig, n));
            return (await Promise.all(each)).flat();
        });
        const missed = seen.filter((one) => !one).length;
        const target = { missed: 0 };
        const measurement = 'outages of 2 s that were missed';
        const met = withinTargets({ missed }, target);
        return [{ measurement, unit: 'outages', missed, of: seen.length, target, met }];
    },
};

/** Whether each outage of one UPS was answered. */
async function outages({ cards, sink }: Rig, n: number): Promise<boolean[]> {
    const seen: boolean[] = [];
    for (let outage = 0; outage < OUTAGES_EACH; outage++) {
        await delay(Math.random() * 2000);
        const since = await cards.outage(n, OUTAGE_MS);
        const answered = sink.next(edgeOf(n, true), since, PATIENCE_MS).then(
            () => true,
            () => false,
        );
        await delay(OUTAGE_MS + PATIENCE_MS);
        seen.push(await answered);
    }
    return seen;
}
