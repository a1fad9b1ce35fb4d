/**
 * Frames of the UPS serial protocol 1.44 ("Message Format", "Regular Format"): `~`, two digits of id, one letter of type, three
 * digits of length, data separated by `;`. Frames have no terminator in either direction.
 */
export type FrameType = 'R' | 'A' | 'P' | 'S' | 'D';

export interface DeltaFrame {
    /** 0..99 */
    id: number;
    type: FrameType;
    /** The length stated in the frame; absent in the short answers `~00A` and `~00R`. It may be wrong. */
    announced?: number;
    data: string;
}

/** The UPS serial protocol 1.44 allows 128; real UPSs send more, as NUT's drivers show. */
export const LONGEST_DATA = 255;
const HEAD = /^~([0-9]{2})([RAPSD])([0-9]{0,3})/;
const HEAD_LENGTH = 7;

/** @param data command and parameters, with no `;` after the command: `SDA10`, `ROF1;1` */
export function encodeFrame(id: number, type: FrameType, data: string): Buffer {
    return Buffer.from(`~${two(id)}${type}${String(data.length).padStart(3, '0')}${data}`, 'latin1');
}

/** An acceptance or refusal without length, which every known client understands. */
export function shortFrame(id: number, type: 'A' | 'R'): Buffer {
    return Buffer.from(`~${two(id)}${type}`, 'latin1');
}

const two = (id: number) => String(id).padStart(2, '0');

/**
 * Splits a byte stream into frames. The stated length does not end a frame, since it may be wrong (a RAT of 50 bytes states 53):
 * a frame ends at the next `~`, or when the caller calls `flush` after a quiet time. Bytes outside a frame are dropped.
 */
export class FrameReader {
    private text = '';

    /** @returns the frames that are complete because another `~` followed */
    push(bytes: Uint8Array): DeltaFrame[] {
        this.text += Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
        const frames: DeltaFrame[] = [];
        const pieces = this.text.split('~');
        const rest = pieces.pop()!;
        for (const piece of pieces.slice(1)) {
            const frame = parse(`~${piece}`);
            if (frame) frames.push(frame);
        }
        // Text without `~`, or longer than any frame, is garbage.
        const inFrame = this.text.includes('~');
        this.text = inFrame && rest.length < HEAD_LENGTH + LONGEST_DATA ? `~${rest}` : '';
        return frames;
    }

    /**
     * `none`: no frame has begun; `partial`: fewer bytes than stated have arrived; `complete`: as many as stated, or a short
     * answer, have arrived.
     */
    get state(): 'none' | 'partial' | 'complete' {
        if (!this.text) return 'none';
        const [head, , type, digits] = HEAD.exec(this.text) ?? [];
        if (head === undefined) return 'partial';
        if (digits!.length === 3) {
            return this.text.length >= HEAD_LENGTH + Number(digits) ? 'complete' : 'partial';
        }
        return (type === 'A' || type === 'R') && digits === '' ? 'complete' : 'partial';
    }

    /** Returns the frame so far, whatever its length, and clears the buffer. */
    flush(): DeltaFrame | undefined {
        const frame = parse(this.text);
        this.text = '';
        return frame;
    }

    reset(): void {
        this.text = '';
    }
}

function parse(text: string): DeltaFrame | undefined {
    const [head, id, type, digits] = HEAD.exec(text) ?? [];
    if (head === undefined) return undefined;
    const frame = { id: Number(id), type: type as FrameType };
    if (digits!.length < 3) {
        // Frames of type D, P or S without a length are fragments.
        return type === 'A' || type === 'R' ? { ...frame, data: '' } : undefined;
    }
    const announced = Number(digits);
    const data = text.slice(HEAD_LENGTH);
    // Some adapters append a line end.
    const trimmed = data.length > announced ? data.replace(/[\r\n\0]+$/, '') : data;
    return { ...frame, announced, data: trimmed };
}
