import assert from 'node:assert/strict';
import { LevelBank } from '../../../../lib/core/batteries/level-bank';
import { asThresholdLevel, type Limit, type LimitSide } from '../../../../lib/core/batteries/limits';
import { type LevelState, ThresholdLevel } from '../../../../lib/core/thresholds/threshold-level';
import { FakeClock } from '../../../support/fake-clock';

const values = (...of: number[]) => Float64Array.from(of);

describe('LevelBank', () => {
    it('names the items that are beyond the limit for long enough, each by its own time', () => {
        const clock = new FakeClock();
        const bank = new LevelBank('low', { value: 11.4, recovery: 11.8, seconds: 20 }, 3, clock);
        assert.equal(bank.update(values(11.3, 12, 11.4)), false);
        clock.advanceSync(10_000);
        assert.equal(bank.update(values(11.3, 11.2, 11.4)), false);
        assert.equal(bank.dueInMs(), 10_000);
        clock.advanceSync(10_000);
        assert.equal(bank.tick(), true);
        assert.deepEqual(bank.items(), [0]);
        clock.advanceSync(10_000);
        assert.equal(bank.update(values(11.7, 11.2, 11.4)), true);
        assert.deepEqual(bank.items(), [0, 1]);
        assert.equal(bank.update(values(11.8, 11.7, 11.9)), true);
        assert.deepEqual(bank.items(), [1]);
    });

    it('decides nothing on values that are not known', () => {
        const clock = new FakeClock();
        const bank = new LevelBank('high', { value: 36, seconds: 10 }, 2, clock);
        bank.update(values(40, 37));
        clock.advanceSync(10_000);
        bank.update(values(41, Infinity));
        assert.deepEqual(bank.items(), [0]);
        assert.equal(bank.update(values(NaN, NaN)), false);
        clock.advanceSync(60_000);
        assert.equal(bank.tick(), false, 'an old value begins nothing');
        assert.equal(bank.update(values(-Infinity)), false, 'a pass that is too short');
        assert.deepEqual(bank.items(), [0]);
        assert.equal(bank.update(values(36, 37)), true);
        assert.deepEqual(bank.items(), [1], 'the condition has lasted since it was first seen');
    });

    it('lets nothing begin while it is held, and counts the time', () => {
        const clock = new FakeClock();
        const bank = new LevelBank('low', { value: 11, seconds: 30 }, 1, clock);
        bank.update(values(10), true);
        clock.advanceSync(60_000);
        assert.equal(bank.tick(), false);
        assert.equal(bank.update(values(10), true), false);
        assert.equal(bank.update(values(10)), true);
    });

    it('continues where a former process was killed, and a jump of the clock moves nothing', () => {
        const clock = new FakeClock();
        const bank = new LevelBank('low', { value: 11, seconds: 60 }, 512, clock);
        const low = new Float64Array(512).fill(10);
        low[511] = 12;
        bank.update(low);
        clock.advanceSync(20_000);
        clock.jumpWall(-86_400_000);
        const kept = JSON.stringify(bank.state());
        assert.equal(kept, '{"pending":[[20000,[[0,510]]]]}');
        const next = new LevelBank('low', { value: 11, seconds: 60 }, 512, clock);
        next.restore(JSON.parse(kept), 15_000);
        assert.equal(next.dueInMs(), undefined, 'a new value is needed first');
        next.update(low);
        assert.equal(next.dueInMs(), 25_000);
        clock.advanceSync(25_000);
        next.tick();
        assert.equal(next.active, 511);
        assert.equal(JSON.stringify(next.state()), '{"on":[[0,[[0,510]]]]}');
    });

    it('takes over nothing that is unusable', () => {
        const bank = new LevelBank('low', { value: 11 }, 4, new FakeClock());
        for (const rubbish of [null, 7, 'x', [], { on: 3 }, { on: [[NaN, [[0, 1]]]] }, { on: [[0, [['a', 1]]]] }])
            bank.restore(rubbish, 0);
        assert.equal(bank.state(), undefined);
        bank.restore({ on: [[0, [[-3, 9_999_999_999]]]] }, 0);
        assert.deepEqual(bank.items(), [0, 1, 2, 3]);
    });

    it('keeps the state of the items that remain when their number changes', () => {
        const bank = new LevelBank('high', { value: 1 }, 3, new FakeClock());
        bank.update(values(2, 0, 2));
        assert.equal(bank.resize(5), false);
        assert.deepEqual(bank.items(), [0, 2]);
        assert.equal(bank.resize(2), true);
        assert.deepEqual(bank.items(), [0]);
    });

    it('means what a threshold means, value by value, over restarts', () => {
        let seed = 7;
        const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
        for (let round = 0; round < 300; round++) {
            const clock = new FakeClock();
            const side: LimitSide = random() < 0.5 ? 'low' : 'high';
            const recovery = random() < 0.5 ? undefined : side === 'low' ? 2 : -2;
            const limit: Limit = { value: 0, recovery, seconds: Math.floor(random() * 4) * 10 };
            const told: string[] = [];
            const level = (state?: LevelState) =>
                new ThresholdLevel(asThresholdLevel(side, limit), clock, (on) => told.push(`${on}`), state);
            let one = level();
            let bank = new LevelBank(side, limit, 1, clock);
            const mine: string[] = [];
            let before = false;
            const look = () => {
                if (bank.isOn(0) !== before) mine.push(`${bank.isOn(0)}`);
                before = bank.isOn(0);
            };
            for (let step = 0; step < 30; step++) {
                const act = random();
                if (act < 0.1) {
                    const state = one.state();
                    one.destroy();
                    const kept = bank.state();
                    const away = Math.floor(random() * 20_000);
                    clock.advanceSync(away);
                    one = level(state);
                    bank = new LevelBank(side, limit, 1, clock);
                    bank.restore(kept, away);
                } else if (act < 0.25) {
                    one.unknown();
                    bank.update(values(NaN));
                } else {
                    const value = Math.floor(random() * 9) - 4;
                    one.recover([value]);
                    one.trip();
                    bank.update(values(value));
                }
                look();
                const due = bank.dueInMs();
                const pause = Math.floor(random() * 15_000);
                if (due !== undefined && due <= pause) {
                    clock.advanceSync(due);
                    bank.tick();
                    look();
                    clock.advanceSync(pause - due);
                } else clock.advanceSync(pause);
                if (random() < 0.1) clock.jumpWall((random() - 0.5) * 1e9);
                assert.deepEqual(mine, told, `round ${round}, step ${step}: ${JSON.stringify({ side, limit })}`);
            }
            one.destroy();
        }
    });
});
