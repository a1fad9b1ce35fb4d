import assert from 'node:assert/strict';
import type { FrameShape } from '../../../../lib/protocols/device-map/device-map';
import { checksumOf, isIntact, withChecksum } from '../../../../lib/protocols/frames/checksum';
import { fieldOf, fits, putField } from '../../../../lib/protocols/frames/fields';
import { FrameReader } from '../../../../lib/protocols/frames/frame-reader';
import { readHex, toHex } from '../../../../lib/protocols/frames/hex';
import { Prng } from '../../../simulation/kernel/prng';

const bytes = (text: string) => readHex(text)!;

describe('Frames by data', () => {
    it('have checksums as others compute them', () => {
        const digits = Buffer.from('123456789', 'latin1');
        // The check value of CRC-16/MODBUS is 4B37; a read of ten holding registers, as the Modbus documents print it.
        assert.equal(toHex(checksumOf('crc16', digits)), '37 4b');
        assert.equal(toHex(withChecksum('crc16', bytes('01 03 00 00 00 0a'))), '01 03 00 00 00 0a c5 cd');
        assert.equal(toHex(checksumOf('sum8', digits)), 'dd');
        assert.equal(toHex(checksumOf('xor8', digits)), '31');
        assert.equal(toHex(checksumOf('sum8', bytes('ff ff'))), 'fe');
        assert.equal(checksumOf('none', digits).length, 0);
        assert.ok(isIntact('none', digits));
        assert.ok(!isIntact('crc16', bytes('c5')));
    });

    it('are written in hex, with blanks or without; anything else is none', () => {
        assert.deepEqual([...bytes(' A5 01ff ')], [0xa5, 1, 0xff]);
        for (const wrong of ['', ' ', 'a', 'a5 0', '0xa5', 'a5,01', 'zz'])
            assert.equal(readHex(wrong), undefined, wrong);
    });

    it('have fields of every type, in both orders of bytes', () => {
        const frame = bytes('80 ff 12 34 56 78 41 42 00 43 00 00 c0 3f');
        for (const [offset, type, big, little] of [
            [0, 'u8', 128, 128],
            [0, 's8', -128, -128],
            [0, 'u16', 0x80ff, 0xff80],
            [0, 's16', -32_513, -128],
            [2, 'u32', 0x12345678, 0x78563412],
            [0, 's32', -0x7f00edcc, 0x3412ff80],
        ] as const) {
            assert.equal(fieldOf(frame, { offset, type }), big, type);
            assert.equal(fieldOf(frame, { offset, type, endian: 'little' }), little, `${type} little`);
        }
        assert.equal(fieldOf(frame, { offset: 10, type: 'f32', endian: 'little' }), 1.5);
        assert.equal(fieldOf(frame, { offset: 6, type: 'text', length: 4 }), 'AB');
        assert.equal(fieldOf(bytes('ff ff ff ff'), { offset: 0, type: 'f32' }), undefined);
    });

    it('have no field beyond their end', () => {
        for (const [offset, type, length] of [
            [2, 'u8', undefined],
            [1, 'u16', undefined],
            [0, 'text', 3],
            [-1, 'u8', undefined],
        ] as const)
            assert.equal(fieldOf(bytes('01 02'), { offset, type, length }), undefined, `${offset} ${type}`);
    });

    it('take a number only where it fits, and give it back', () => {
        for (const [type, good, bad] of [
            ['u8', [0, 255], [-1, 256, 1.5]],
            ['s8', [-128, 127], [-129, 128]],
            ['u16', [0, 65_535], [-1, 65_536]],
            ['s16', [-32_768, 32_767], [-32_769, 32_768]],
            ['u32', [0, 2 ** 32 - 1], [-1, 2 ** 32]],
            ['s32', [-(2 ** 31), 2 ** 31 - 1], [2 ** 31]],
            ['f32', [1.5, -0.25], [1e39, NaN, Infinity]],
        ] as const) {
            for (const endian of ['big', 'little'] as const) {
                for (const value of good) {
                    const frame = new Uint8Array(6);
                    assert.ok(fits({ offset: 1, type, endian }, value), `${type} ${value}`);
                    putField(frame, { offset: 1, type, endian }, value);
                    assert.equal(fieldOf(frame, { offset: 1, type, endian }), value, `${type} ${value}`);
                }
            }
            for (const value of bad) assert.ok(!fits({ offset: 1, type }, value), `${type} ${value}`);
        }
    });

    describe('are found in a stream', () => {
        const FIXED: FrameShape = { start: '5a 02', length: 6, checksum: 'sum8' };
        const COUNTED: FrameShape = { start: '5a', length: { offset: 1, add: 3 }, checksum: 'xor8' };
        const good = withChecksum('sum8', bytes('5a 02 01 02 03'));
        const counted = withChecksum('xor8', bytes('5a 02 5a 07'));

        it('in any split, whatever comes before', () => {
            const stream = Uint8Array.of(0, 0x5a, 0xff, 0x5a, ...good);
            for (let cut = 0; cut <= stream.length; cut++) {
                const reader = new FrameReader(FIXED);
                const found = [stream.subarray(0, cut), stream.subarray(cut)]
                    .map((part) => reader.push(part))
                    .filter(Boolean);
                assert.deepEqual(found, [good], `cut at ${cut}`);
            }
        });

        it('with a length that they tell themselves', () => {
            const reader = new FrameReader(COUNTED);
            assert.equal(reader.push(counted.subarray(0, 1)), undefined);
            assert.equal(reader.push(counted.subarray(1, 4)), undefined);
            assert.deepEqual(reader.push(counted.subarray(4)), counted);
            const words: FrameShape = {
                start: '5a',
                length: { offset: 1, type: 'u16', endian: 'little', add: 0 },
                checksum: 'none',
            };
            assert.deepEqual(new FrameReader(words).push(bytes('5a 05 00 01 02 03')), bytes('5a 05 00 01 02'));
        });

        it('behind one with a wrong checksum, and behind a start with a length that cannot be', () => {
            const reader = new FrameReader(FIXED);
            const spoilt = good.slice();
            spoilt[5]! ^= 1;
            assert.equal(reader.push(spoilt), undefined);
            assert.equal(reader.damaged, true);
            assert.deepEqual(reader.push(good), good);
            const short: FrameShape = { start: '5a', length: { offset: 1, add: -10 }, checksum: 'xor8' };
            assert.equal(new FrameReader(short).push(bytes('5a 02 00')), undefined);
        });

        it('within what looked like a longer one, once the line is quiet', () => {
            const reader = new FrameReader(COUNTED);
            assert.equal(reader.push(Uint8Array.of(0x5a, 0xf0, ...counted)), undefined);
            assert.equal(reader.isPartial, true);
            assert.deepEqual(reader.skip(), counted);
            assert.equal(reader.skip(), undefined);
        });

        it('however much a line babbles', () => {
            const reader = new FrameReader(COUNTED);
            for (let n = 0; n < 200; n++) assert.equal(reader.push(new Uint8Array(1000).fill(0x5a)), undefined);
            reader.skip();
            assert.deepEqual(new FrameReader(FIXED).push(Uint8Array.of(...new Uint8Array(9000), ...good)), good);
        });

        it('or not at all, in a hundred thousand mutated streams: never a frame that is not intact', function () {
            this.timeout(60_000);
            const prng = new Prng(7);
            const count = Number(process.env.MUTATIONS ?? 100_000);
            let found = 0;
            for (let n = 0; n < count; n++) {
                const shape = n % 2 ? FIXED : COUNTED;
                const stream = [...(n % 2 ? good : counted)];
                for (let edits = prng.between(1, 3); edits > 0; edits--) {
                    const at = prng.below(stream.length);
                    const byte = prng.below(256);
                    if (prng.chance(0.4)) stream[at] = byte;
                    else if (prng.chance(0.5)) stream.splice(at, 0, byte);
                    else stream.splice(at, 1);
                }
                const reader = new FrameReader(shape);
                const cut = prng.below(stream.length + 1);
                const frame =
                    reader.push(Uint8Array.from(stream.slice(0, cut))) ??
                    reader.push(Uint8Array.from(stream.slice(cut))) ??
                    reader.skip();
                if (!frame) continue;
                found++;
                assert.ok(isIntact(shape.checksum, frame), toHex(frame));
                assert.equal(frame[0], 0x5a);
                assert.ok(n % 2 === 0 || frame.length === 6);
            }
            assert.ok(found > 0 && found < count);
        });
    });
});
