import { crc16 } from '../modbus-server/framing';

/** Longest frame: unit id, 253 bytes, checksum. */
const LONGEST = 256;
const SHORTEST = 5;

export interface RtuFrame {
    unitId: number;
    pdu: Buffer;
}

/**
 * Extracts answers from a serial line, in chunks of any size. An answer has the length that its function requires, and a valid
 * checksum. Everything else is skipped byte by byte: noise, fragments, and the echo of our own request, which two-wire adapters
 * may return.
 */
export class RtuAnswers {
    private data: Buffer = Buffer.alloc(0);
    private echo?: Buffer;
    /** Whether the request was echoed before the answer. */
    echoed = false;

    /** Starts a new exchange. @param request the complete frame that is about to be sent */
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
                // The answer to a write equals the request: the caller decides whether the first copy is an echo.
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

    /** Whether the remaining bytes look like a damaged or incomplete answer. @param third the byte after unit id and function code */
    hasFragmentOf(unitId: number, code: number, third: number): boolean {
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

/** Length of an answer with unit id and checksum; Infinity for functions that we do not use. */
function lengthOf(data: Buffer): number {
    const code = data[1]!;
    if (code & 0x80) return 5;
    if (code >= 1 && code <= 4) return 5 + data[2]!;
    return [5, 6, 15, 16].includes(code) ? 8 : Infinity;
}

function isIntact(frame: Buffer): boolean {
    return crc16(frame.subarray(0, -2)) === frame.readUInt16LE(frame.length - 2);
}
