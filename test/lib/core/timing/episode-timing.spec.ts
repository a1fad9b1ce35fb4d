import assert from 'node:assert/strict';
import { EpisodeTiming, type TimingConfig } from '../../../../lib/core/timing/episode-timing';
import { FakeClock } from '../../../support/fake-clock';

/** One episode whose facts the test sets. */
class Bench {
    readonly clock = new FakeClock();
    readonly fired: number[] = [];
    mayFire = true;
    onBattery: number | undefined = 0;
    remaining: number | undefined;
    private readonly started = this.clock.monotonic();
    timing: EpisodeTiming;

    constructor(
        config: Partial<TimingConfig>,
        readonly before = 0,
        state = { fired: 0, lastFiredMs: -1 },
    ) {
        this.timing = new EpisodeTiming(
            { mode: 'immediately', seconds: 0, repeatSeconds: 0, runtime: 'smaller', ...config },
            this.clock,
            {
                elapsedMs: () => this.elapsed,
                secondsOnBattery: () => this.onBattery,
                remainingSeconds: () => this.remaining,
                mayFire: () => this.mayFire,
            },
            state,
            () => this.fired.push(this.elapsed / 1000),
        );
    }

    get elapsed(): number {
        return this.before + this.clock.monotonic() - this.started;
    }
}

describe('EpisodeTiming', () => {
    it('immediately: once, at once', () => {
        const bench = new Bench({ mode: 'immediately' });
        bench.timing.check();
        bench.clock.advanceSync(1e6);
        assert.deepEqual(bench.fired, [0]);
        assert.deepEqual(bench.timing.waiting(), { for: 'end' });
    });

    it('after: once, when the time has passed since the onset', () => {
        const bench = new Bench({ mode: 'after', seconds: 300 });
        bench.timing.check();
        assert.deepEqual(bench.timing.waiting(), { for: 'time', ms: 300_000 });
        bench.clock.advanceSync(299_999);
        assert.deepEqual(bench.fired, []);
        bench.clock.advanceSync(1);
        bench.clock.advanceSync(1e6);
        assert.deepEqual(bench.fired, [300]);
    });

    it('after, repeated: keeps to its grid', () => {
        const bench = new Bench({ mode: 'after', seconds: 480, repeatSeconds: 30 });
        bench.timing.check();
        bench.clock.advanceSync(571_000);
        assert.deepEqual(bench.fired, [480, 510, 540, 570]);
    });

    it('repeat: at once and then every so many seconds', () => {
        const bench = new Bench({ mode: 'repeat', seconds: 60 });
        bench.timing.check();
        bench.clock.advanceSync(180_000);
        assert.deepEqual(bench.fired, [0, 60, 120, 180]);
    });

    it('on-battery: counts the time on battery, not that of the event', () => {
        const bench = new Bench({ mode: 'on-battery', seconds: 10 });
        bench.timing.check();
        bench.clock.advanceSync(60_000);
        assert.deepEqual(bench.fired, []);
        bench.onBattery = 9.5;
        bench.timing.check();
        assert.deepEqual(bench.timing.waiting(), { for: 'time', ms: 500 });
        bench.onBattery = 10;
        bench.clock.advanceSync(500);
        assert.deepEqual(bench.fired, [60.5]);
    });

    it('remaining: when the runtime is reached or undershot, and not before it is known', () => {
        const bench = new Bench({ mode: 'remaining', seconds: 1800 });
        bench.timing.check();
        assert.deepEqual(bench.timing.waiting(), { for: 'unknown-runtime' });
        bench.clock.advanceSync(60_000);
        bench.remaining = 1900;
        bench.timing.check();
        bench.clock.advanceSync(60_000);
        assert.deepEqual(bench.fired, []);
        bench.remaining = 1800;
        bench.timing.check();
        assert.deepEqual(bench.fired, [120]);
    });

    it('remaining: looks by itself while the runtime counts down without readings', () => {
        const bench = new Bench({ mode: 'remaining', seconds: 100 });
        bench.remaining = 103;
        bench.timing.check();
        bench.clock.advanceSync(2000);
        bench.remaining = 99;
        bench.clock.advanceSync(1000);
        assert.deepEqual(bench.fired, [3]);
    });

    it('fires nothing behind a closed gate, and what fell due once it opens', () => {
        const bench = new Bench({ mode: 'after', seconds: 10, repeatSeconds: 5 });
        bench.mayFire = false;
        bench.timing.check();
        bench.clock.advanceSync(60_000);
        assert.deepEqual(bench.fired, []);
        bench.mayFire = true;
        bench.timing.check();
        bench.clock.advanceSync(5000);
        assert.deepEqual(bench.fired, [60, 65], 'missed repeats are not made up for');
    });

    it('after a restart does not fire again what has fired', () => {
        const bench = new Bench({ mode: 'after', seconds: 10 }, 60_000, { fired: 1, lastFiredMs: 10_000 });
        bench.timing.check();
        bench.clock.advanceSync(1e6);
        assert.deepEqual(bench.fired, []);
    });

    it('after a restart goes on with its repeats where they would have been', () => {
        const bench = new Bench({ mode: 'after', seconds: 480, repeatSeconds: 30 }, 521_000, {
            fired: 2,
            lastFiredMs: 510_000,
        });
        bench.timing.check();
        bench.clock.advanceSync(50_000);
        assert.deepEqual(bench.fired, [540, 570]);
    });

    it('after a restart fires at once what fell due meanwhile', () => {
        const bench = new Bench({ mode: 'after', seconds: 300 }, 400_000);
        bench.timing.check();
        assert.deepEqual(bench.fired, [400]);
    });

    it('counts changed settings from the onset', () => {
        const longer = new Bench({ mode: 'after', seconds: 600 }, 400_000);
        longer.timing.check();
        longer.clock.advanceSync(200_000);
        assert.deepEqual(longer.fired, [600]);
    });

    it('a jump of the wall clock moves nothing', () => {
        const bench = new Bench({ mode: 'after', seconds: 300 });
        bench.timing.check();
        bench.clock.jumpWall(3_600_000);
        bench.clock.advanceSync(1000);
        assert.deepEqual(bench.fired, []);
        bench.clock.jumpWall(-7_200_000);
        bench.clock.advanceSync(299_000);
        assert.deepEqual(bench.fired, [300]);
    });

    it('stays silent when destroyed, even by its own firing', () => {
        const bench = new Bench({ mode: 'repeat', seconds: 1 });
        const timing: EpisodeTiming = new EpisodeTiming(
            { mode: 'repeat', seconds: 1, repeatSeconds: 0, runtime: 'smaller' },
            bench.clock,
            {
                elapsedMs: () => bench.elapsed,
                secondsOnBattery: () => 0,
                remainingSeconds: () => undefined,
                mayFire: () => true,
            },
            { fired: 0, lastFiredMs: -1 },
            () => {
                bench.fired.push(bench.elapsed);
                timing.destroy();
            },
        );
        timing.check();
        bench.clock.advanceSync(10_000);
        assert.deepEqual(bench.fired, [0]);
        assert.equal(bench.clock.pending, 0);
    });
});
