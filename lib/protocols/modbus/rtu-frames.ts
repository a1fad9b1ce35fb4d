import { crc16 } from '../modbus-server/framing';

/** Longest frame: unit, 253 bytes, checksum. */
const LONGEST = 256;
const SHORTEST = 5;

export interface RtuFrame {
    unitId: number;
    pdu: Buffer;
}

/**
 * Answers out of a serial line, in any split: what has the length that its function asks for, and the right checksum. Everything else is
 * skipped byte by byte: noise, halves, and the echo of our own request, which two-wire adapters may return.
 */
export class RtuAnswers {
    private data: Buffer = Buffer.alloc(0);
    private echo?: Buffer;
    /** Whether the request came back before the answer. */
    echoed = false;

    /** Begins anew. @param request the whole frame that is now sent */
    expect(request: Buffer): void {
        this.data = Buffer.alloc(0);
        this.echo = request;
        this.echoed = false;
    }

    push(chunk: Uint8Array): RtuFrame[] {
        this.data = Buffer.concat([this.data, chunk]);
        const frames: RtuFrame[] = [];
        for (let start = 0; start <= this.data.length - SHORTEST;) {
            const rest = this.data.subarray(start);
            if (this.echo && rest.subarray(0, this.echo.length).equals(this.echo)) {
                // A device repeats a write as it is: whether the first copy is an echo is for the reader to say.
                if (!isWrite(this.echo)) {
                    this.drop(start + this.echo.length);
                    this.echo = undefined;
                    this.echoed = true;
                    start = 0;
                    continue;
                }
            }
            const length = lengthOf(rest);
            if (length <= rest.length && isIntact(rest.subarray(0, length))) {
                frames.push({ unitId: rest[0]!, pdu: Buffer.from(rest.subarray(1, length - 2)) });
                this.drop(start + length);
                start = 0;
            } else start++;
        }
        if (this.data.length > 2 * LONGEST) this.drop(this.data.length - LONGEST);
        return frames;
    }

    /** Whether what is left looks like a damaged answer, or the beginning of one. @param third what follows unit and function */
    hasPieceOf(unitId: number, code: number, third: number): boolean {
        const { data } = this;
        return data.some((byte, at) => {
            if (byte !== unitId || at + 2 >= data.length) return false;
            return data[at + 1] === (code | 0x80) || (data[at + 1] === code && data[at + 2] === third);
        });
    }

    private drop(bytes: number): void {
        this.data = Buffer.from(this.data.subarray(bytes));
    }
}

const isWrite = (frame: Buffer) => frame[1]! >= 5;

/** Of an answer, with unit and checksum; Infinity: none that we ask for. */
function lengthOf(data: Buffer): number {
    const code = data[1]!;
    if (code & 0x80) return 5;
    if (code >= 1 && code <= 4) return 5 + data[2]!;
    return [5, 6, 15, 16].includes(code) ? 8 : Infinity;
}

function isIntact(frame: Buffer): boolean {
    return crc16(frame.subarray(0, -2)) === frame.readUInt16LE(frame.length - 2);
}
