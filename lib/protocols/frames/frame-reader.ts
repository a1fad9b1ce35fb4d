import type { FrameShape } from '../device-map/device-map';
import { CHECKSUM_BYTES, isIntact } from './checksum';
import { fieldOf } from './fields';
import { readHex } from './hex';

/** No frame is longer; a stated length beyond it is rubbish. */
export const LONGEST_FRAME = 1024;
/** What waits to be read is bounded, however much a line babbles. */
const LONGEST_REST = 4 * LONGEST_FRAME;

/**
 * Finds frames of one shape in a stream of bytes in any split. What comes before a start is skipped; after a frame whose checksum or length is
 * wrong, it looks on from the byte behind that start, so that a true frame within the rubbish is found.
 */
export class FrameReader {
    private rest: Uint8Array = new Uint8Array(0);
    private readonly start: Uint8Array;
    private wasDamaged = false;
    private wasCut = false;

    constructor(private readonly shape: FrameShape) {
        this.start = readHex(shape.start) ?? new Uint8Array(0);
    }

    /** Whether something waits that could become a frame. */
    get isPartial(): boolean {
        return this.rest.length > 0;
    }

    /** Whether one has begun and not ended. */
    get brokeOff(): boolean {
        return this.isPartial || this.wasCut;
    }

    /** Whether a frame with a wrong checksum or length has come. */
    get damaged(): boolean {
        return this.wasDamaged;
    }

    /** @returns the first whole frame; what came behind it waits for `next` */
    push(bytes: Uint8Array): Uint8Array | undefined {
        const joined = Uint8Array.of(...this.rest, ...bytes.subarray(-LONGEST_REST));
        this.rest = joined.subarray(-LONGEST_REST);
        return this.search();
    }

    /** The next whole frame of what has come; undefined: there is none yet. */
    next(): Uint8Array | undefined {
        return this.search();
    }

    /** The line has become quiet within a frame: it was none, and a true one may stand behind its start. */
    skip(): Uint8Array | undefined {
        if (this.rest.length === 0) return undefined;
        this.wasCut = true;
        this.rest = this.rest.subarray(1);
        for (;;) {
            const frame = this.search();
            if (frame || this.rest.length === 0) return frame;
            this.rest = this.rest.subarray(1);
        }
    }

    private search(): Uint8Array | undefined {
        for (;;) {
            this.rest = this.rest.subarray(startIn(this.rest, this.start));
            if (this.rest.length < this.start.length || this.rest.length === 0) return undefined;
            const length = lengthOf(this.shape, this.rest);
            if (length === undefined || (length !== 'wrong' && this.rest.length < length)) return undefined;
            const frame = length === 'wrong' ? undefined : this.rest.slice(0, length);
            if (frame && isIntact(this.shape.checksum, frame)) {
                this.rest = this.rest.slice(frame.length);
                return frame;
            }
            this.wasDamaged = true;
            this.rest = this.rest.subarray(1);
        }
    }
}

/** Bytes before the first place where the start stands, or where it has begun at the end of the bytes. */
function startIn(bytes: Uint8Array, start: Uint8Array): number {
    for (let index = 0; index < bytes.length; index++) {
        const there = bytes.subarray(index, index + start.length);
        if (there.every((byte, at) => byte === start[at])) return index;
    }
    return bytes.length;
}

/** The length of the whole frame that begins here; undefined as long as the bytes that tell it are missing. */
function lengthOf({ length, start, checksum }: FrameShape, bytes: Uint8Array): number | 'wrong' | undefined {
    const shortest = (readHex(start)?.length ?? 0) + CHECKSUM_BYTES[checksum];
    let whole = length;
    if (typeof whole !== 'number') {
        const told = fieldOf(bytes, { offset: whole.offset, type: whole.type ?? 'u8', endian: whole.endian });
        if (told === undefined) return undefined;
        whole = Number(told) + whole.add;
    }
    return whole < shortest || whole < 1 || whole > LONGEST_FRAME ? 'wrong' : whole;
}
