import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import { RelayBuzzer } from '../../../../lib/protocols/aux/relay-buzzer';
import { FakeClock } from '../../../support/fake-clock';

describe('RelayBuzzer', () => {
    let clock: FakeClock;
    let orders: boolean[];
    let answer: (on: boolean) => Promise<void>;
    let errors: unknown[];
    let voice: RelayBuzzer;
    const settle = () => new Promise((resolve) => setImmediate(resolve));

    beforeEach(() => {
        clock = new FakeClock();
        orders = [];
        errors = [];
        answer = () => Promise.resolve();
        voice = new RelayBuzzer(
            clock,
            (on) => {
                orders.push(on);
                return answer(on);
            },
            (error) => errors.push(error),
        );
    });

    it('passes on each beat that the module keeps up with', async () => {
        for (const on of [true, false, true, false]) {
            voice.set(on);
            await settle();
        }
        assert.deepEqual(orders, [true, false, true, false]);
    });

    it('skips beats of a slow module, and ends as the last one said', async () => {
        const waiting: (() => void)[] = [];
        answer = () => new Promise((resolve) => waiting.push(resolve));
        for (const on of [true, false, true, false]) voice.set(on);
        assert.deepEqual(orders, [true]);
        waiting.shift()!();
        await settle();
        waiting.shift()!();
        await settle();
        assert.deepEqual(orders, [true, false]);
    });

    it('asks for off until the module has accepted it, and says once that it did not', async () => {
        voice.set(true);
        await settle();
        answer = () => Promise.reject(new UpsError('device-silent'));
        voice.set(false);
        for (let turn = 0; turn < 3; turn++) {
            await settle();
            await clock.advance(5000);
        }
        await settle();
        assert.deepEqual(orders, [true, false, false, false, false]);
        assert.equal(errors.length, 1);
        answer = () => Promise.resolve();
        await clock.advance(5000);
        await settle();
        await clock.advance(60_000);
        await settle();
        assert.equal(orders.length, 6);
    });

    it('a beat that comes meanwhile takes the place of what is to be tried anew', async () => {
        answer = () => Promise.reject(new UpsError('device-silent'));
        voice.set(false);
        await settle();
        answer = () => Promise.resolve();
        voice.set(true);
        await settle();
        await clock.advance(60_000);
        await settle();
        assert.deepEqual(orders, [false, true]);
    });

    it('leaves no timer behind when closed, and does not complain of a module that closes with it', async () => {
        answer = () => Promise.reject(new UpsError('interrupted'));
        voice.set(false);
        voice.close();
        await settle();
        await clock.advance(60_000);
        assert.deepEqual([orders, errors], [[false], []]);
    });

    it('asks for on again while it is to sound: a steady horn has but one beat', async () => {
        answer = () => Promise.reject(new UpsError('device-silent'));
        voice.set(true);
        await settle();
        answer = () => Promise.resolve();
        await clock.advance(5000);
        await settle();
        assert.deepEqual(orders, [true, true]);
        voice.set(false);
        await clock.advance(60_000);
        assert.deepEqual(orders, [true, true, false]);
    });

    it('asks for off before its module closes, though the last order is still under way: a horn must not stay on', async () => {
        let answered!: () => void;
        let open = true;
        const taken: boolean[] = [];
        answer = (on) => {
            if (!open) return Promise.reject(new UpsError('interrupted'));
            taken.push(on);
            return on ? new Promise((resolve) => (answered = resolve)) : Promise.resolve();
        };
        voice.set(true);
        voice.set(false);
        voice.close();
        open = false;
        answered();
        await settle();
        assert.deepEqual(taken, [true, false]);
        assert.deepEqual(errors, []);
    });
});
