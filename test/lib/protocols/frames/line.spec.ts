import assert from 'node:assert/strict';
import type { FrameShape } from '../../../../lib/protocols/device-map/device-map';
import { readHex, toHex } from '../../../../lib/protocols/frames/hex';
import { FrameLine } from '../../../../lib/protocols/frames/line';
import { MemoryFrameLine } from '../../../support/duramax-memory';
import { FakeClock } from '../../../support/fake-clock';

const ONE: FrameShape = { start: '5a 01', length: 4, checksum: 'sum8' };
const TWO: FrameShape = { start: '5a 02', length: 4, checksum: 'sum8' };
const ANSWER_ONE = '5a 01 07 62';
const ANSWER_TWO = '5a 02 08 64';

describe('A line of frames', () => {
    let clock: FakeClock;
    let wire: MemoryFrameLine;
    let line: FrameLine;

    beforeEach(() => {
        clock = new FakeClock();
        wire = new MemoryFrameLine(clock);
        line = new FrameLine({ clock, transport: wire, name: 'line' });
    });
    afterEach(async () => {
        await line.close();
        assert.equal(clock.pending, 0, 'timers are left');
    });

    const ask = (request: string, shape: FrameShape) => line.ask(readHex(request)!, shape, 1000).then(toHex);

    it('has one request at a time, in the order of asking', async () => {
        wire.answer = (request) => (request === 'a501' ? undefined : ANSWER_TWO);
        const asked = Promise.allSettled([ask('a5 01', ONE), ask('a5 02', TWO)]);
        await clock.advance(999);
        assert.deepEqual(wire.sent, ['a501']);
        await clock.advance(1001);
        const [first, second] = await asked;
        assert.equal((first as PromiseRejectedResult).reason.code, 'device-silent');
        assert.equal((second as PromiseFulfilledResult<string>).value, ANSWER_TWO);
    });

    it('finds the answer behind rubbish, echoes and damaged ones', async () => {
        wire.answer = () => `a5 01 00 5a 5a 01 07 00 ${ANSWER_ONE}`;
        const asked = ask('a5 01', ONE);
        await clock.advance(10);
        assert.equal(await asked, ANSWER_ONE);
    });

    it('finds the answer behind a start that led astray, when the line is quiet', async () => {
        const counted: FrameShape = { start: '5a', length: { offset: 1, add: 3 }, checksum: 'sum8' };
        wire.answer = () => '5a f0 5a 01 07 62';
        const asked = ask('a5 01', counted);
        await clock.advance(299);
        let done = false;
        void asked.then(() => (done = true));
        await clock.advance(0);
        assert.equal(done, false);
        await clock.advance(1);
        assert.equal(await asked, ANSWER_ONE);
    });

    it('tells one that broke off, one that was damaged, and one that never came apart', async () => {
        for (const [answer, code, reason] of [
            ['5a 01 07', 'device-silent', 'brokeOff'],
            ['5a 01 07 00', 'protocol', 'frames.damaged'],
            [undefined, 'device-silent', 'noAnswerInTime'],
        ] as const) {
            wire.answer = () => answer;
            const asked = assert.rejects(
                ask('a5 01', ONE),
                (error: { code: string; data: { reason: { key: string } } }) => {
                    assert.equal(error.code, code);
                    assert.ok(error.data.reason.key.endsWith(reason), error.data.reason.key);
                    return true;
                },
            );
            await clock.advance(3000);
            await asked;
        }
    });

    it('takes no late answer for that to the next request of the same kind', async () => {
        wire.answer = () => undefined;
        const first = assert.rejects(ask('a5 01', ONE), { code: 'device-silent' });
        await clock.advance(1000);
        await first;
        const second = ask('a5 01', ONE);
        await clock.advance(500);
        assert.equal(wire.sent.length, 1, 'the late answer is still waited for');
        wire.say('5a 01 01 5c');
        await clock.advance(0);
        assert.equal(wire.sent.length, 2);
        wire.say(ANSWER_ONE);
        assert.equal(await second, ANSWER_ONE);
    });

    it('waits for a late answer no longer than its own time', async () => {
        wire.answer = () => undefined;
        const first = assert.rejects(ask('a5 01', ONE), { code: 'device-silent' });
        await clock.advance(1000);
        await first;
        await clock.advance(600);
        wire.answer = () => ANSWER_TWO;
        const second = ask('a5 02', TWO);
        await clock.advance(399);
        assert.equal(wire.sent.length, 1);
        await clock.advance(1);
        assert.equal(await second, ANSWER_TWO);
    });

    describe('whose answers look alike', () => {
        const VOLTAGE = '5a 0d 67';
        const CHARGE = '5a 63 bd';
        const shape = (): FrameShape => ({ start: '5a', length: 3, checksum: 'sum8' });
        const [A, B] = [shape(), shape()];

        const lose = async (request: string, its: FrameShape) => {
            wire.answer = () => undefined;
            const lost = assert.rejects(ask(request, its), { code: 'device-silent' });
            await clock.advance(1000);
            await lost;
        };
        /** The answer as far as it is decided. */
        const watched = (asked: Promise<string>) => {
            const seen: string[] = [];
            void asked.then((frame) => seen.push(frame));
            return seen;
        };

        for (const inOne of [false, true]) {
            it(`takes the one behind the late one${inOne ? ', in the same bytes' : ''}`, async () => {
                await lose('01', A);
                const seen = watched(ask('02', B));
                await clock.advance(1000);
                assert.deepEqual(wire.sent, ['01', '02']);
                await clock.advance(400);
                if (inOne) wire.say(VOLTAGE + CHARGE);
                else {
                    wire.say(VOLTAGE);
                    await clock.advance(1900);
                    assert.deepEqual(seen, [], 'it may be the late one');
                    wire.say(CHARGE);
                }
                await clock.advance(0);
                assert.deepEqual(seen, [CHARGE]);
            });
        }

        it('takes a single one when no late one can be meant any more', async () => {
            await lose('01', A);
            wire.answer = () => CHARGE;
            const seen = watched(ask('02', B));
            await clock.advance(1000 + 2999);
            assert.deepEqual(seen, []);
            await clock.advance(1);
            assert.deepEqual(seen, [CHARGE]);
            assert.equal(await ask('01', A), CHARGE, 'at once: nothing is owed');
        });

        it('takes each for the same request, and remembers that one more may come', async () => {
            await lose('01', A);
            const again = watched(ask('01', A));
            await clock.advance(1500);
            wire.say(VOLTAGE);
            await clock.advance(0);
            assert.deepEqual(again, [VOLTAGE]);
            const seen = watched(ask('02', B));
            await clock.advance(500);
            wire.say(VOLTAGE);
            wire.say(CHARGE);
            await clock.advance(0);
            assert.deepEqual(seen, [CHARGE]);
        });

        it('is slow all the time: none is ever taken for another', async () => {
            // Each answer comes 5 s after its request, in order.
            wire.answer = (request) => {
                clock.setTimeout(() => wire.say(request === '01' ? VOLTAGE : CHARGE), 5000);
                return undefined;
            };
            const wrong: string[] = [];
            for (let n = 0; n < 60; n++) {
                const [request, its, right] = n % 2 ? (['02', B, CHARGE] as const) : (['01', A, VOLTAGE] as const);
                let ended = false;
                const asked = ask(request, its)
                    .then((frame) => frame !== right && wrong.push(`${n}: ${frame}`))
                    .catch(() => undefined)
                    .finally(() => (ended = true));
                while (!ended) await clock.advance(130);
                await asked;
            }
            assert.deepEqual(wrong, []);
            await clock.advance(10_000);
        });

        it('waits no longer for one that is long overdue', async () => {
            await lose('01', A);
            await clock.advance(5000);
            wire.answer = () => CHARGE;
            assert.equal(await ask('02', B), CHARGE);
        });

        it('opens a TCP connection anew, on which no late answer comes', async () => {
            (wire as { speedChangeable: boolean }).speedChangeable = false;
            await lose('01', A);
            const next = ask('02', B);
            await clock.advance(1000);
            assert.equal(wire.opens, 2);
            wire.say(CHARGE);
            await clock.advance(3000);
            assert.equal(await next, CHARGE);
        });
    });

    it('is opened again after a loss, and after many requests without a byte', async () => {
        wire.answer = () => undefined;
        for (let n = 0; n < 4; n++) {
            const asked = assert.rejects(ask('a5 01', ONE), { code: 'device-silent' });
            await clock.advance(2000);
            await asked;
        }
        assert.equal(wire.opens, 1);
        wire.answer = () => ANSWER_ONE;
        assert.equal(await ask('a5 01', ONE), ANSWER_ONE);
        assert.equal(wire.opens, 2);
        wire.answer = () => undefined;
        const cut = assert.rejects(ask('a5 01', ONE), { code: 'device-silent' });
        await clock.advance(10);
        wire.drop();
        await cut;
        wire.answer = () => ANSWER_ONE;
        assert.equal(await ask('a5 01', ONE), ANSWER_ONE);
        assert.equal(wire.opens, 3);
    });

    it('ends a request when it is closed', async () => {
        wire.answer = () => undefined;
        const asked = assert.rejects(ask('a5 01', ONE), { code: 'interrupted' });
        await clock.advance(10);
        await line.close();
        await asked;
        await assert.rejects(ask('a5 01', ONE), { code: 'interrupted' });
    });
});
