import type { FakeClock } from './fake-clock';

/** Waits until `condition` gives something true, looking every few milliseconds. @throws after `ms` */
export async function eventually<T>(condition: () => T, ms = 10_000): Promise<NonNullable<T>> {
    const end = Date.now() + ms;
    for (;;) {
        const value = condition();
        if (value) return value;
        if (Date.now() > end) throw new Error(`did not happen within ${ms} ms: ${condition.toString()}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
    }
}

/** As `eventually`, on a clock that moves when told: lets `ms` of its time pass at most, in steps. */
export async function eventuallyBy<T>(
    clock: FakeClock,
    condition: () => T,
    { ms = 30_000, step = 10 } = {},
): Promise<NonNullable<T>> {
    for (let passed = 0; passed <= ms; passed += step) {
        const value = condition();
        if (value) return value;
        await clock.advance(step);
    }
    throw new Error(`did not happen within ${ms} ms: ${condition.toString()}`);
}

/** As `eventuallyBy`, where something real has to answer: the clock goes on no faster than `speed` times as fast as life, so that no patience ends too early. */
export async function eventuallyOnWire<T>(
    clock: FakeClock,
    condition: () => T,
    { ms = 15_000, step = 5, speed = 1 } = {},
): Promise<NonNullable<T>> {
    for (let passed = 0; passed <= ms; passed += step) {
        const value = condition();
        if (value) return value;
        await clock.advance(step);
        await new Promise((resolve) => setTimeout(resolve, step / speed));
    }
    throw new Error(`did not happen within ${ms} ms: ${condition.toString()}`);
}

/** What `ends` resolves with; until then the clock goes on, for whatever waits by it. */
export async function whileItGoes<T>(clock: FakeClock, ends: Promise<T>): Promise<T> {
    let over = false;
    const ended = ends.finally(() => (over = true));
    await Promise.race([ended, clock.advance(0)]);
    while (!over) {
        await clock.advance(10);
        await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return ended;
}
