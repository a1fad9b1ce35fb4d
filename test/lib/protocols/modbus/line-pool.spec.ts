import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { UpsError } from '../../../../lib/core/errors';
import { ModbusLinePool } from '../../../../lib/protocols/modbus/line-pool';
import type { LineOptions } from '../../../../lib/protocols/modbus/modbus-serial-line';
import { FakeClock } from '../../../support/fake-clock';
import { ModbusMemory } from '../../../support/modbus-memory';

const serial = (over: object = {}): LineOptions => ({
    endpoint: { transport: 'rtu', path: '/dev/ttyX', baudRate: 9600, parity: 'none', stopBits: 1, ...over },
    timeoutMs: 1000,
});
const tcp: LineOptions = { endpoint: { transport: 'tcp', host: 'card', port: 502 }, timeoutMs: 1000 };
const BLOCK = { table: 'holding', address: 1, count: 1 } as const;

describe('Modbus lines that units share', () => {
    let clock: FakeClock;
    let opened: ModbusMemory[];
    let pool: ModbusLinePool;

    beforeEach(() => {
        clock = new FakeClock();
        opened = [];
        pool = new ModbusLinePool(clock, () => {
            const line = new ModbusMemory().set('holding', 1, 11);
            opened.push(line);
            return line;
        });
    });

    it('opens a serial port once, and closes it with its last user', async () => {
        const [one, two] = [pool.take(serial()), pool.take(serial())];
        assert.equal(opened.length, 1);
        await one.read(1, BLOCK);
        await two.read(2, BLOCK);
        assert.deepEqual([...opened[0]!.units], [1, 2]);
        await one.close();
        await one.close();
        assert.equal(opened[0]!.closed, false);
        assert.deepEqual(await two.read(2, BLOCK), [11]);
        await two.close();
        assert.equal(opened[0]!.closed, true);
        await pool.take(serial()).close();
        assert.equal(opened.length, 2);
    });

    it('gives all nodes of one card one TCP connection, and closes it with the last one', async () => {
        const [one, two] = [pool.take(tcp), pool.take({ ...tcp, timeoutMs: 2000 })];
        assert.equal(opened.length, 0, 'nobody has asked yet');
        assert.deepEqual(await one.read(1, BLOCK), [11]);
        assert.deepEqual(await two.read(1, BLOCK), [11]);
        assert.equal(opened.length, 1);
        await one.close();
        assert.equal(opened[0]!.closed, false);
        assert.deepEqual(await two.read(1, BLOCK), [11]);
        await two.close();
        assert.equal(opened[0]!.closed, true);
    });

    it('closes the connection when its last user is gone, though a node that has not asked yet waits to', async () => {
        const [one, waiting] = [pool.take(tcp), pool.take(tcp)];
        await one.read(1, BLOCK);
        await one.close();
        assert.equal(opened[0]!.closed, true);
        assert.deepEqual(await waiting.read(1, BLOCK), [11]);
        assert.equal(opened.length, 2);
    });

    it('gives another port, or another host, a TCP connection of its own', async () => {
        const endpoints = [
            ['card', 502],
            ['card', 503],
            ['card2', 502],
            ['CARD', 502],
        ] as const;
        for (const [host, port] of endpoints)
            await pool.take({ ...tcp, endpoint: { transport: 'tcp', host, port } }).read(1, BLOCK);
        assert.equal(opened.length, 3);
    });

    it('asks a card again at once if nobody shares its connection, and spares others if somebody does', async () => {
        const [one, two] = [pool.take(tcp), pool.take(tcp)];
        await Promise.all([one.read(1, BLOCK), two.read(2, BLOCK)]);
        opened[0]!.asked.length = 0;
        const silence = () => opened[0]!.troubles.push(new UpsError('device-silent', { host: 'card' }));
        silence();
        await assert.rejects(one.read(1, BLOCK), { code: 'device-silent' });
        await assert.rejects(one.read(1, BLOCK), { code: 'device-silent' });
        assert.equal(opened[0]!.asked.length, 1);
        assert.deepEqual(await two.read(2, BLOCK), [11]);
        await one.close();
        silence();
        await assert.rejects(two.read(2, BLOCK), { code: 'device-silent' });
        assert.deepEqual(await two.read(2, BLOCK), [11]);
    });

    it('refuses one port with two speeds', () => {
        pool.take(serial());
        assert.throws(
            () => pool.take(serial({ baudRate: 19_200 })),
            (error: UpsError) => error.code === 'config-invalid' && error.data.property === 'baudRate',
        );
    });

    it('leaves a dead unit alone for a while, and the line to the others', async () => {
        const [dead, alive] = [pool.take(serial()), pool.take(serial())];
        opened[0]!.troubles.push(new UpsError('device-silent', { host: '/dev/ttyX' }));
        await assert.rejects(dead.read(1, BLOCK), { code: 'device-silent' });
        await assert.rejects(dead.read(1, BLOCK), { code: 'device-silent' });
        assert.equal(opened[0]!.asked.length, 1);
        await alive.read(2, BLOCK);
        await clock.advance(1000);
        assert.deepEqual(await dead.read(1, BLOCK), [11]);
    });

    it('a relay is switched, or fails to be, at once: an order is no poll', async () => {
        const share = pool.take(serial());
        opened[0]!.troubles.push(new UpsError('device-silent', { host: '/dev/ttyX' }));
        await assert.rejects(share.read(1, BLOCK), { code: 'device-silent' });
        await share.writeCoil(1, 0, true);
        assert.deepEqual(opened[0]!.written, [{ unitId: 1, address: 0, on: true }]);
    });

    it('does not wait for others when it is closed', async () => {
        const share = pool.take(serial());
        opened[0]!.read = () => new Promise(() => {});
        const reading = share.read(1, BLOCK);
        await share.close();
        await assert.rejects(reading, { code: 'interrupted' });
        await assert.rejects(share.read(1, BLOCK), { code: 'interrupted' });
    });

    it('keeps no answer longer than who asked for it', async () => {
        setFlagsFromString('--expose-gc');
        const collect = runInNewContext('gc') as () => void;
        const share = pool.take(serial());
        const kept: WeakRef<number[]>[] = [];
        for (let round = 0; round < 20; round++) kept.push(new WeakRef(await share.read(1, BLOCK)));
        // The turn of the event loop lets go of what this one has looked at.
        await new Promise((resolve) => setImmediate(resolve));
        collect();
        assert.ok(kept.filter((answer) => answer.deref()).length < 5, 'answers pile up until the line is closed');
        await share.close();
    });
});
