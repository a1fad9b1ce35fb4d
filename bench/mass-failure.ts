import { edgeName } from './support/flow';
import { delay } from './support/machine-clock';
import { withinTargets, type Measurement } from './support/measurement';
import { withRig, type Rig } from './support/rig';
import { summarize } from './support/statistics';

const UPSES = 100;
const ROUNDS = 10;
const PATIENCE_MS = 30_000;

/** All UPSs lose their mains in the same instant: time until the last one's RCCMD message has arrived. */
export const massFailure: Measurement = {
    name: 'mass-failure',
    anyBuild: true,
    async run(bench) {
        const lasts = await withRig(bench, { count: UPSES }, async (rig) => {
            const times: number[] = [];
            for (let round = 0; round < bench.size(ROUNDS); round++) times.push(await failAll(rig));
            return times;
        });
        const summary = summarize(lasts);
        const target = { max: 1500 };
        const measurement = `${UPSES} UPSs failing at once: last RCCMD message`;
        return [{ measurement, unit: 'ms', ...summary, target, met: withinTargets({ ...summary }, target) }];
    },
};

async function failAll({ cards, sink }: Rig): Promise<number> {
    const all = Array.from({ length: UPSES }, (_, n) => n);
    await delay(Math.random() * 1000);
    const failedAt = await cards.setMains(all, false);
    const arrivals = await sink.edges(
        all.map((n) => edgeName(n, true)),
        failedAt,
        PATIENCE_MS,
    );
    const backAt = await cards.setMains(all, true);
    await sink.edges(
        all.map((n) => edgeName(n, false)),
        backAt,
        PATIENCE_MS,
    );
    await delay(2000);
    return Math.max(...arrivals.map(({ at }) => at - failedAt));
}
