import assert from 'node:assert/strict';
import ModbusRTU from 'modbus-serial';
import { UpsError } from '../../../../lib/core/errors';
import type { ModbusTable } from '../../../../lib/protocols/modbus/line';
import type { ModbusLink } from '../../../../lib/protocols/modbus/link';
import { ModbusClient } from '../../../../lib/protocols/modbus/modbus-client';

/** A link in memory: what is asked, and what `answer` makes of it. */
class MemoryLink implements ModbusLink {
    readonly isOpen = true;
    readonly opened = Promise.resolve();
    readonly asked: [unitId: number, pdu: number[]][] = [];
    answer: (pdu: Buffer) => Promise<Buffer> = () => new Promise(() => {});

    exchange(unitId: number, pdu: Buffer): Promise<Buffer> {
        this.asked.push([unitId, [...pdu]]);
        return this.answer(pdu);
    }

    close(): Promise<void> {
        return Promise.resolve();
    }
}

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

describe('A client by modbus-serial over a link of ours', () => {
    let link: MemoryLink;
    let client: ModbusClient;

    beforeEach(() => {
        link = new MemoryLink();
        client = new ModbusClient(ModbusRTU, link, 'plant');
    });

    const says = (...pdu: number[]) => (link.answer = () => Promise.resolve(Buffer.from(pdu)));
    const read = (table: ModbusTable, count: number, address = 0x0102) => client.read(9, { table, address, count });

    it('asks by the function of the table, and reads words and bits', async () => {
        const nine = [1, 0, 1, 0, 0, 0, 0, 1, 1];
        says(1, 2, 0b10000101, 1);
        assert.deepEqual(await read('coil', 9), nine);
        says(2, 2, 0b10000101, 0xff);
        assert.deepEqual(await read('discrete', 9), nine, 'bits beyond the count are no values');
        says(3, 4, 0xff, 0xfe, 0, 1);
        assert.deepEqual(await read('holding', 2), [0xfffe, 1]);
        says(4, 2, 0x12, 0x34);
        assert.deepEqual(await read('input', 1), [0x1234]);
        assert.deepEqual(link.asked, [
            [9, [1, 1, 2, 0, 9]],
            [9, [2, 1, 2, 0, 9]],
            [9, [3, 1, 2, 0, 2]],
            [9, [4, 1, 2, 0, 1]],
        ]);
    });

    it('reads as much as one request may ask for', async () => {
        says(3, 250, ...new Array<number>(250).fill(7));
        assert.deepEqual(await read('holding', 125), new Array(125).fill(0x0707));
        says(1, 250, ...new Array<number>(250).fill(0xff));
        assert.deepEqual(await read('coil', 2000), new Array(2000).fill(1));
    });

    it('writes a coil', async () => {
        link.answer = (pdu) => Promise.resolve(pdu);
        await client.writeCoil(9, 0x0102, true);
        await client.writeCoil(0, 3, false);
        assert.deepEqual(link.asked, [
            [9, [5, 1, 2, 0xff, 0]],
            [0, [5, 0, 3, 0, 0]],
        ]);
    });

    for (const exception of [1, 2, 3, 4, 6, 11, 200]) {
        it(`tells exception ${exception} by its number`, async () => {
            says(0x83, exception);
            const why = { 1: 'no-registers', 2: 'no-registers', 3: 'no-registers', 11: 'unit-silent' }[exception];
            const reason = `Modbus exception ${exception}`;
            const data = { host: 'plant', ...(why ? { why } : {}), reason, exception };
            await assert.rejects(read('holding', 1), { code: 'device-refused', data });
            says(0x85, exception);
            await assert.rejects(client.writeCoil(9, 1, true), { code: 'device-refused', data });
        });
    }

    it('passes on why a link has no answer, and reads the next one', async () => {
        const silent = new UpsError('device-silent', { host: 'plant', reason: 'the port was closed' });
        link.answer = () => Promise.reject(silent);
        await assert.rejects(read('holding', 1), (error) => error === silent);
        says(3, 2, 0, 5);
        assert.deepEqual(await read('holding', 1), [5]);
    });

    it('calls an answer that breaks the protocol, and an address that there is not, by their name', async () => {
        says(3, 4, 0, 5);
        await assert.rejects(read('holding', 2), { code: 'protocol' });
        await assert.rejects(read('holding', 1, 0x10000), { code: 'protocol' });
        assert.equal(link.asked.length, 1, 'what cannot be asked is not sent');
    });

    it("starts no timer: time is the link's", async () => {
        // Mocha starts its own once the test has begun.
        await new Promise(setImmediate);
        const before = timers();
        void read('holding', 1);
        void client.writeCoil(9, 1, true);
        await new Promise(setImmediate);
        assert.equal(link.asked.length, 2);
        assert.equal(timers(), before);
    });
});
