import type { ByteConnection, ByteHandlers, ByteTransport } from '../../lib/protocols/shared/byte-transport';
import { crc16 } from '../../lib/protocols/modbus-server/framing';

/** A frame with its checksum. */
export function rtu(...bytes: number[]): Buffer {
    const sum = crc16(Buffer.from(bytes));
    return Buffer.from([...bytes, sum & 0xff, sum >> 8]);
}

/** A serial line in memory: what is sent is handed to `onSent`, which answers with `say`. */
export class RtuMemory implements ByteTransport {
    readonly speedChangeable = false;
    readonly sent: Buffer[] = [];
    opened = 0;
    onSent: (frame: Buffer, nth: number) => void = () => {};
    private handlers?: ByteHandlers;

    open(handlers: ByteHandlers): ByteConnection {
        this.handlers = handlers;
        this.opened++;
        return {
            opened: Promise.resolve(),
            write: (bytes) => {
                this.sent.push(Buffer.from(bytes));
                this.onSent(Buffer.from(bytes), this.sent.length);
            },
            close: async () => {
                if (this.handlers === handlers) this.handlers = undefined;
            },
        };
    }

    say(...chunks: Uint8Array[]): void {
        for (const chunk of chunks) this.handlers?.data(chunk);
    }

    unplug(): void {
        this.handlers?.closed(new Error('unplugged'));
        this.handlers = undefined;
    }
}

/** The answer of a device whose registers hold their own address, and whose bits are those of `address % 3 == 0`. */
export function honestAnswer(request: Buffer): Buffer {
    const [unit, code] = [request[0]!, request[1]!];
    const [address, count] = [request.readUInt16BE(2), request.readUInt16BE(4)];
    if (code >= 5) return request;
    if (code >= 3) {
        const words = Array.from({ length: count }, (_, index) => address + index);
        return rtu(unit, code, count * 2, ...words.flatMap((word) => [word >> 8, word & 255]));
    }
    const bytes = new Array<number>(Math.ceil(count / 8)).fill(0);
    for (let bit = 0; bit < count; bit++) if ((address + bit) % 3 === 0) bytes[bit >> 3]! |= 1 << (bit & 7);
    return rtu(unit, code, bytes.length, ...bytes);
}
