import { inOwnTurn } from './kernel/virtual-time';
import { Engine } from './machine/engine';
import { play, type RunOptions } from './run';
import { scenarioOf, type Wish } from './scenario/scenario';
import type { Fault } from './auditor/rules';

/** What a worker is given before its tasks: the code under test, as text. Given again, the new one takes its place. */
export interface WorkerGiven {
    source: string;
    wish: Wish;
}

/** The argument by which this file is a worker. */
export const WORKS = 'works';

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

/** Whoever has hired it is gone; it ends by itself. */
const nobodyHears = () => undefined;

if (process.send && process.argv.includes(WORKS)) {
    let engine: Engine;
    let wish: Wish = {};
    process.on('message', (message: Task | WorkerGiven) => {
        if ('source' in message) {
            engine = new Engine(message.source);
            wish = message.wish;
        } else void inOwnTurn(() => process.send!(work(message), nobodyHears));
    });
    process.on('disconnect', () => process.exit());

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
