import { edgeOf } from './support/flow';
import { delay } from './support/machine-clock';
import { withinTargets, type Bench, type Measurement, type Result } from './support/measurement';
import { withRig, type Rig } from './support/rig';

const PATIENCE_MS = 5000;

interface Plan {
    upses: number;
    outagesEach: number;
    outageMs: number;
    interval: number;
}

/** Outages of 2 s, at 1 s polling without traps, of which no RCCMD message came. */
export const shortOutages: Measurement = {
    name: 'short-outages',
    anyBuild: true,
    run: async (bench) => [
        await missed(bench, 'outages of 2 s that were missed', {
            ...{ upses: 20, outagesEach: bench.size(5), outageMs: 2000, interval: 1 },
        }),
    ],
};

/** The same of 1 s, at 0.5 s polling. */
export const oneSecondOutages: Measurement = {
    name: 'one-second-outages',
    anyBuild: true,
    run: async (bench) => [
        await missed(bench, 'outages of 1 s that were missed, 0.5 s polling', {
            ...{ upses: 50, outagesEach: bench.size(20), outageMs: 1000, interval: 0.5 },
        }),
    ],
};

async function missed(bench: Bench, measurement: string, plan: Plan): Promise<Result> {
    const { upses: count, interval } = plan;
    const seen = await withRig(bench, { count, interval }, async (rig) => {
        const each = Array.from({ length: count }, (_, n) => outages(rig, n, plan));
        return (await Promise.all(each)).flat();
    });
    const missed = seen.filter((one) => !one).length;
    const target = { missed: 0 };
    const met = withinTargets({ missed }, target);
    return { measurement, unit: 'outages', missed, of: seen.length, target, met };
}

/** Whether each outage of one UPS was answered. */
async function outages({ cards, sink }: Rig, n: number, { outagesEach, outageMs }: Plan): Promise<boolean[]> {
    const seen: boolean[] = [];
    for (let outage = 0; outage < outagesEach; outage++) {
        await delay(Math.random() * 2000);
        const since = await cards.outage(n, outageMs);
        const answered = sink.next(edgeOf(n, true), since, PATIENCE_MS).then(
            () => true,
            () => false,
        );
        await delay(outageMs + PATIENCE_MS);
        seen.push(await answered);
    }
    return seen;
}
