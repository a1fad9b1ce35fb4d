import { freePort } from '../test/support/free-port';
import { edgeOf } from './support/flow';
import { delay } from './support/machine-clock';
import { withinTargets, type Bench, type Measurement, type Result } from './support/measurement';
import { withRig, type Rig } from './support/rig';
import { summarize } from './support/statistics';

const PATIENCE_MS = 45_000;
/** A card sends the same trap once in 5 s at most. */
const TRAP_REST_MS = 6000;
const REST_MS = 1500;

interface Plan {
    upses: number;
    failuresEach: number;
    interval: number;
    trapPort?: number;
    target: Record<string, number>;
}

interface Failure {
    ms: number;
    failedAt: number;
}

/** From the mains going to the first RCCMD bytes at the client, through the card's SNMP agent and a real Node-RED. */
export const failureByPolling: Measurement = {
    name: 'failure-to-rccmd',
    anyBuild: true,
    run: async (bench) => [
        await measured(bench, 'mains failure to RCCMD, 1 s polling', {
            ...{ upses: 20, failuresEach: bench.size(6), interval: 1 },
            target: { median: 600, max: 1200 },
        }),
    ],
};

export const failureByFastPolling: Measurement = {
    name: 'fast-polling-to-rccmd',
    anyBuild: true,
    run: async (bench) => [
        await measured(bench, 'mains failure to RCCMD, 0.5 s polling', {
            ...{ upses: 20, failuresEach: bench.size(20), interval: 0.5 },
            target: { median: 300, max: 550 },
        }),
    ],
};

/** Polled so rarely that only the trap can be what is quick. */
export const failureByTrap: Measurement = {
    name: 'trap-to-rccmd',
    anyBuild: true,
    run: async (bench) => [
        await measured(bench, 'mains failure to RCCMD, by trap', {
            ...{ upses: 20, failuresEach: bench.size(6), interval: 30, trapPort: await freePort() },
            target: { max: 100 },
        }),
    ],
};

export const manyFailuresByTrap: Measurement = {
    name: 'trap-to-rccmd-100',
    anyBuild: true,
    run: async (bench) => [
        await measured(bench, 'mains failure to RCCMD, by trap, with 100 UPSs', {
            ...{ upses: 100, failuresEach: bench.size(10), interval: 30, trapPort: await freePort() },
            target: { p99: 10 },
        }),
    ],
};

async function measured(bench: Bench, measurement: string, plan: Plan): Promise<Result> {
    const { upses: count, interval, trapPort, target } = plan;
    const found = await withRig(bench, { count, interval, trapPort }, async (rig) => {
        const each = Array.from({ length: count }, (_, n) => failures(rig, n, plan));
        const all = await Promise.all(each);
        return { all, trapTimes: await rig.cards.trapTimes() };
    });
    const summary = summarize(found.all.flat().map(({ ms }) => ms));
    const ofCard = trapPort === undefined ? {} : { ofThatUntilTheTrapLeft: untilTrap(found.all, found.trapTimes) };
    return { measurement, unit: 'ms', ...summary, ...ofCard, target, met: withinTargets({ ...summary }, target) };
}

/** What the simulated card itself took of it. */
function untilTrap(all: Failure[][], trapTimes: number[][]): object {
    const times = all.flatMap((failures, n) =>
        failures.flatMap(({ failedAt, ms }) => {
            const left = trapTimes[n].find((at) => at >= failedAt && at <= failedAt + ms);
            return left === undefined ? [] : [left - failedAt];
        }),
    );
    const { count, median, p99, max } = summarize(times);
    return { count, median, p99, max };
}

/** Failures of one UPS one after the other, at random phases of the polling. */
async function failures({ cards, sink }: Rig, n: number, { failuresEach, trapPort }: Plan): Promise<Failure[]> {
    const found: Failure[] = [];
    for (let failure = 0; failure < failuresEach; failure++) {
        await delay(Math.random() * (trapPort === undefined ? 2000 : TRAP_REST_MS));
        const failedAt = await cards.setMains([n], false);
        const { at } = await sink.next(edgeOf(n, true), failedAt, PATIENCE_MS);
        found.push({ ms: at - failedAt, failedAt });
        await delay(500 + Math.random() * 1000);
        const backAt = await cards.setMains([n], true);
        await sink.next(edgeOf(n, false), backAt, PATIENCE_MS);
        await delay(trapPort === undefined ? REST_MS : TRAP_REST_MS);
    }
    return found;
}
