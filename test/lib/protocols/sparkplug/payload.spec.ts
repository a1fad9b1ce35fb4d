import assert from 'node:assert/strict';
import { decodePayload, PayloadEncoder } from '../../../../lib/protocols/sparkplug/payload';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const bytes = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
const encode = (...given: Parameters<PayloadEncoder['encode']>) => new PayloadEncoder().encode(...given);

describe('the encoder of Sparkplug B', () => {
    it('writes payloads by the field numbers of sparkplug_b.proto', () => {
        // By hand: timestamp (field 1) 1767225600000; metrics (field 2): name (1), alias (2), datatype (4), value (10 to 15), is_null (7).
        const timestamp = 1_767_225_600_000;
        assert.equal(hex(encode({ timestamp, metrics: [], seq: 0 })), '08' + '80d0eab6b733' + '1800');
        const of = (metric: object) => hex(encode({ timestamp: 1, metrics: [metric as never] })).slice(4);
        assert.equal(of({ name: 'a', type: 'boolean', value: true }), '12' + '07' + '0a0161' + '200b' + '7001');
        assert.equal(of({ alias: 300, type: 'int64', value: 255 }), '12' + '08' + '10ac02' + '2004' + '58ff01');
        assert.equal(
            of({ alias: 1, type: 'double', value: 230.5 }),
            '12' + '0d' + '1001' + '200a' + '690000000000d06c40',
        );
        assert.equal(of({ alias: 1, type: 'string', value: 'ü' }), '12' + '08' + '1001' + '200c' + '7a02c3bc');
        assert.equal(of({ alias: 1, type: 'double', value: undefined }), '12' + '06' + '1001' + '200a' + '3801');
        assert.equal(
            of({ alias: 1, type: 'boolean', value: false, isHistorical: true, timestamp: 1 }),
            '12' + '0a' + '1001' + '1801' + '200b' + '2801' + '7000',
        );
        const unit = '4a10' + '0a07' + Buffer.from('engUnit').toString('hex') + '1205' + '080c' + '4201' + '56';
        assert.equal(
            of({ alias: 1, type: 'double', value: undefined, unit: 'V' }),
            '1218' + '1001' + '200a' + unit + '3801',
        );
    });

    it('writes what is longer than its buffer', () => {
        const long = 'x'.repeat(70_000);
        const read = decodePayload(
            encode({ timestamp: 1, metrics: [{ name: long, type: 'string', value: long }] }),
            1e6,
        );
        assert.deepEqual([read?.metrics[0]?.name?.length, read?.metrics[0]?.value], [70_000, long]);
    });
});

describe('the decoder of Sparkplug B', () => {
    it('reads what a host sends', () => {
        // As Tahu writes a rebirth: timestamp, one metric with name, timestamp, datatype and a value, then seq.
        const rebirth = Buffer.from('Node Control/Rebirth').toString('hex');
        const read = decodePayload(bytes(`08 80d0eab6b733 12 21 0a14 ${rebirth} 18 80d0eab6b733 20 0b 70 01 18 07`));
        assert.deepEqual(read, {
            timestamp: 1_767_225_600_000,
            seq: 7,
            metrics: [{ name: 'Node Control/Rebirth', timestamp: 1_767_225_600_000, datatype: 11, value: true }],
        });
    });

    it('passes over fields that it does not know, and reads numbers of all kinds', () => {
        const values = [
            ['50 05', 5],
            ['58 ff ff ff ff ff ff ff ff ff 01', -1],
            ['65 00 00 80 3f', 1],
            ['69 00 00 00 00 00 00 f0 3f', 1],
            ['70 00', false],
        ] as const;
        for (const [value, expected] of values) {
            const metric = bytes(`10 07 ${value} 9a 06 02 00 00 98 06 01`);
            const read = decodePayload(Buffer.concat([Buffer.from([0x12, metric.length]), metric, bytes('fa 01 00')]));
            assert.deepEqual(read?.metrics, [{ alias: 7, value: expected }], value);
        }
    });

    it('takes nothing that is cut short, oversized or no protobuf', () => {
        const whole = encode({
            timestamp: 1_767_225_600_000,
            metrics: [{ name: 'abc', type: 'double', value: 1 }],
            seq: 3,
        });
        const wrong = [...whole.keys()].filter((size) => {
            const read = decodePayload(whole.subarray(0, size));
            return read !== undefined && ![0, 7, whole.length - 2].includes(size);
        });
        assert.deepEqual(wrong, [], 'cut between two fields it is a shorter message');
        for (const text of [
            '0b',
            '07',
            '00',
            '0880',
            `08${'ff'.repeat(11)}`,
            '12ffffffff0f00',
            '120a01',
            '0afe',
            '120312c080',
        ])
            assert.equal(decodePayload(bytes(text)), undefined, text);
        assert.equal(decodePayload(Buffer.alloc(65_537, 8)), undefined);
        assert.equal(decodePayload(bytes('1200'.repeat(1001))), undefined);
        assert.equal(decodePayload(bytes('12040a02c328')), undefined, 'no UTF-8');
    });
});
