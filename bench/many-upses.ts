import { edgeName } from './support/flow';
import { delay, machineNow } from './support/machine-clock';
import { withinTargets, type Measurement } from './support/measurement';
import { withRig, type Rig } from './support/rig';
import { round, summarize } from './support/statistics';

const UPSES = 2000;
const ROUNDS = 3;
const SETTLE_MS = 10_000;
const MEASURE_MS = 30_000;
/** Longer than any target: a figure that is missed is told as well. */
const PATIENCE_MS = 120_000;
const MIB = 2 ** 20;

/** 2,000 UPSs at 1 s in one Node-RED: its CPU, the last RCCMD message when all fail at once, and its resident memory over that with one. */
export const manyUpses: Measurement = {
    name: 'many-upses',
    anyBuild: true,
    async run(bench) {
        const count = bench.size(UPSES);
        const one = await withRig(bench, { count: 1, copies: true }, async ({ nodeRed }) => {
            await delay(SETTLE_MS);
            return nodeRed.memory();
        });
        const many = await withRig(bench, { count, copies: true }, async (rig) => {
            await delay(SETTLE_MS);
            const polling = await watch(rig);
            const memory = await rig.nodeRed.memory();
            const lasts: number[] = [];
            for (let round = 0; round < ROUNDS; round++) lasts.push(await failAll(rig, count));
            return { polling, memory, lasts: summarize(lasts) };
        });
        const { polling, memory, lasts } = many;
        // What does not poll costs nothing.
        if (polling.requestsPerSecond < 0.9 * count)
            throw new Error(`polled ${polling.requestsPerSecond} times a second`);
        const perUps = (of: 'rss' | 'heapUsed' | 'heapTotal' | 'external') =>
            round((memory[of] - one[of]) / (count - 1) / MIB, 3);
        const values = {
            cores: polling.cores,
            lastJobMs: lasts.max,
            rssPerUps: perUps('rss'),
            heapPerUps: perUps('heapUsed'),
        };
        // What V8 holds beyond what is used, and what is outside of its heap: where the resident memory is.
        const held = { heapTotalPerUps: perUps('heapTotal'), externalPerUps: perUps('external') };
        const details = { lastJobMedianMs: lasts.median, ...polling, ...held };
        const target = { cores: 1, lastJobMs: 2000, rssPerUps: 0.3 };
        const measurement = `${count} UPSs polled at 1 s in one Node-RED`;
        return [
            { measurement, unit: 'cores, ms, MiB', ...values, ...details, target, met: withinTargets(values, target) },
        ];
    },
};

async function watch({ cards, nodeRed }: Rig) {
    const before = { at: machineNow(), requests: await cards.requests(), cpuMs: await cards.cpuMs() };
    await nodeRed.beginLoad();
    await delay(MEASURE_MS);
    const { cpuMs, worstLagMs } = await nodeRed.endLoad();
    const ms = machineNow() - before.at;
    return {
        cores: round(cpuMs / ms, 3),
        coresOfTheCards: round(((await cards.cpuMs()) - before.cpuMs) / ms, 3),
        requestsPerSecond: round(((await cards.requests()) - before.requests) / (ms / 1000)),
        worstLagMs: round(worstLagMs),
    };
}

async function failAll({ cards, sink }: Rig, count: number): Promise<number> {
    const all = Array.from({ length: count }, (_, n) => n);
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
