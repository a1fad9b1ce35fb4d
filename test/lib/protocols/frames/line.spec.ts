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
