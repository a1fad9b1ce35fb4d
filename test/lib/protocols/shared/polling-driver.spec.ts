import assert from 'node:assert/strict';
import type { CommandResult, DriverEvents, DriverState, UpsCommand } from '../../../../lib/core/driver';
import { UpsError } from '../../../../lib/core/errors';
import type { PartialStatus } from '../../../../lib/core/status/status';
import type { Polling } from '../../../../lib/protocols/shared/polled-device';
import { PollingDriver } from '../../../../lib/protocols/shared/polling-driver';
import { FakeClock } from '../../../support/fake-clock';

const SECOND = 1000;
const silent = (why = 'timeout') => new UpsError('device-silent', { host: 'meter', why });

/** As little of a driver as there can be: what it reads is for the test to say. */
class Meter extends PollingDriver {
    /** Clock ms of each read since the start of the clock. */
    readonly readAt: number[] = [];
    answer: () => Promise<PartialStatus | undefined> = () => Promise.resolve({ time: this.clock.now() });
    remembered: unknown = 'not prepared';
    rememberedAtFirstRead: unknown;
    forgotten = 0;
    released = 0;
    chores = 0;
    choresDue = Infinity;
    onRelease = () => {};

    supports(): boolean {
        return true;
    }

    execute(command: UpsCommand): Promise<CommandResult> {
        return this.loop.enqueue(async () => {
            this.readAt.push(-1);
            return { confirmed: true, detail: command.type };
        });
    }

    findOutLate(): void {
        this.enter({ state: 'connecting' });
    }

    protected async read(): Promise<PartialStatus | undefined> {
        if (this.readAt.length === 0) this.rememberedAtFirstRead = this.remembered;
        this.readAt.push(this.clock.monotonic());
        return this.answer();
    }

    protected override prepare(): void {
        this.remembered = this.events?.memory?.get();
    }

    protected override forget(): void {
        this.forgotten++;
    }

    protected release(): void {
        this.released++;
        this.onRelease();
    }

    protected override async background(): Promise<boolean> {
        this.chores++;
        this.choresDue = Infinity;
        return true;
    }

    protected override backgroundDue(): number {
        return this.choresDue;
    }
}

function bench(polling: Partial<Polling> = {}) {
    const clock = new FakeClock();
    const meter = new Meter({ clock, intervalMs: SECOND, ...polling });
    const readings: PartialStatus[] = [];
    const states: DriverState[] = [];
    const events: DriverEvents = {
        memory: { get: () => 'what it learned', keep: () => {} },
        status: (reading) => readings.push(reading),
        state: (state) => states.push(state),
    };
    return { clock, meter, readings, states, events, told: () => states.map(({ state }) => state) };
}

/** Answers when the test says so. */
function held(meter: Meter) {
    const waiting: { give(): void; fail(error: Error): void }[] = [];
    meter.answer = () =>
        new Promise((resolve, reject) => waiting.push({ give: () => resolve({ time: 1 }), fail: reject }));
    return waiting;
}

describe('A driver that polls', () => {
    it('reads at once and then each interval, and tells that it is ready once', async () => {
        const { clock, meter, readings, told, events } = bench();
        meter.start(events);
        await clock.advance(3500);
        assert.deepEqual(meter.readAt, [0, 1000, 2000, 3000]);
        assert.equal(readings.length, 4);
        assert.deepEqual(told(), ['connecting', 'ready']);
        assert.deepEqual(meter.state, { state: 'ready', since: readings[0]?.time });
    });

    it('keeps its beat however long a read takes, and never has two under way', async () => {
        const { clock, meter, events } = bench();
        let open = 0;
        meter.answer = async () => {
            assert.equal(++open, 1);
            await new Promise<void>((resolve) => clock.setTimeout(resolve, 300));
            open--;
            return {};
        };
        meter.start(events);
        await clock.advance(2000);
        assert.deepEqual(meter.readAt, [0, 1000, 2000]);
        meter.answer = async () => {
            await new Promise<void>((resolve) => clock.setTimeout(resolve, 2500));
            meter.answer = () => Promise.resolve({});
            return {};
        };
        meter.readAt.length = 0;
        await clock.advance(5000);
        // What fell due during the long one is made up for once.
        assert.deepEqual(meter.readAt, [3000, 5500, 6000, 7000]);
    });

    it('in a process that cannot keep up gives way for as long as it was late, and is on time again afterwards', async () => {
        const { clock, meter, events } = bench();
        const { setTimeout } = FakeClock.prototype;
        let lateMs = 200;
        clock.setTimeout = (callback, ms) => setTimeout.call(clock, callback, ms > 0 ? ms + lateMs : ms);
        meter.start(events);
        await clock.advance(2500);
        assert.deepEqual(meter.readAt, [0, 1200, 2200], 'a busy process is late by some ms');
        lateMs = 800;
        await clock.advance(4000);
        // Due at 4000, and late twice: by itself, and by the time for which it gives way.
        assert.deepEqual(meter.readAt.slice(3), [3200, 6400]);
        lateMs = 0;
        await clock.advance(3500);
        assert.deepEqual(meter.readAt.slice(5), [8600, 9000, 10_000]);
    });

    it('knows what it learned before it reads', async () => {
        const { meter, clock, events } = bench();
        meter.start(events);
        await clock.advance(0);
        assert.equal(meter.rememberedAtFirstRead, 'what it learned');
    });

    for (const [intervalMs, urgentMs] of [
        [10_000, 5000],
        [1000, 500],
        [700, 500],
        [200, 200],
    ] as const) {
        it(`each ${intervalMs} ms polls each ${urgentMs} ms while urgent`, async () => {
            const { clock, meter, events } = bench({ intervalMs });
            meter.start(events);
            await clock.advance(0);
            meter.setUrgent(true);
            await clock.advance(2 * urgentMs);
            assert.deepEqual(meter.readAt, [0, urgentMs, 2 * urgentMs]);
            meter.setUrgent(false);
            meter.readAt.length = 0;
            await clock.advance(2 * intervalMs);
            assert.equal(meter.readAt.length, 2);
        });
    }

    it('that is started twice tells the one who was first', async () => {
        const { clock, meter, told, events } = bench();
        meter.start(events);
        meter.start({ status: () => assert.fail('the second'), state: () => assert.fail('the second') });
        await clock.advance(1500);
        assert.deepEqual(
            [meter.readAt, told()],
            [
                [0, 1000],
                ['connecting', 'ready'],
            ],
        );
    });

    it('reads at once when asked to, and once more however often it is asked during a read', async () => {
        const { clock, meter, events } = bench();
        const waiting = held(meter);
        meter.start(events);
        await clock.advance(0);
        for (let n = 0; n < 5; n++) meter.pollNow();
        waiting.shift()!.give();
        await clock.advance(0);
        assert.deepEqual(meter.readAt, [0, 0]);
        waiting.shift()!.give();
        await clock.advance(400);
        assert.equal(meter.readAt.length, 2);
        meter.pollNow();
        await clock.advance(0);
        assert.deepEqual(meter.readAt, [0, 0, 400]);
    });

    it('with nothing to tell yet tells nothing', async () => {
        const { clock, meter, readings, told, events } = bench();
        meter.answer = () => Promise.resolve(undefined);
        meter.start(events);
        await clock.advance(5000);
        assert.deepEqual([readings.length, told()], [0, ['connecting']]);
    });

    it('tells a silence once, another reason for it again, and that it is over', async () => {
        const { clock, meter, states, told, events } = bench();
        meter.answer = () => Promise.reject(silent());
        meter.start(events);
        await clock.advance(3000);
        assert.deepEqual(told(), ['connecting', 'waiting']);
        assert.equal(meter.forgotten, 4);
        meter.answer = () => Promise.reject(silent('no-route'));
        await clock.advance(2000);
        meter.answer = () => Promise.reject(new TypeError('undefined is not a UPS'));
        await clock.advance(2000);
        meter.answer = () => Promise.resolve({});
        await clock.advance(2000);
        assert.deepEqual(told(), ['connecting', 'waiting', 'waiting', 'waiting', 'ready']);
        const codes = states.flatMap((state) =>
            state.state === 'waiting' ? [`${state.code} ${state.data?.why}`] : [],
        );
        assert.deepEqual(codes, ['device-silent timeout', 'device-silent no-route', 'protocol undefined']);
    });

    it('says nothing of a read that was broken off', async () => {
        const { clock, meter, told, events } = bench();
        meter.start(events);
        await clock.advance(0);
        meter.answer = () => Promise.reject(new UpsError('interrupted'));
        await clock.advance(5000);
        assert.deepEqual(told(), ['connecting', 'ready']);
    });

    it('may take some lost answers for noise, once it has answered', async () => {
        const { clock, meter, told, events } = bench({ failuresToWaiting: 3 });
        meter.answer = () => Promise.reject(silent());
        meter.start(events);
        await clock.advance(0);
        assert.deepEqual(told(), ['connecting', 'waiting']);
        meter.answer = () => Promise.resolve({});
        await clock.advance(1000);
        // Two in a row, twice, with an answer between them.
        let lost = 0;
        meter.answer = () => (++lost % 3 === 0 ? Promise.resolve({}) : Promise.reject(silent()));
        await clock.advance(6000);
        assert.deepEqual(told(), ['connecting', 'waiting', 'ready']);
        meter.answer = () => Promise.reject(silent());
        await clock.advance(2000);
        assert.deepEqual(told(), ['connecting', 'waiting', 'ready']);
        await clock.advance(1000);
        assert.equal(told().at(-1), 'waiting');
    });

    it('may leave a silent device in peace for ever longer, up to a limit', async () => {
        const { clock, meter, events } = bench({
            intervalMs: 100,
            failuresToWaiting: 3,
            backOff: { firstMs: 1000, longestMs: 3000 },
        });
        meter.start(events);
        await clock.advance(0);
        meter.answer = () => Promise.reject(silent());
        await clock.advance(11_000);
        const [first, ...rest] = meter.readAt.slice(1);
        assert.equal(first, 100);
        // Three lost answers, then 1 s, 2 s, and 3 s from then on.
        assert.deepEqual(rest, [200, 300, 1300, 3300, 6300, 9300]);
        meter.pollNow();
        await clock.advance(0);
        assert.equal(meter.readAt.at(-1), 9300);
        // One answer, and all of its patience is back.
        meter.answer = () => Promise.resolve({});
        await clock.advance(1300);
        assert.equal(meter.readAt.at(-1), 12_300);
        await clock.advance(300);
        assert.deepEqual(meter.readAt.slice(-3), [12_400, 12_500, 12_600]);
    });

    it('carries out commands before the next poll, and refuses to queue a flood of them', async () => {
        const { clock, meter, events } = bench();
        const waiting = held(meter);
        meter.start(events);
        await clock.advance(0);
        meter.pollNow();
        const orders = Array.from({ length: 17 }, () => meter.execute({ type: 'abort-shutdown' }));
        const settled = Promise.allSettled(orders);
        waiting.shift()!.give();
        await clock.advance(0);
        assert.deepEqual(meter.readAt, [0, ...Array<number>(16).fill(-1), 0]);
        const outcomes = await settled;
        assert.deepEqual(outcomes[0], { status: 'fulfilled', value: { confirmed: true, detail: 'abort-shutdown' } });
        assert.equal((outcomes[16] as PromiseRejectedResult).reason.code, 'command-failed');
        waiting.shift()!.give();
    });

    it('does its chores only between polls', async () => {
        const { clock, meter, events } = bench();
        const waiting = held(meter);
        meter.choresDue = 0;
        meter.start(events);
        await clock.advance(900);
        assert.equal(meter.chores, 0);
        waiting.shift()!.give();
        await clock.advance(0);
        assert.equal(meter.chores, 1);
    });

    describe('that is stopped', () => {
        it('tells that it is closed, and nothing else, and leaves no timer', async () => {
            const { clock, meter, readings, told, events } = bench();
            meter.start(events);
            await clock.advance(1500);
            await meter.stop();
            assert.deepEqual([clock.pending, told()], [0, ['connecting', 'ready', 'closed']]);
            meter.pollNow();
            meter.setUrgent(true);
            await meter.stop();
            meter.start(events);
            await clock.advance(5000);
            assert.deepEqual([readings.length, told().length], [2, 3]);
            await assert.rejects(meter.execute({ type: 'abort-shutdown' }), { code: 'interrupted' });
        });

        for (const outcome of ['give', 'fail'] as const) {
            it(`waits for the read that its release ends, and tells nothing of it (${outcome})`, async () => {
                const { clock, meter, readings, told, events } = bench();
                const waiting = held(meter);
                meter.start(events);
                await clock.advance(0);
                meter.onRelease = () => waiting.shift()![outcome](silent());
                const order = meter.execute({ type: 'abort-shutdown' });
                const refused = assert.rejects(order, { code: 'interrupted' });
                await meter.stop();
                await refused;
                assert.deepEqual([readings.length, told(), clock.pending], [0, ['connecting', 'closed'], 0]);
            });
        }

        it('does not wait for a read that cannot be broken off', async () => {
            const { clock, meter, readings, told, events } = bench({ abandonsReads: true });
            const waiting = held(meter);
            meter.start(events);
            await clock.advance(0);
            await meter.stop();
            assert.deepEqual([told(), clock.pending], [['connecting', 'closed'], 0]);
            waiting.shift()!.give();
            await clock.advance(5000);
            assert.deepEqual([readings.length, meter.readAt.length, told().length], [0, 1, 2]);
        });

        it('waits until a read that is under way is over', async () => {
            const { clock, meter, events } = bench();
            const waiting = held(meter);
            meter.start(events);
            await clock.advance(0);
            let stopped = false;
            const stop = meter.stop().then(() => (stopped = true));
            await clock.advance(100);
            assert.deepEqual([stopped, meter.state.state], [false, 'connecting']);
            waiting.shift()!.give();
            await stop;
            assert.equal(meter.state.state, 'closed');
        });

        it('stays closed, whatever the driver finds out late', async () => {
            const { clock, meter, told, events } = bench();
            meter.start(events);
            await clock.advance(0);
            await meter.stop();
            meter.findOutLate();
            assert.deepEqual([told().at(-1), meter.state.state], ['closed', 'closed']);
        });

        it('before it was started neither reads nor prepares for it', async () => {
            const { clock, meter, events } = bench();
            await meter.stop();
            meter.start(events);
            await clock.advance(5000);
            assert.deepEqual([meter.readAt.length, meter.released, meter.remembered], [0, 1, 'not prepared']);
        });
    });
});
