import assert from 'node:assert/strict';
import {
    EqualizingPause,
    type EqualizingState,
    type PauseView,
} from '../../../../../lib/core/batteries/equalizing/equalizing-pause';
import { UpsError } from '../../../../../lib/core/errors';
import { FakeClock } from '../../../../support/fake-clock';

const HOUR = 3_600_000;

/** A monitor that is told to pause, and what its pause remembers; the process can die. */
class Bench {
    readonly clock = new FakeClock();
    readonly sent: string[] = [];
    readonly failures: string[] = [];
    readonly views: PauseView[] = [];
    refuses: UpsError | undefined;
    saved: EqualizingState | undefined;
    pause: EqualizingPause;

    constructor(private readonly endsByItself = false) {
        this.clock.boot = { id: 'boot', origin: 1_000_000 };
        this.pause = this.make();
    }

    /** Flags and a sweep: what the monitor does. @param percents undefined: not told */
    async monitor(on: boolean | undefined, percents?: number[]): Promise<void> {
        this.pause.flags({
            states: new Set(on ? ['equalizing'] : []),
            tells: new Set(on === undefined ? [] : ['equalizing']),
        });
        this.pause.sweep({
            modules: 4,
            tookMs: 100,
            blocks: percents ? { equalizing: Float64Array.from(percents) } : {},
            byString: {},
            moduleStates: new Map(),
        });
        await this.clock.advance(0);
    }

    /** kill -9 and a start after so long. */
    async kill(awayMs: number, wallJumpMs = 0): Promise<void> {
        this.saved = JSON.parse(JSON.stringify(this.saved)) as EqualizingState;
        const { clock } = this;
        this.pause.destroy();
        clock.advanceSync(awayMs);
        clock.jumpWall(wallJumpMs);
        this.pause = this.make();
        this.pause.start();
        await clock.advance(0);
    }

    private make(): EqualizingPause {
        const { sent } = this;
        const act = (what: string) => {
            sent.push(what);
            return this.refuses ? Promise.reject(this.refuses) : Promise.resolve();
        };
        const pause = new EqualizingPause(
            {
                clock: this.clock,
                battery: 'Room 1',
                control: {
                    endsByItself: this.endsByItself,
                    pause: (hours) => act(`pause ${hours}`),
                    resume: () => act('resume'),
                },
                changed: (view) => {
                    this.views.push(view);
                    this.saved = pause.state();
                },
                failed: (error) => this.failures.push(error.code),
            },
            this.saved,
        );
        return pause;
    }
}

/** The outcome of a request, as soon as there is one. */
function outcome(request: Promise<void>): { is?: string } {
    const told: { is?: string } = {};
    request.then(
        () => (told.is = 'done'),
        (error: UpsError) => (told.is = error.code),
    );
    return told;
}

describe('EqualizingPause', () => {
    it('asked, confirmed by flag and every percent, counted down, resumed, confirmed by the flag', async () => {
        const bench = new Bench();
        const done = outcome(bench.pause.pause(5, 'anna'));
        assert.equal(bench.pause.paused, false);
        await bench.monitor(true, [40, 0, 0, 0]);
        await bench.monitor(false, [5, 0, 0, 0]);
        await bench.monitor(false, [0, NaN, 0, 0]);
        assert.equal(done.is, undefined);
        await bench.monitor(false, [0, 0, 0, 0]);
        assert.equal(done.is, 'done');
        assert.equal(bench.pause.paused, true);
        await bench.clock.advance(2 * HOUR);
        const { phase, confirmation, remainingMs, by } = bench.pause.view();
        assert.deepEqual([phase, confirmation, remainingMs, by], ['counting', 'confirmed', 3 * HOUR, 'anna']);
        await bench.clock.advance(3 * HOUR);
        assert.deepEqual(bench.sent, ['pause 5', 'resume']);
        assert.equal(bench.pause.view().phase, 'resuming');
        await bench.monitor(true, [0, 0, 0, 0]);
        assert.deepEqual([bench.pause.view().phase, bench.pause.paused], ['off', false]);
        assert.equal(bench.clock.pending, 0);
    });

    it('nothing tells it: it counts, and says that nobody can see it', async () => {
        const bench = new Bench();
        const done = outcome(bench.pause.pause(1, 'anna'));
        await bench.monitor(undefined);
        assert.equal(done.is, 'done');
        assert.deepEqual([bench.pause.view().phase, bench.pause.view().confirmation], ['counting', 'unseen']);
    });

    it('taken, and not done within 5 min: a failure, and the request is taken back', async () => {
        const bench = new Bench();
        const done = outcome(bench.pause.pause(1, 'anna'));
        await bench.monitor(true, [40, 0, 0, 0]);
        await bench.clock.advance(300_000);
        assert.equal(done.is, 'equalizing-stays');
        assert.deepEqual(bench.sent, ['pause 1', 'resume']);
        await bench.monitor(true, [40, 0, 0, 0]);
        assert.equal(bench.pause.view().phase, 'off');
    });

    it('refused: off; a lost answer is taken back', async () => {
        for (const [code, sent] of [
            ['access-denied', ['pause 1']],
            ['device-silent', ['pause 1', 'resume']],
        ] as const) {
            const bench = new Bench();
            bench.refuses = new UpsError(code);
            const done = outcome(bench.pause.pause(1, 'anna'));
            await bench.clock.advance(0);
            assert.equal(done.is, code);
            assert.deepEqual(bench.sent, sent);
            assert.equal(bench.pause.paused, code === 'device-silent');
        }
    });

    it('a second pause takes the place of the first, without an end between; refused, the first goes on', async () => {
        const bench = new Bench();
        const first = outcome(bench.pause.pause(1, 'anna'));
        await bench.clock.advance(0);
        const second = outcome(bench.pause.pause(5, 'ben'));
        await bench.monitor(false, [0, 0, 0, 0]);
        assert.deepEqual([first.is, second.is], ['superseded', 'done']);
        bench.refuses = new UpsError('access-denied');
        const third = outcome(bench.pause.pause(9, 'eve'));
        assert.equal(bench.pause.paused, true);
        await bench.clock.advance(HOUR);
        assert.equal(third.is, 'access-denied');
        assert.deepEqual([bench.pause.view().hours, bench.pause.view().remainingMs], [5, 4 * HOUR]);
    });

    it('a resumption that fails is tried each minute, and reported once', async () => {
        const bench = new Bench();
        void bench.pause.pause(1, 'anna');
        await bench.monitor(false, [0, 0, 0, 0]);
        bench.refuses = new UpsError('device-silent');
        await bench.clock.advance(HOUR + 180_000);
        assert.deepEqual(bench.sent, ['pause 1', 'resume', 'resume', 'resume', 'resume']);
        assert.deepEqual(bench.failures, ['device-silent']);
        bench.refuses = undefined;
        await bench.clock.advance(60_000);
        await bench.monitor(true);
        assert.equal(bench.pause.view().phase, 'off');
    });

    it('a person ends it; a control that ends by itself is asked only then', async () => {
        for (const byPerson of [true, false]) {
            const bench = new Bench(true);
            void bench.pause.pause(1, 'anna');
            await bench.monitor(false, [0, 0, 0, 0]);
            if (byPerson) void bench.pause.resume('ben');
            await bench.clock.advance(HOUR);
            assert.deepEqual(bench.sent, byPerson ? ['pause 1', 'resume'] : ['pause 1']);
        }
    });

    it('refuses 0, negative and endless hours', async () => {
        for (const hours of [0, -1, NaN, 9000]) {
            await assert.rejects(new Bench().pause.pause(hours, 'anna'), { code: 'out-of-range' });
        }
    });
});

describe('EqualizingPause over kill -9', () => {
    it('asked: what is left is asked for again', async () => {
        const bench = new Bench();
        const done = outcome(bench.pause.pause(5, 'anna'));
        await bench.kill(HOUR, -86_400_000);
        assert.equal(done.is, 'interrupted');
        assert.deepEqual(bench.sent, ['pause 5', 'pause 4']);
        await bench.monitor(false, [0, 0, 0, 0]);
        assert.equal(bench.pause.view().phase, 'counting');
    });

    it('counting: the rest goes on, whatever the wall clock does', async () => {
        const bench = new Bench();
        void bench.pause.pause(5, 'anna');
        await bench.monitor(false, [0, 0, 0, 0]);
        bench.clock.jumpWall(40 * HOUR);
        await bench.clock.advance(HOUR);
        await bench.kill(HOUR, -90 * HOUR);
        assert.equal(bench.pause.view().remainingMs, 3 * HOUR);
        await bench.clock.advance(3 * HOUR);
        assert.deepEqual(bench.sent, ['pause 5', 'resume']);
    });

    it('it fell due while nothing ran: it resumes at the start', async () => {
        const bench = new Bench();
        void bench.pause.pause(1, 'anna');
        await bench.monitor(false, [0, 0, 0, 0]);
        await bench.kill(3 * HOUR);
        assert.deepEqual(bench.sent, ['pause 1', 'resume']);
    });

    it('resuming: asked again', async () => {
        const bench = new Bench();
        void bench.pause.pause(1, 'anna');
        await bench.monitor(false, [0, 0, 0, 0]);
        await bench.clock.advance(HOUR);
        await bench.kill(60_000);
        assert.deepEqual(bench.sent, ['pause 1', 'resume', 'resume']);
        await bench.monitor(true);
        assert.equal(bench.pause.view().phase, 'off');
    });
});
