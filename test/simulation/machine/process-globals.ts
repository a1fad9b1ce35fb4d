import type { Planned } from '../kernel/virtual-time';
import type { GIVEN } from './given';
import { copyOf } from './copy';
import type { Surroundings } from './engine';

/** Whether a process still runs; all that it does asks this first. */
export interface Life {
    alive: boolean;
}

/** Node's timers fire after a millisecond at least. */
const SHORTEST_MS = 1;

class Timer {
    planned: Planned | undefined;

    ref(): this {
        return this;
    }

    unref(): this {
        return this;
    }

    hasRef(): boolean {
        return true;
    }
}

/**
 * Time, chance and `process` as the code under test gets them: all of the simulation, none of the machine's own. Each asks `now` for the process
 * that calls it.
 */
export function processGlobals(now: Surroundings): Record<Exclude<(typeof GIVEN)[number], 'atEachProcess'>, unknown> {
    const plan = (timer: Timer, ms: number, run: () => void) => {
        const { life, time } = now;
        if (life.alive) timer.planned = time.after(ms, () => life.alive && run());
        return timer;
    };
    const later = (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
        plan(new Timer(), Math.max(SHORTEST_MS, Number(ms) || 0), () => run(...args));
    const every = (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
        const timer = new Timer();
        const step = Math.max(SHORTEST_MS, ms);
        const again = () => {
            plan(timer, step, again);
            run(...args);
        };
        return plan(timer, step, again);
    };
    const clear = (timer?: Timer) => now.time.cancel(timer?.planned);
    const upMs = () => now.time.elapsed - now.startedAt;
    return {
        setTimeout: later,
        clearTimeout: clear,
        setInterval: every,
        clearInterval: clear,
        setImmediate: (run: (...args: unknown[]) => void, ...args: unknown[]) =>
            plan(new Timer(), 0, () => run(...args)),
        clearImmediate: clear,
        Date: dateOf(now),
        Math: Object.assign(Object.create(null), mathFunctions(), { random: () => now.prng.next() }),
        performance: { now: upMs },
        structuredClone: copyOf,
        process: {
            pid: 4711,
            platform: 'linux',
            env: {},
            argv: [],
            versions: process.versions,
            version: process.version,
            stdout: { write: () => true },
            stderr: { write: () => true },
            cwd: () => '/simulated',
            on: () => undefined,
            off: () => undefined,
            once: () => undefined,
            emitWarning: () => undefined,
            nextTick: (run: (...args: unknown[]) => void, ...args: unknown[]) => queueMicrotask(() => run(...args)),
            uptime: () => upMs() / 1000,
            hrtime: Object.assign(() => [Math.floor(now.time.elapsed / 1000), (now.time.elapsed % 1000) * 1e6], {
                bigint: () => BigInt(Math.round((now.time.elapsed - now.bootedAt) * 1e6)),
            }),
        },
        console: { log: () => undefined, warn: () => undefined, error: () => undefined, info: () => undefined },
    };
}

function mathFunctions(): Record<string, unknown> {
    return Object.fromEntries(
        Object.getOwnPropertyNames(Math).map((name) => [name, (Math as unknown as Record<string, unknown>)[name]]),
    );
}

function dateOf(now: Surroundings): DateConstructor {
    class VirtualDate extends Date {
        constructor(...given: unknown[]) {
            if (given.length === 0) super(Math.floor(now.time.wall));
            else super(...(given as [number]));
        }

        static override now(): number {
            return Math.floor(now.time.wall);
        }
    }
    return VirtualDate as unknown as DateConstructor;
}
