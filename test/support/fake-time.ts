import { eventuallyBy, eventuallyOnWire, whileItGoes } from './eventually';
import { FakeClock } from './fake-clock';
import { helper, liveBy } from './node-red';

export interface FakeTime {
    /** Of the test that runs. */
    readonly clock: FakeClock;
    /** Lets `ms` pass at most, until `condition` gives something true. What peers in this process say to each other takes none of it. */
    eventually<T>(condition: () => T, ms?: number): Promise<NonNullable<T>>;
    /** As `eventually`, where the patience of something counts that is real: a process, a thread, a library. */
    onWire<T>(condition: () => T, ms?: number): Promise<NonNullable<T>>;
    /** Nodes may wait for a moment before they let go. */
    unload(): Promise<void>;
}

/** The nodes of each test of a suite live by a fake clock of their own, in an engine that remembers nothing. */
export function fakeTime(): FakeTime {
    let clock: FakeClock;
    beforeEach(() => {
        clock = new FakeClock();
        clock.boot = { id: 'boot1', origin: 0 };
        liveBy(clock);
    });
    return {
        get clock() {
            return clock;
        },
        eventually: (condition, ms) => eventuallyBy(clock, condition, { ms }),
        onWire: (condition, ms) => eventuallyOnWire(clock, condition, { ms }),
        unload: () => whileItGoes(clock, helper.unload() as unknown as Promise<void>),
    };
}
