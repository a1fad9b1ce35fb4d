import { delay } from './support/machine-clock';
import { withinTargets, type Measurement } from './support/measurement';
import type { Memory } from './support/node-red';
import { withRig } from './support/rig';
import { round } from './support/statistics';

const COUNTS = [1, 50, 100, 200];
const POLLING_MS = 20_000;
const MIB = 2 ** 20;

/** Node-RED's memory with 1 to 200 polled UPSs, each with its event and two jobs, after an outage and some polling. */
export const memoryPerUps: Measurement = {
    name: 'memory-per-ups',
    anyBuild: true,
    async run(bench) {
        const found: (Memory & { count: number })[] = [];
        for (const count of bench.size(COUNTS.length) < COUNTS.length ? [1, 50] : COUNTS) {
            const memory = await withRig(bench, { count }, async ({ nodeRed }) => {
                await delay(POLLING_MS);
                return nodeRed.memory();
            });
            found.push({ count, ...memory });
        }
        const [first, last] = [found[0], found[found.length - 1]];
        const perUps = (of: 'heapUsed' | 'rss') => round((last[of] - first[of]) / (last.count - first.count) / MIB, 3);
        const values = { heapPerUps: perUps('heapUsed'), rssPerUps: perUps('rss') };
        const steps = found.map(({ count, heapUsed, rss }) => ({
            upses: count,
            heapMiB: round(heapUsed / MIB),
            rssMiB: round(rss / MIB),
        }));
        const target = { heapPerUps: 0.5, rssPerUps: 0.3 };
        const measurement = `memory per UPS, from ${first.count} to ${last.count} UPSs`;
        return [{ measurement, unit: 'MiB', ...values, steps, target, met: withinTargets(values, target) }];
    },
};
