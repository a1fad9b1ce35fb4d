import assert from 'node:assert/strict';
import { realMs, ScalableClock, SystemClock, type TimerHandle } from '../../../lib/core/clock';
import { FakeClock } from '../../support/fake-clock';

const DAY = 86_400_000;
/** What Node's own timers bear. */
const LONGEST = 2 ** 31 - 1;

/** Node's timers and its clock, moved by the test: a SystemClock has nothing else to stand on. */
class FakeSystem {
    private readonly real = { set: globalThis.setTimeout, clear: globalThis.clearTimeout, now: performance.now };
    readonly clock = new FakeClock();
    /** What was asked of setTimeout, ms. */
    readonly asked: number[] = [];

    install(): void {
        globalThis.setTimeout = ((callback: () => void, ms: number) => {
            this.asked.push(ms);
            assert.ok(ms <= LONGEST, `${ms} ms would fire at once`);
            return this.clock.setTimeout(callback, ms);
        }) as never;
        globalThis.clearTimeout = ((handle: TimerHandle) => this.clock.clearTimeout(handle)) as never;
        performance.now = () => this.clock.monotonic();
    }

    restore(): void {
        globalThis.setTimeout = this.real.set;
        globalThis.clearTimeout = this.real.clear;
        performance.now = this.real.now;
    }
}

describe('SystemClock', () => {
    let system: FakeSystem;
    beforeEach(() => {
        system = new FakeSystem();
        system.install();
    });
    afterEach(() => system.restore());

    /** When a timer of `ms` fires, real ms. */
    function firesAfter(clock: SystemClock, ms: number, within: number): number | undefined {
        const start = system.clock.monotonic();
        let fired: number | undefined;
        clock.setTimeout(() => (fired = system.clock.monotonic() - start), ms);
        system.clock.advanceSync(within);
        return fired;
    }

    it('fires when the time is over, and never for what was cleared', () => {
        const clock = new SystemClock();
        assert.equal(firesAfter(clock, 250, 1000), 250);
        const handle = clock.setTimeout(() => assert.fail('it was cleared'), 250);
        clock.clearTimeout(handle);
        clock.clearTimeout(handle);
        clock.clearTimeout(undefined);
        system.clock.advanceSync(1000);
        assert.equal(system.clock.pending, 0);
    });

    it('fires at once for a time that lies behind', () => {
        assert.equal(firesAfter(new SystemClock(), -5000, 0), 0);
    });

    it('waits for months: Node alone would fire at once', () => {
        const clock = new SystemClock();
        assert.equal(firesAfter(clock, 60 * DAY, 61 * DAY), 60 * DAY);
        assert.deepEqual(system.asked, [LONGEST, LONGEST, 60 * DAY - 2 * LONGEST]);
        assert.equal(firesAfter(clock, LONGEST, 30 * DAY), LONGEST);
    });

    it('clears a timer of months in each of its parts', () => {
        const clock = new SystemClock();
        const handle = clock.setTimeout(() => assert.fail('it was cleared'), 60 * DAY);
        system.clock.advanceSync(40 * DAY);
        clock.clearTimeout(handle);
        system.clock.advanceSync(40 * DAY);
        assert.equal(system.clock.pending, 0);
    });

    it('at 60 times the speed of life counts a minute in a second, and stamps stay true', () => {
        const clock = new SystemClock(60);
        const [before, stamp] = [clock.monotonic(), clock.now()];
        assert.equal(firesAfter(clock, 60_000, 5000), 1000);
        assert.equal(clock.monotonic() - before, 5 * 60_000);
        assert.ok(clock.now() - stamp < 60_000, 'the wall clock is that of the machine');
        assert.equal(realMs(clock, 1000), 60_000);
    });

    it('refuses a speed at which time stands still, or goes back', () => {
        for (const speed of [0, -1, NaN]) assert.throws(() => new SystemClock(speed), RangeError, `${speed}`);
    });

    it('tells the boot of the machine where the system does', () => {
        assert.equal(new SystemClock().bootTime(), undefined);
        assert.deepEqual(new SystemClock(1, () => ({ id: 'b1', ms: 7 })).bootTime(), { id: 'b1', ms: 7 });
    });
});

describe('SystemClock on the machine itself', () => {
    it('grows, tells the time, and fires', async () => {
        const clock = new SystemClock();
        const before = clock.monotonic();
        await new Promise<void>((resolve) => clock.setTimeout(resolve, 20));
        // Node may fire a millisecond early by this clock.
        assert.ok(clock.monotonic() - before >= 19);
        assert.ok(Math.abs(clock.now() - Date.now()) < 1000);
    });
});

describe('ScalableClock', () => {
    function bench() {
        const base = new FakeClock();
        const clock = new ScalableClock(base);
        const fired: string[] = [];
        const set = (name: string, ms: number) =>
            clock.setTimeout(() => fired.push(`${name} ${clock.monotonic()}`), ms);
        return { base, clock, fired, set };
    }

    it('begins at the speed of life', () => {
        const { base, clock, fired, set } = bench();
        assert.deepEqual([clock.speed, clock.monotonic()], [1, 0]);
        set('a', 1000);
        base.advanceSync(999);
        assert.deepEqual(fired, []);
        base.advanceSync(1);
        assert.deepEqual(fired, ['a 1000']);
    });

    it('never jumps when its speed changes, in either direction', () => {
        const { base, clock } = bench();
        base.advanceSync(1000);
        clock.setSpeed(60);
        assert.equal(clock.monotonic(), 1000);
        base.advanceSync(1000);
        assert.equal(clock.monotonic(), 61_000);
        clock.setSpeed(0.5);
        assert.equal(clock.monotonic(), 61_000);
        base.advanceSync(1000);
        assert.equal(clock.monotonic(), 61_500);
        assert.equal(clock.now(), base.now());
    });

    it('keeps for each timer the clock time that it still has to go', () => {
        const { base, clock, fired, set } = bench();
        set('soon', 10_000);
        set('late', 100_000);
        base.advanceSync(4000);
        clock.setSpeed(6);
        // 6 s of its time are left for one: 1 s of ours. 96 s for the other: 16 s.
        base.advanceSync(1000);
        assert.deepEqual(fired, ['soon 10000']);
        clock.setSpeed(1);
        base.advanceSync(89_999);
        assert.equal(fired.length, 1);
        base.advanceSync(1);
        assert.deepEqual(fired, ['soon 10000', 'late 100000']);
        assert.equal(base.pending, 0);
    });

    it('keeps the order of timers over changes of speed', () => {
        const { base, clock, fired, set } = bench();
        for (const ms of [300, 100, 200]) set(`${ms}`, ms);
        clock.setSpeed(10);
        clock.setSpeed(100);
        base.advanceSync(1000);
        assert.deepEqual(
            fired.map((each) => each.split(' ')[0]),
            ['100', '200', '300'],
        );
    });

    it('fires a timer once, and lets a callback set the next one, or change the speed', () => {
        const { base, clock } = bench();
        const at: number[] = [];
        const tick = () => {
            at.push(clock.monotonic());
            clock.setSpeed(clock.speed * 2);
            if (at.length < 3) clock.setTimeout(tick, 1000);
        };
        clock.setTimeout(tick, 1000);
        base.advanceSync(1000 + 500 + 250);
        assert.deepEqual(at, [1000, 2000, 3000]);
        base.advanceSync(10_000);
        assert.deepEqual([at.length, base.pending], [3, 0]);
    });

    it('fires at once what is due when the speed changes', () => {
        const { base, clock, fired, set } = bench();
        set('a', -50);
        clock.setSpeed(60);
        base.advanceSync(0);
        assert.deepEqual(fired, ['a 0']);
    });

    it('never fires what was cleared, before or after the speed changed', () => {
        const { base, clock, fired, set } = bench();
        const [early, late] = [set('early', 1000), set('late', 1000)];
        clock.clearTimeout(early);
        clock.setSpeed(60);
        clock.clearTimeout(late);
        clock.clearTimeout(late);
        clock.clearTimeout(undefined);
        base.advanceSync(5000);
        assert.deepEqual([fired, base.pending], [[], 0]);
    });

    it('does not set its timers anew for a speed that it has', () => {
        const { base, clock, set } = bench();
        set('a', 1000);
        let cleared = 0;
        base.clearTimeout = () => void cleared++;
        clock.setSpeed(1);
        assert.equal(cleared, 0);
        clock.setSpeed(2);
        assert.equal(cleared, 1);
    });

    it('refuses a speed at which time stands still, or goes back, and keeps the one that it has', () => {
        const { clock } = bench();
        clock.setSpeed(3);
        for (const speed of [0, -1, NaN]) assert.throws(() => clock.setSpeed(speed), RangeError, `${speed}`);
        assert.equal(clock.speed, 3);
    });

    it('knows the boot of the machine, in real time', () => {
        const { base, clock } = bench();
        assert.equal(clock.bootTime(), undefined);
        base.boot = { id: 'b1', origin: 500 };
        clock.setSpeed(60);
        base.advanceSync(1000);
        assert.deepEqual(clock.bootTime(), { id: 'b1', ms: 1500 });
    });
});
