import type { FakeClock } from './fake-clock';

/** Waits until `condition` gives something true, looking every few milliseconds. @throws after `ms` */
export async function eventually<T>(condition: () => T, ms = 3000): Promise<NonNullable<T>> {
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
