import { parentPort, workerData } from 'node:worker_threads';
import { inOwnTurn } from './kernel/virtual-time';
import { Engine } from './machine/engine';
import { play, type RunOptions } from './run';
import { scenarioOf, type Wish } from './scenario/scenario';
import type { Fault } from './auditor/rules';

/** What a worker is given: the code under test, as text; a message `{source}` takes its place. */
export interface WorkerGiven {
    source: string;
    wish: Wish;
}

/** Seeds to play, or one seed with a kill at each of these writes. */
export type Task = { seeds: number[] } | { seed: number; writes: { write: number; durable: boolean }[] };

export interface Failure {
    seed: number;
    killAtWrite?: RunOptions['killAtWrite'];
    kind: string;
    hash: string;
    /** Played again, it came to the same hash. */
    replays: boolean;
    faults: Fault[];
}

export interface Report {
    played: number;
    /** Faults of the world that befell the flows. */
    befell: number;
    writes: number;
    /** The hashes of all runs, in one. */
    failures: Failure[];
    /** By kind of flow, how often it was played. */
    kinds: Record<string, number>;
}

if (parentPort && workerData) {
    const port = parentPort;
    const { source, wish } = workerData as WorkerGiven;
    let engine = new Engine(source);
    port.on('message', (task: Task | { source: string }) => {
        if ('source' in task) engine = new Engine(task.source);
        else void inOwnTurn(() => port.postMessage(work(task)));
    });

    const work = (task: Task): Report => {
        const report: Report = { played: 0, befell: 0, writes: 0, failures: [], kinds: {} };
        const runs: { seed: number; options?: RunOptions }[] =
            'seeds' in task
                ? task.seeds.map((seed) => ({ seed }))
                : task.writes.map((killAtWrite) => ({ seed: task.seed, options: { killAtWrite } }));
        for (const { seed, options } of runs) {
            const scenario = scenarioOf(seed, wish);
            const outcome = play(engine, scenario, options);
            report.played++;
            report.befell += scenario.faults + (options ? 1 : 0);
            report.writes += outcome.writes;
            report.kinds[scenario.flow.kind] = (report.kinds[scenario.flow.kind] ?? 0) + 1;
            if (outcome.faults.length === 0) continue;
            report.failures.push({
                seed,
                killAtWrite: options?.killAtWrite,
                kind: `${scenario.flow.kind}, ${scenario.wire}`,
                hash: outcome.hash,
                replays: play(engine, scenarioOf(seed, wish), options).hash === outcome.hash,
                faults: outcome.faults,
            });
        }
        return report;
    };
}
