import assert from 'node:assert/strict';
import { crc16, MbapParser, mbapFrame, RtuParser, rtuFrame } from '../../../../lib/protocols/modbus-server/framing';

const hex = (text: string) => Buffer.from(text.replace(/ /g, ''), 'hex');
const READ = hex('03 006b 0003');
const READ_RTU = hex('11 03 006b 0003 7687');

describe('Modbus frames', () => {
    it('carry the checksum of the standard', () => {
        // The example that every Modbus primer prints: 11 03 00 6B 00 03 76 87.
        assert.deepEqual(rtuFrame(0x11, READ), READ_RTU);
        assert.equal(crc16(Buffer.alloc(0)), 0xffff);
    });

    it('over TCP are found in any split', () => {
        const stream = Buffer.concat([
            mbapFrame({ transaction: 1, unitId: 17, pdu: READ }, READ),
            mbapFrame({ transaction: 0xffff, unitId: 255, pdu: READ }, hex('0f 0013 000a 02 cd01')),
        ]);
        for (let size = 1; size <= stream.length; size++) {
            const parser = new MbapParser();
            const frames = [];
            for (let at = 0; at < stream.length; at += size)
                frames.push(...parser.push(stream.subarray(at, at + size)));
            assert.deepEqual(
                frames.map(({ transaction, unitId, pdu }) => [transaction, unitId, pdu.toString('hex')]),
                [
                    [1, 17, '03006b0003'],
                    [0xffff, 255, '0f0013000a02cd01'],
                ],
                `in pieces of ${size}`,
            );
        }
    });

    for (const [what, bytes] of [
        ['another protocol', '0001 0001 0006 11 03006b0003'],
        ['no function', '0001 0000 0001 11'],
        ['an impossible length', '0001 0000 00ff 11 03'],
        ['HTTP', Buffer.from('GET / HTTP/1.1').toString('hex')],
    ] as const) {
        it(`over TCP: ${what} is the end of the connection`, () =>
            assert.throws(() => new MbapParser().push(hex(bytes))));
    }

    describe('on a serial line', () => {
        const found = (parser: RtuParser, ...pieces: Buffer[]) =>
            pieces.flatMap((piece) => parser.push(piece)).map(({ unitId, pdu }) => [unitId, pdu.toString('hex')]);

        it('are found in any split', () => {
            const stream = Buffer.concat([READ_RTU, rtuFrame(2, hex('0f 0013 000a 02 cd01')), READ_RTU]);
            for (let size = 1; size <= stream.length; size++) {
                const pieces = [];
                for (let at = 0; at < stream.length; at += size) pieces.push(stream.subarray(at, at + size));
                assert.deepEqual(
                    found(new RtuParser(), ...pieces),
                    [
                        [17, '03006b0003'],
                        [2, '0f0013000a02cd01'],
                        [17, '03006b0003'],
                    ],
                    `in pieces of ${size}`,
                );
            }
        });

        it('are found after noise, after a damaged one, and after what another device answers', () => {
            const damaged = Buffer.from(READ_RTU);
            damaged[3]! ^= 1;
            for (const before of [
                hex('00'),
                hex('03 03 03'),
                hex('ff 05'),
                damaged,
                rtuFrame(5, hex('03 04 0001 0002')),
            ])
                assert.deepEqual(
                    found(new RtuParser(), before, READ_RTU),
                    [[17, '03006b0003']],
                    before.toString('hex'),
                );
        });

        it('of a function with an unknown length end with the silence', () => {
            const parser = new RtuParser();
            assert.deepEqual(found(parser, rtuFrame(17, hex('2b 0e 01 00'))), []);
            assert.deepEqual(
                parser.silence().map(({ pdu }) => pdu.toString('hex')),
                ['2b0e0100'],
            );
            assert.deepEqual(parser.silence(), []);
        });

        it('behind bytes that announce more than comes are found all the same', () => {
            const found15 = found(new RtuParser(), hex('11 0f 0000 0fff fa'), READ_RTU, READ_RTU);
            assert.equal(found15.length, 2);
        });

        it('noise without end is not kept', () => {
            const parser = new RtuParser();
            for (let i = 0; i < 100; i++) found(parser, Buffer.alloc(1000, 0x2b));
            const kept = (parser as unknown as { data: Buffer }).data;
            assert.equal(kept.length, 256);
        });
    });
});
