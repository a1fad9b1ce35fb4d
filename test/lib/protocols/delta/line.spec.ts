import assert from 'node:assert/strict';
import { DeltaLine } from '../../../../lib/protocols/delta/line';
import { LinePool } from '../../../../lib/protocols/delta/line-pool';
import { MemoryDeltaLine } from '../../../support/delta-memory';
import { FakeClock } from '../../../support/fake-clock';

describe('a shared serial line', () => {
    let clock: FakeClock;
    let wire: MemoryDeltaLine;
    let line: DeltaLine;

    beforeEach(() => {
        clock = new FakeClock();
        wire = new MemoryDeltaLine();
        line = new DeltaLine({ clock, transport: wire, name: 'line' });
    });
    afterEach(async () => {
        await line.close();
        assert.equal(clock.pending, 0, 'timers are left');
    });

    it('has one request at a time, in the order of asking', async () => {
        wire.answer = (request) => (request === 'P 1 MNU' ? undefined : '~02D001B');
        const asked = [line.ask(1, 'P', 'MNU', 500), line.ask(2, 'P', 'MOD', 500)];
        const settled = Promise.allSettled(asked);
        await clock.advance(499);
        assert.deepEqual(wire.sent, ['P 1 MNU']);
        await clock.advance(200);
        const [first, second] = await settled;
        assert.equal(first!.status, 'rejected');
        assert.equal((second as PromiseFulfilledResult<{ data: string }>).value.data, 'B');
        assert.deepEqual(wire.sent, ['P 1 MNU', 'P 2 MOD']);
    });

    it('takes the short and the long acceptance, and the rejection', async () => {
        for (const [answer, type] of [
            ['~00A', 'A'],
            ['~00A000', 'A'],
            ['~00R000', 'R'],
            ['~00R', 'R'],
        ] as const) {
            wire.answer = () => answer;
            const asked = line.ask(0, 'S', 'BUZ2', 500);
            await clock.advance(100);
            assert.equal((await asked).type, type, answer);
        }
    });

    it('waits for the answer of that UPS, past rubbish, echoes and the late answers of others', async () => {
        wire.answer = () => '\xff\x00~0~00P003STO~05D001X~00D0012';
        const asked = line.ask(0, 'P', 'TSR', 500);
        await clock.advance(100);
        assert.equal((await asked).data, '2');
    });

    it('takes no late answer of a UPS for that to its next command', async () => {
        wire.answer = () => undefined;
        const lost = assert.rejects(line.ask(0, 'P', 'ST1', 500), { code: 'device-silent' });
        await clock.advance(500);
        await lost;
        const next = line.ask(0, 'P', 'ST2', 500);
        await clock.advance(200);
        wire.say('~00D0011');
        await clock.advance(300);
        wire.say('~00D0012');
        await clock.advance(1000);
        assert.equal((await next).data, '2');
        wire.answer = () => '~00D0013';
        const after = line.ask(0, 'P', 'ST3', 500);
        await clock.advance(100);
        assert.equal((await after).data, '3', 'at once: nothing is owed');
    });

    it('takes a single answer after a lost one when no late one can be meant any more', async () => {
        wire.answer = () => undefined;
        const lost = assert.rejects(line.ask(0, 'P', 'ST1', 500), { code: 'device-silent' });
        await clock.advance(500);
        await lost;
        wire.answer = () => '~00D0012';
        const next = line.ask(0, 'P', 'ST2', 500);
        const other = line.ask(1, 'P', 'ST2', 500);
        await clock.advance(1150);
        assert.equal((await next).data, '2');
        wire.say('~01D0015');
        await clock.advance(100);
        assert.equal((await other).data, '5', 'another UPS has not been late');
    });

    it('an answer that breaks off ends with the quiet, and one that never ends with the deadline', async () => {
        wire.answer = () => '~00D0500;1;2';
        const asked = line.ask(0, 'P', 'STB', 1000);
        await clock.advance(300);
        assert.deepEqual(await asked, { id: 0, type: 'D', announced: 50, data: '0;1;2' });
        wire.answer = () => undefined;
        const endless = line.ask(0, 'P', 'STB', 1000);
        const failed = assert.rejects(endless, { code: 'device-silent' });
        for (let n = 0; n < 10; n++) {
            await clock.advance(100);
            wire.say(n === 0 ? '~00D050' : '1');
        }
        await failed;
    });

    it('is opened again when it was lost, with growing pauses', async () => {
        wire.answer = () => '~00D0012';
        const first = line.ask(0, 'P', 'TSR', 500);
        await clock.advance(100);
        await first;
        wire.drop();
        wire.down = new Error('ECONNREFUSED');
        await assert.rejects(line.ask(0, 'P', 'TSR', 500), { code: 'device-silent' });
        const opens = wire.opens;
        await assert.rejects(line.ask(0, 'P', 'TSR', 500), { code: 'device-silent' });
        assert.equal(wire.opens, opens, 'not at once again');
        wire.down = undefined;
        await clock.advance(1000);
        const again = line.ask(0, 'P', 'TSR', 500);
        await clock.advance(100);
        assert.equal((await again).data, '2');
    });

    it('is opened again when nothing at all comes any more', async () => {
        wire.answer = () => undefined;
        for (let n = 0; n < 4; n++) {
            const failed = assert.rejects(line.ask(0, 'P', 'TSR', 500), { code: 'device-silent' });
            await clock.advance(700);
            await failed;
        }
        assert.equal(wire.closes, 1);
    });

    it('can give slow firmware time between the bytes', async () => {
        const slow = new DeltaLine({ clock, transport: wire, name: 'slow', byteDelayMs: 10 });
        wire.answer = () => '~00D001A';
        const asked = slow.ask(0, 'P', 'MNU', 1000);
        await clock.advance(85);
        assert.deepEqual(wire.sent, []);
        await clock.advance(10);
        assert.deepEqual(wire.sent, ['P 0 MNU']);
        await clock.advance(100);
        assert.equal((await asked).data, 'A');
        await slow.close();
    });

    it('ends what is under way when it is closed', async () => {
        wire.answer = () => undefined;
        const failed = assert.rejects(line.ask(0, 'P', 'TSR', 500), { code: 'interrupted' });
        const next = assert.rejects(line.ask(0, 'P', 'STO', 500), { code: 'interrupted' });
        await clock.advance(10);
        await line.close();
        await Promise.all([failed, next]);
        await assert.rejects(line.ask(0, 'P', 'TSR', 500), { code: 'interrupted' });
    });

    it('is shared by its key, and refuses a user with other settings', async () => {
        const pool = new LinePool();
        const make = () => new DeltaLine({ clock, transport: wire, name: 'line' });
        const one = await pool.acquire('a', '2400 baud', make);
        const two = await pool.acquire('a', '2400 baud', make);
        const other = await pool.acquire('b', '', make);
        assert.equal(one.line, two.line);
        assert.notEqual(one.line, other.line);
        assert.equal(one.users(), 2);
        await assert.rejects(pool.acquire('a', '9600 baud', make), { code: 'config-invalid' });
        await one.release();
        await one.release();
        assert.equal(two.users(), 1);
        await two.release();
        const next = await pool.acquire('a', '9600 baud', make);
        assert.notEqual(next.line, one.line);
    });
});
