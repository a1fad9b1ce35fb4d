import { eventuallyOnWire, whileItGoes } from './eventually';
import { FakeClock } from './fake-clock';
import { helper, liveBy } from './node-red';

/** A fake clock by which nodes live that are loaded from now on, in an engine that remembers nothing. To be made while there are none. */
export class FakeTime {
    readonly clock = new FakeClock();

    constructor() {
        this.clock.boot = { id: 'boot1', origin: 0 };
        liveBy(this.clock);
    }

    /** Lets `ms` pass at most, ten times as fast as life, until `condition` gives something true: peers in this process answer at once. */
    eventually<T>(condition: () => T, ms = 30_000): Promise<NonNullable<T>> {
        return eventuallyOnWire(this.clock, condition, { ms, step: 10, speed: 10 });
    }

    /** As `eventually`, where the patience of something counts that is real: a process, a thread, a library. */
    onWire<T>(condition: () => T, ms?: number): Promise<NonNullable<T>> {
        return eventuallyOnWire(this.clock, condition, { ms });
    }

    /** Nodes may wait for a moment before they let go. */
    unload(): Promise<void> {
        return whileItGoes(this.clock, helper.unload() as unknown as Promise<void>);
    }
}

/** Each test of a suite has a time of its own. */
export function fakeTime(): FakeTime {
    let time: FakeTime;
    beforeEach(() => (time = new FakeTime()));
    return {
        get clock() {
            return time.clock;
        },
        eventually: (condition, ms) => time.eventually(condition, ms),
        onWire: (condition, ms) => time.onWire(condition, ms),
        unload: () => time.unload(),
    };
}
