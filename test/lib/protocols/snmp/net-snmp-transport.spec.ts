import assert from 'node:assert/strict';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createCipheriv } from 'node:crypto';
import snmp from 'net-snmp';
import { readTarget } from '../../../../lib/protocols/snmp/config';
import { ensureDes } from '../../../../lib/protocols/snmp/des';
import { HostAddress } from '../../../../lib/protocols/snmp/host-address';
import { NetSnmpTransport } from '../../../../lib/protocols/snmp/net-snmp-transport';
import { SnmpError } from '../../../../lib/protocols/snmp/transport';
import { fromWire } from '../../../../lib/protocols/snmp/wire-values';
import { FakeClock } from '../../../support/fake-clock';

const OID = '1.3.6.1.2.1.33.1.4.1.0';

describe('net-snmp transport, on a real socket', () => {
    let server: Socket;
    let port: number;
    let answer: (request: Buffer, from: RemoteInfo) => Buffer[];
    let transport: NetSnmpTransport;

    beforeEach(async () => {
        server = createSocket('udp4');
        server.on('message', (request, from) => {
            for (const packet of answer(request, from)) server.send(packet, from.port, from.address);
        });
        server.bind(0, '127.0.0.1');
        await once(server, 'listening');
        port = server.address().port;
        transport = new NetSnmpTransport(readTarget({ host: '127.0.0.1', port, timeout: 0.05, retries: 0 }));
    });

    afterEach(() => {
        transport.close();
        server.close();
    });

    const kind = (expected: string) => (error: unknown) => error instanceof SnmpError && error.kind === expected;

    /** The request turned into its answer: GetRequest becomes GetResponse, NULL becomes INTEGER 3. */
    function good(request: Buffer): Buffer {
        const response = Buffer.from(request);
        const pdu = response.indexOf(0xa0, 8);
        response[pdu] = 0xa2;
        const body = Buffer.concat([response.subarray(0, -2), Buffer.from([0x02, 0x01, 0x03])]);
        // Every enclosing length grows by one.
        for (const at of [1, pdu + 1]) body[at]!++;
        const list = body.indexOf(Buffer.from([0x30]), pdu + 2 + 6);
        body[list + 1]!++;
        body[body.indexOf(Buffer.from([0x30]), list + 1) + 1]!++;
        return body;
    }

    it('reads a value', async () => {
        answer = (request) => [good(request)];
        assert.deepEqual(await transport.get([OID]), [{ oid: OID, value: 3 }]);
    });

    const tlv = (tag: number, ...parts: Buffer[]) => {
        const body = Buffer.concat(parts);
        return Buffer.concat([Buffer.from([tag, body.length]), body]);
    };

    /** An answer with `count` objects, 1.3.6.1.2.1.33.1.4.<n>.0 = n, however many were asked for. */
    function withObjects(request: Buffer, count: number): Buffer {
        const pdu = request.indexOf('public') + 'public'.length;
        const id = request.subarray(pdu + 2, pdu + 4 + request[pdu + 3]!);
        const none = Buffer.from([0x02, 0x01, 0x00]);
        const objects = Array.from({ length: count }, (_, i) =>
            tlv(0x30, tlv(0x06, Buffer.from([0x2b, 6, 1, 2, 1, 33, 1, 4, i + 1, 0])), tlv(0x02, Buffer.from([i + 1]))),
        );
        const head = request.subarray(2, pdu);
        return tlv(0x30, head, tlv(0xa2, id, none, none, tlv(0x30, ...objects)));
    }

    for (const count of [0, 1, 3]) {
        it(`${count} objects in answer to two are handed over as they are`, async () => {
            answer = (request) => [withObjects(request, count)];
            transport.close();
            transport = new NetSnmpTransport(readTarget({ host: '127.0.0.1', port, timeout: 2 }));
            const oids = [OID, '1.3.6.1.2.1.33.1.4.2.0'];
            const given = Array.from({ length: count }, (_, i) => ({
                oid: `1.3.6.1.2.1.33.1.4.${i + 1}.0`,
                value: i + 1,
            }));
            assert.deepEqual(await transport.get(oids), given);
            assert.deepEqual(await transport.getNext(oids), given);
        });
    }

    const GARBAGE: [string, (request: Buffer) => Buffer][] = [
        ['an empty packet', () => Buffer.alloc(0)],
        ['a single octet', () => Buffer.from([0x30])],
        ['a length beyond the packet', () => Buffer.from('3084ffffffff0201', 'hex')],
        ['text', () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
        ['all ones', () => Buffer.alloc(1400, 0xff)],
        ['nested sequences without end', () => Buffer.alloc(1400, 0x30)],
        ['an unknown version', (request) => corrupt(good(request), 4, 0x7f)],
        ['an unknown PDU', (request) => corrupt(good(request), good(request).indexOf(0xa2, 8), 0xaf)],
        ['an unknown value type', (request) => corrupt(good(request), -3, 0x5f)],
        ['an answer cut in half', (request) => good(request).subarray(0, 20)],
        ['a version 3 header with nothing behind it', () => Buffer.from('300b0201033006020101020200ff', 'hex')],
    ];

    function corrupt(packet: Buffer, at: number, octet: number): Buffer {
        packet[at < 0 ? packet.length + at : at] = octet;
        return packet;
    }

    for (const [what, make] of GARBAGE) {
        it(`${what}: the request fails, the process lives, the next request is answered`, async () => {
            answer = (request) => [make(request)];
            await assert.rejects(transport.get([OID]), (error) => error instanceof SnmpError);
            answer = (request) => [good(request)];
            assert.deepEqual(await transport.get([OID]), [{ oid: OID, value: 3 }]);
        });
    }

    it('garbage before the answer does not spoil it', async () => {
        answer = (request) => [Buffer.from('3084ffffffff', 'hex'), Buffer.alloc(3, 0xff), good(request)];
        assert.deepEqual(await transport.get([OID]), [{ oid: OID, value: 3 }]);
        assert.ok(transport.malformed >= 1);
    });

    it('every octet of an answer may be wrong', async function () {
        this.timeout(20_000);
        const length = 43;
        for (let at = 0; at < length; at++) {
            answer = (request) => [corrupt(good(request), at, 0xff)];
            await transport.get([OID]).catch((error) => assert.ok(error instanceof SnmpError, String(error)));
        }
        answer = (request) => [good(request)];
        assert.deepEqual(await transport.get([OID]), [{ oid: OID, value: 3 }]);
    });

    it('silence is a timeout', async () => {
        answer = () => [];
        await assert.rejects(transport.get([OID]), kind('timeout'));
    });

    it('closing fails what is under way at once, and everything after', async () => {
        answer = () => [];
        const slow = new NetSnmpTransport(readTarget({ host: '127.0.0.1', port, timeout: 30 }));
        const waiting = slow.get([OID]);
        setImmediate(() => slow.close());
        await assert.rejects(waiting, kind('closed'));
        await assert.rejects(slow.get([OID]), kind('closed'));
        slow.close();
    });

    it('a host that does not resolve is unreachable', async () => {
        const address = new HostAddress('ups.invalid', 50, () => Promise.reject(new Error('ENOTFOUND')));
        const lost = new NetSnmpTransport(readTarget({ host: 'ups.invalid' }), address);
        await assert.rejects(lost.get([OID]), { ...kind('unreachable'), why: 'name-unknown' });
        lost.close();
    });
});

describe('net-snmp transport over IPv6', () => {
    it('asks a host that was typed in brackets', async function () {
        const server = createSocket('udp6');
        const asked = once(server, 'message');
        server.bind(0, '::1');
        const bound = await Promise.race([
            once(server, 'listening').then(() => true),
            once(server, 'error').then(() => false),
        ]);
        // A machine without IPv6.
        if (!bound) return this.skip();
        const { port } = server.address();
        const transport = new NetSnmpTransport(readTarget({ host: '[::1]', port, timeout: 0.5, retries: 0 }));
        const request = transport.get([OID]).catch(() => undefined);
        await asked;
        transport.close();
        await request;
        server.close();
    });
});

describe('address of a host', () => {
    it('is kept when the name server dies with the mains', async () => {
        let alive = true;
        const address = new HostAddress('ups', 20, () =>
            alive ? Promise.resolve({ address: '127.0.0.9', family: 4 }) : Promise.reject(new Error('dead')),
        );
        assert.equal((await address.resolve()).address, '127.0.0.9');
        alive = false;
        assert.equal((await address.resolve()).address, '127.0.0.9');
    });

    it('that hangs is not waited for', async () => {
        const address = new HostAddress('ups', 20, () => new Promise(() => {}));
        await assert.rejects(address.resolve(), (error) => error instanceof SnmpError && error.kind === 'unreachable');
    });

    it('that does not resolve is asked for once in a while, however often it is wanted', async () => {
        const clock = new FakeClock();
        let asked = 0;
        let alive = false;
        const ask = () => {
            asked++;
            return alive ? Promise.resolve({ address: '127.0.0.9', family: 4 }) : Promise.reject(new Error('dead'));
        };
        const address = new HostAddress('ups', 20, ask, clock);
        await Promise.all(Array.from({ length: 50 }, () => assert.rejects(address.resolve())));
        await assert.rejects(address.resolve());
        assert.equal(asked, 1);
        alive = true;
        clock.advanceSync(5000);
        assert.equal((await address.resolve()).address, '127.0.0.9');
        assert.equal(asked, 2);
    });

    it('in brackets, as in a URL, is that address', async () => {
        for (const [typed, address] of [
            ['[2001:db8::1]', '2001:db8::1'],
            ['2001:db8::1', '2001:db8::1'],
            [' [::1] ', '::1'],
            ['[fe80::1%eth0]', 'fe80::1%eth0'],
        ] as const) {
            const host = new HostAddress(typed, 20, () => Promise.reject(new Error('not asked')));
            assert.deepEqual(await host.resolve(), { address, family: 6 });
            assert.equal(readTarget({ host: typed }).host, address);
        }
    });
    it('given as an address is never looked up', async () => {
        const address = new HostAddress('::1', 20, () => Promise.reject(new Error('not asked')));
        assert.deepEqual(await address.resolve(), { address: '::1', family: 6 });
    });
});

describe('single DES by triple DES', () => {
    it('is DES: the vector of FIPS 81', () => {
        const key = Buffer.from('0123456789abcdef', 'hex');
        const iv = Buffer.from('1234567890abcdef', 'hex');
        const cipher = createCipheriv('des-ede3-cbc', Buffer.concat([key, key, key]), iv).setAutoPadding(false);
        const text = cipher.update('Now is the time for all ', 'ascii', 'hex') + cipher.final('hex');
        assert.equal(text, 'e5c7cdde872bf27c43e934008c389c0f683788499a7c05f6');
    });

    it('goes there and back in net-snmp', () => {
        ensureDes();
        const { algorithms } = (snmp as unknown as { Encryption: { algorithms: Record<number, Codec> } }).Encryption;
        const des = algorithms[snmp.PrivProtocols.des]!;
        const engine = { engineID: Buffer.from('80001f8804616161', 'hex') };
        const pdu = Buffer.from('a scoped PDU of some length');
        const sealed = des.encryptPdu(pdu, 2, 'a-key-of-tests', snmp.AuthProtocols.md5, engine);
        assert.equal(sealed.encryptedPdu.length % 8, 0);
        assert.ok(!sealed.encryptedPdu.includes('scoped'));
        const opened = des.decryptPdu(
            sealed.encryptedPdu,
            2,
            sealed.msgPrivacyParameters,
            'a-key-of-tests',
            snmp.AuthProtocols.md5,
            engine,
        );
        assert.equal(opened.subarray(0, pdu.length).toString(), pdu.toString());
    });

    interface Codec {
        encryptPdu(...args: unknown[]): { encryptedPdu: Buffer; msgPrivacyParameters: Buffer };
        decryptPdu(...args: unknown[]): Buffer;
    }
});

describe('values from the wire', () => {
    const type = snmp.ObjectType;
    for (const [what, wire, value, expected] of [
        ['INTEGER', type.Integer, -4, -4],
        ['Gauge32 where INTEGER is due (CyberPower)', type.Gauge, 100, 100],
        ['Counter32', type.Counter, 7, 7],
        ['TimeTicks', type.TimeTicks, 971870715, 971870715],
        ['Counter64', type.Counter64, Buffer.from('0100000000', 'hex'), 2 ** 32],
        ['OCTET STRING in UTF-8', type.OctetString, Buffer.from('°C'), '°C'],
        ['OCTET STRING in Latin-1', type.OctetString, Buffer.from('b043', 'hex'), '°C'],
        ['NULL (Riello)', type.Null, null, null],
        ['OBJECT IDENTIFIER', type.OID, '1.3.6.1', '1.3.6.1'],
        ['Opaque float', type.Opaque, Buffer.from('9f780441bc0000', 'hex'), 23.5],
        ['Opaque double', type.Opaque, Buffer.from('9f79084037800000000000', 'hex'), 23.5],
        ['other Opaque', type.Opaque, Buffer.from('42'), '42'],
        ['Boolean', type.Boolean, true, 1],
        ['noSuchObject', type.NoSuchObject, null, undefined],
        ['noSuchInstance', type.NoSuchInstance, null, undefined],
        ['endOfMibView', type.EndOfMibView, null, undefined],
    ] as const) {
        it(what, () => assert.equal(fromWire(wire, value), expected));
    }
});
