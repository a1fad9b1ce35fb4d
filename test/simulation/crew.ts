import { fork, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { bundleEngine, type Replaced } from './machine/bundle';
import type { Wish } from './scenario/scenario';
import { WORKS, type Failure, type Report, type Task, type WorkerGiven } from './worker';

export interface Campaign {
    tasks: Iterable<Task>;
    wish?: Wish;
    workers?: number;
    /** One source file of the code under test, changed. */
    replaced?: Replaced;
    /** Ends as soon as one has failed. */
    untilFailure?: boolean;
    progress?(report: Report): void;
}

/** Plays many scenarios side by side. Which worker plays which changes nothing in any of them. */
export async function playAll({
    tasks,
    wish = {},
    workers = availableParallelism(),
    replaced,
    untilFailure = false,
    progress,
}: Campaign): Promise<Report> {
    const source = await bundleEngine(replaced);
    const total: Report = { played: 0, befell: 0, writes: 0, failures: [], kinds: {} };
    const queue = tasks[Symbol.iterator]();
    let over = false;
    const one = () =>
        new Promise<void>((resolve, reject) => {
            const worker = hire({ source, wish });
            const next = () => {
                const { value, done } = over ? { value: undefined, done: true } : queue.next();
                if (!done) return worker.send(value as Task);
                worker.off('exit', ended);
                worker.once('exit', () => resolve());
                worker.disconnect();
            };
            const ended = () => reject(new Error('a worker has ended'));
            worker.on('error', reject);
            worker.on('exit', ended);
            worker.on('message', (report: Report) => {
                add(total, report);
                if (untilFailure && total.failures.length > 0) over = true;
                progress?.(total);
                next();
            });
            next();
        });
    await Promise.all(Array.from({ length: workers }, one));
    return total;
}

/**
 * As many threads as there are workers, and no more: each compiles and collects by itself. With that much room from the beginning, nearly all that
 * a run has made is gone when it is collected.
 */
const V8 = ['--single-threaded', '--min-semi-space-size=64', '--max-semi-space-size=64'];

/** Starts a worker, and gives it what it needs before its first task. */
export function hire(given: WorkerGiven): ChildProcess {
    const worker = fork(join(__dirname, 'worker.ts'), [WORKS], {
        execArgv: [...V8, '--require', 'tsx/cjs'],
        env: { ...process.env, TZ: 'UTC' },
    });
    worker.send(given);
    return worker;
}

function add(total: Report, { played, befell, writes, failures, kinds }: Report): void {
    total.played += played;
    total.befell += befell;
    total.writes += writes;
    total.failures.push(...failures);
    for (const [kind, count] of Object.entries(kinds)) total.kinds[kind] = (total.kinds[kind] ?? 0) + count;
}

/** Seeds in portions, so that no worker waits for another. */
export function* portions(first: number, count: number, size = 20): Generator<Task> {
    for (let seed = first; seed < first + count; seed += size) {
        yield { seeds: Array.from({ length: Math.min(size, first + count - seed) }, (_, index) => seed + index) };
    }
}

/** One seed, with a kill at each of its writes: before it is durable, and after. */
export function* everyWrite(seed: number, writes: number, size = 10): Generator<Task> {
    for (let from = 1; from <= writes; from += size) {
        const numbers = Array.from({ length: Math.min(size, writes + 1 - from) }, (_, index) => from + index);
        yield { seed, writes: numbers.flatMap((write) => [true, false].map((durable) => ({ write, durable }))) };
    }
}

/** The one line by which anybody sees the same again. */
export function commandOf(
    { seed, killAtWrite }: Pick<Failure, 'seed' | 'killAtWrite'>,
    { outages }: Wish = {},
): string {
    const more = [
        ...(outages === undefined ? [] : [`--outages ${outages}`]),
        ...(killAtWrite ? [`--kill-at ${killAtWrite.write}${killAtWrite.durable ? '' : '-'}`] : []),
    ];
    return ['npm run simulate -- --seed', seed, ...more].join(' ');
}
