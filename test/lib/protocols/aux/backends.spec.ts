import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UpsError } from '../../../../lib/core/errors';
import { GpioBackend } from '../../../../lib/protocols/aux/gpio-backend';
import { objectOf, SnmpBackend } from '../../../../lib/protocols/aux/snmp-backend';
import { inEnglish } from '../../../support/in-english';

describe('GPIO lines by sysfs', () => {
    let root: string;

    beforeEach(() => {
        root = mkdtempSync(join(tmpdir(), 'gpio-'));
        writeFileSync(join(root, 'export'), '');
    });
    afterEach(() => rmSync(root, { recursive: true }));

    /** What the kernel does on an export. */
    function line(number: number, direction: string, value: string): void {
        mkdirSync(join(root, `gpio${number}`));
        writeFileSync(join(root, `gpio${number}`, 'direction'), `${direction}\n`);
        writeFileSync(join(root, `gpio${number}`, 'value'), `${value}\n`);
    }
    const file = (number: number, name: string) => readFileSync(join(root, `gpio${number}`, name), 'utf8').trim();
    const ports = [
        { name: 'Relay', output: true, address: '529' },
        { name: 'Door', address: '530' },
    ];

    it('are exported, turned in the right direction, read and written', async () => {
        let waits = 0;
        const backend = new GpioBackend(
            ports,
            () => {
                waits++;
                if (readFileSync(join(root, 'export'), 'utf8') === '529') line(529, 'in', '0');
                else line(530, 'in', '1');
                return Promise.resolve();
            },
            root,
        );
        assert.deepEqual(await backend.read(), [false, true]);
        assert.equal(waits, 2);
        assert.equal(file(529, 'direction'), 'out');
        await backend.write(0, true);
        assert.equal(file(529, 'value'), '1');
        assert.deepEqual(await backend.read(), [true, true]);
        await backend.close();
        assert.equal(file(529, 'value'), '1', 'a relay does not drop because the process ends');
    });

    it('that are outputs already keep their state', async () => {
        line(529, 'out', '1');
        line(530, 'in', '0');
        writeFileSync(join(root, 'gpio529', 'direction'), 'out');
        assert.deepEqual(await new GpioBackend(ports, () => Promise.resolve(), root).read(), [true, false]);
    });

    it('that the kernel does not give are refused, and it says where', async () => {
        const backend = new GpioBackend(ports, () => Promise.resolve(), root);
        await assert.rejects(
            backend.read(),
            (error: UpsError) => error.code === 'device-refused' && /gpio529/.test(String(error.data.reason)),
        );
        assert.throws(() => new GpioBackend([{ name: 'A', address: 'P9_12' }], () => Promise.resolve(), root), /P9_12/);
    });
});

describe('ports of a card over SNMP', () => {
    it('have short names for the objects of the maker', () => {
        assert.equal(objectOf('aux1'), '1.3.6.1.2.1.33.1.11.1.0');
        assert.equal(objectOf('AUX4'), '1.3.6.1.2.1.33.1.11.4.0');
        assert.equal(objectOf('in1'), '1.3.6.1.2.1.33.1.12.9.1.0');
        assert.equal(objectOf('out4'), '1.3.6.1.2.1.33.1.12.16.1.0');
        assert.equal(objectOf('.1.3.6.1.4.1.99.1.0'), '1.3.6.1.4.1.99.1.0');
        assert.throws(
            () => objectOf('aux5'),
            (error: UpsError) => error.code === 'config-invalid',
        );
    });

    it('are read and written through the device; what it does not have is unknown', async () => {
        const objects = new Map<string, number>([[objectOf('aux1'), 0]]);
        const device = {
            host: 'card',
            readObject: async (oid: string) => Promise.resolve(objects.get(oid)),
            writeObject: async (oid: string, value: number) => Promise.resolve(void objects.set(oid, value)),
        };
        const backend = new SnmpBackend(() => device, [{ name: 'A', output: true }, { name: 'B' }]);
        assert.deepEqual(await backend.read(), [false, undefined]);
        await backend.write(0, true);
        assert.deepEqual(await backend.read(), [true, undefined]);
        objects.clear();
        const oid = '1.3.6.1.4.1.318.1';
        const refused = (error: UpsError) =>
            error.code === 'config-invalid' && /Values/.test(inEnglish(error.data.expected));
        assert.throws(() => new SnmpBackend(() => device, [{ name: 'A', output: true, address: oid }]), refused);
        assert.throws(() => new SnmpBackend(() => device, [{ name: 'A', values: 'on/off' }]), refused);
        assert.throws(() => new SnmpBackend(() => device, [{ name: 'A', values: '1/1' }]), refused);
        const other = new SnmpBackend(() => device, [{ name: 'A', output: true, address: oid, values: '1/2' }]);
        objects.set(oid, 2);
        assert.deepEqual(await other.read(), [false]);
        await other.write(0, true);
        assert.equal(objects.get(oid), 1);
        await other.write(0, false);
        assert.equal(objects.get(oid), 2);
        assert.deepEqual(await other.read(), [false]);
        await assert.rejects(
            new SnmpBackend(() => undefined, [{ name: 'A' }]).read(),
            (error: UpsError) => error.code === 'config-missing',
        );
    });
});
