import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { UpsError } from '../../../../lib/core/errors';
import { parseMacs, parseRows } from '../../../../lib/protocols/wol/hosts';
import { formatMac, parseMac, parseSecureOn } from '../../../../lib/core/addresses/mac';
import { UdpPackets, magicPacket, parseAddresses } from '../../../../lib/protocols/wol/magic-packet';
import { pingArguments } from '../../../../lib/protocols/shared/probe';

const invalid = (work: () => unknown, property: string) =>
    assert.throws(
        work,
        (error: UpsError) => /config-(invalid|missing)/.test(error.code) && error.data.property === property,
    );

describe('magic packet', () => {
    it('is six FF and sixteen times the address, byte by byte', () => {
        const packet = Buffer.from(magicPacket(parseMac('00:1b:21:3c:4d:5e')));
        assert.equal(packet.toString('hex'), 'ffffffffffff' + '001b213c4d5e'.repeat(16));
        assert.equal(packet.length, 102);
    });

    it('ends in the SecureOn password of six or four bytes', () => {
        const mac = parseMac('00:1b:21:3c:4d:5e');
        const six = Buffer.from(magicPacket(mac, parseSecureOn('a1-b2-c3-d4-e5-f6')));
        assert.deepEqual([six.length, six.subarray(102).toString('hex')], [108, 'a1b2c3d4e5f6']);
        const four = Buffer.from(magicPacket(mac, parseSecureOn(' 192.0.2.1 ')));
        assert.deepEqual([four.length, four.subarray(102).toString('hex')], [106, 'c0000201']);
        assert.equal(parseSecureOn(''), undefined);
    });

    it('never tells a wrong password', () => {
        try {
            parseSecureOn('hunter2');
            assert.fail('accepted');
        } catch (error) {
            assert.equal((error as UpsError).code, 'config-invalid');
            assert.ok(!JSON.stringify((error as UpsError).data).includes('hunter2'));
        }
    });

    for (const text of [
        '00:1b:21:3c:4d:5e',
        '00-1B-21-3C-4D-5E',
        '0:1b:21:3c:4d:5e',
        '001b.213c.4d5e',
        '001b-213c-4d5e',
        '001b21-3c4d5e',
        '001B213C4D5E',
        ' 001b213c4d5e ',
    ]) {
        it(`takes a MAC address as ${text}`, () => assert.equal(formatMac(parseMac(text)), '00:1b:21:3c:4d:5e'));
    }

    for (const text of [
        '',
        '00:1b:21:3c:4d',
        '00:1b:21:3c:4d:5e:6f',
        '00:1b-21:3c:4d:5e',
        '00:1b:21:3c:4d:5g',
        '001b.213c-4d5e',
        'ff:ff:ff:ff:ff:ff',
        '01:00:5e:00:00:01',
        '00:00:00:00:00:00',
    ]) {
        it(`refuses ${JSON.stringify(text)}`, () => invalid(() => parseMac(text), 'mac'));
    }

    it('takes a list of MAC addresses, each once', () => {
        const macs = parseMacs('00:1b:21:3c:4d:5e, 001B.213C.4D5E\n02-00-00-00-00-01').map(({ mac }) => mac);
        assert.deepEqual(macs, ['00:1b:21:3c:4d:5e', '02:00:00:00:00:01']);
        invalid(() => parseMacs(' '), 'mac');
    });

    it('takes the rows of a staged wake', () => {
        const mac = '02:00:00:00:00:01';
        const row = (rest: object) => parseRows([{ mac, ...rest }] as never)[0]!.probe;
        assert.equal(row({ check: 'none' }), undefined);
        assert.deepEqual(row({ check: 'tcp', address: 'srv', port: 443 }), { kind: 'tcp', host: 'srv', port: 443 });
        assert.deepEqual(row({ check: 'tcp', address: 'srv' }), { kind: 'tcp', host: 'srv', port: 22 });
        assert.deepEqual(row({ check: 'ping', address: '::1' }), { kind: 'ping', host: '::1' });
        for (const wrong of [
            { check: 'tcp' },
            { check: 'ping', address: '-f' },
            { check: 'ping', address: 'a b' },
            { check: 'arp', address: 'a' },
            { check: 'tcp', address: 'a', port: 70000 },
        ])
            invalid(() => row(wrong), 'hosts');
        invalid(() => parseRows([{ mac }, { mac: '0200.0000.0001' }]), 'hosts');
        invalid(() => parseRows([]), 'hosts');
        invalid(() => parseRows('x' as never), 'hosts');
    });

    it('goes to every address, and fails only if none can be sent to', async () => {
        const sent: string[] = [];
        const opened: (4 | 6)[] = [];
        let closed = 0;
        const network = {
            openDatagrams: async (family: 4 | 6) => {
                opened.push(family);
                return {
                    send: async (bytes: Uint8Array, host: string, port: number) => {
                        if (host === 'bad') throw new Error('ENETUNREACH');
                        sent.push(`${bytes.length} ${host}:${port}`);
                    },
                    close: () => void closed++,
                };
            },
        };
        const packet = magicPacket(parseMac('02:00:00:00:00:01'));
        await new UdpPackets(network, parseAddresses('192.0.2.255, bad 198.51.100.7:7 [::1]', 9), 2).send(packet);
        assert.deepEqual(
            sent.toSorted(),
            ['192.0.2.255:9', '198.51.100.7:7', '::1:9'].flatMap((to) => [`102 ${to}`, `102 ${to}`]),
        );
        assert.deepEqual([opened, closed], [[4, 4, 4, 6], 4]);
        await assert.rejects(
            new UdpPackets(network, parseAddresses('bad', 9), 1).send(packet),
            (error: UpsError) => error.code === 'host-unreachable' && error.data.reason === 'ENETUNREACH',
        );
        assert.deepEqual(parseAddresses('', 7), [{ host: '255.255.255.255', port: 7 }]);
        invalid(() => parseAddresses('192.0.2.256', 9), 'address');
    });

    it('an address whose name takes long to be found does not delay the others', async () => {
        const sent: string[] = [];
        let found = () => {};
        const network = {
            openDatagrams: async () => ({
                send: (_bytes: Uint8Array, host: string) =>
                    host === 'slow' ? new Promise<void>((resolve) => (found = resolve)) : void sent.push(host),
                close: () => undefined,
            }),
        };
        const packets = new UdpPackets(network as never, parseAddresses('slow 192.0.2.255', 9), 1);
        const sending = packets.send(magicPacket(parseMac('02:00:00:00:00:01')));
        await new Promise((resolve) => setImmediate(resolve));
        assert.deepEqual(sent, ['192.0.2.255']);
        found();
        await sending;
    });

    it('asks each system in its own words for one ping', () => {
        assert.deepEqual(pingArguments('h', 1500, 'linux'), ['-c', '1', '-W', '2', 'h']);
        assert.deepEqual(pingArguments('h', 2000, 'win32'), ['-n', '1', '-w', '2000', 'h']);
        assert.deepEqual(pingArguments('h', 2000, 'darwin'), ['-c', '1', '-t', '2', 'h']);
    });
});
