import type { FrameChecksum } from '../device-map/device-map';

/** Bytes that each checksum takes at the end of its frame. */
export const CHECKSUM_BYTES: Readonly<Record<FrameChecksum, number>> = { none: 0, sum8: 1, xor8: 1, crc16: 2 };

/**
 * The checksum over `bytes`, as it follows them: `sum8` the lowest 8 bits of their sum; `xor8` their exclusive or; `crc16` that of Modbus RTU,
 * low byte first (Modbus over serial line V1.02, "CRC Checking": polynomial A001 reflected, beginning with FFFF).
 */
export function checksumOf(kind: FrameChecksum, bytes: Uint8Array): Uint8Array {
    switch (kind) {
        case 'none':
            return new Uint8Array(0);
        case 'sum8':
            return Uint8Array.of(bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0));
        case 'xor8':
            return Uint8Array.of(bytes.reduce((sum, byte) => sum ^ byte, 0));
        case 'crc16': {
            const crc = bytes.reduce(crc16Step, 0xffff);
            return Uint8Array.of(crc & 0xff, crc >> 8);
        }
    }
}

function crc16Step(crc: number, byte: number): number {
    let next = crc ^ byte;
    for (let bit = 0; bit < 8; bit++) next = next & 1 ? (next >> 1) ^ 0xa001 : next >> 1;
    return next;
}

/** `bytes` with their checksum behind them. */
export function withChecksum(kind: FrameChecksum, bytes: Uint8Array): Uint8Array {
    return Uint8Array.of(...bytes, ...checksumOf(kind, bytes));
}

/** Whether the last bytes of a frame are the checksum of those before. */
export function isIntact(kind: FrameChecksum, frame: Uint8Array): boolean {
    const end = frame.length - CHECKSUM_BYTES[kind];
    if (end < 0) return false;
    return checksumOf(kind, frame.subarray(0, end)).every((byte, index) => frame[end + index] === byte);
}
