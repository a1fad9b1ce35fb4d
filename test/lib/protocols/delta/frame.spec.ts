import assert from 'node:assert/strict';
import { FrameReader, encodeFrame, shortFrame, type DeltaFrame } from '../../../../lib/protocols/delta/frame';

const RAT = '230;500;230;500;1000;0900;;080;280;090;080;280;270;0;024;400;700';

/** All that a reader makes of these bytes, in pieces of this size, with a quiet line at the end. */
function read(text: string, size: number): DeltaFrame[] {
    const reader = new FrameReader();
    const bytes = Buffer.from(text, 'latin1');
    const frames: DeltaFrame[] = [];
    for (let at = 0; at < bytes.length; at += size) frames.push(...reader.push(bytes.subarray(at, at + size)));
    const last = reader.flush();
    return last ? [...frames, last] : frames;
}

describe('frames of the serial protocol 1.44', () => {
    it('are written as real clients write them', () => {
        assert.equal(encodeFrame(0, 'P', 'MNU').toString(), '~00P003MNU');
        assert.equal(encodeFrame(0, 'S', 'SDA10').toString(), '~00S005SDA10');
        assert.equal(encodeFrame(0, 'S', 'ROF1;1').toString(), '~00S006ROF1;1');
        assert.equal(encodeFrame(7, 'S', 'TST3').toString(), '~07S004TST3');
        assert.equal(shortFrame(12, 'A').toString(), '~12A');
    });

    for (const size of [1, 2, 3, 7, 500]) {
        it(`are read in pieces of ${size} bytes, with rubbish between`, () => {
            const frames = read(
                `\xff;00;~9~00D064${RAT}\r\n~00A~03A000~00R000~xxD003abc~01D0270;499;1;2290;0000;00076;013`,
                size,
            );
            assert.deepEqual(
                frames.map(({ id, type, data }) => [id, type, data]),
                [
                    [0, 'D', RAT],
                    [0, 'A', ''],
                    [3, 'A', ''],
                    [0, 'R', ''],
                    [1, 'D', '0;499;1;2290;0000;00076;013'],
                ],
            );
            assert.equal(frames[0]!.announced, RAT.length);
        });
    }

    it('of a wrong length are ended by the next one, or by a quiet line', () => {
        const [short, long] = read('~00D053230;500~00D003230;500', 4);
        assert.deepEqual([short!.announced, short!.data], [53, '230;500']);
        assert.deepEqual([long!.announced, long!.data], [3, '230;500']);
    });

    it('that never end do not fill the memory', () => {
        const reader = new FrameReader();
        reader.push(Buffer.from('~00D064'));
        for (let n = 0; n < 10_000; n++) assert.deepEqual(reader.push(Buffer.alloc(100, 0x31)), []);
        assert.equal(reader.flush(), undefined);
        reader.push(Buffer.from('~00A'));
        assert.equal(reader.state, 'complete');
    });

    it('tell when as much has come as they state', () => {
        const reader = new FrameReader();
        const states = [...'~00D0031;2'].map((byte) => {
            reader.push(Buffer.from(byte));
            return reader.state;
        });
        assert.deepEqual(states, [...Array<string>(9).fill('partial'), 'complete']);
        reader.reset();
        assert.equal(reader.state, 'none');
    });
});
