import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { ByteReader, ByteWriter } from './bytes';

/**
 * Numbers of one quantity, packed: differences, small ones short, deflated. In memory they are whole numbers, scaled by the decimals of
 * the quantity, and NaN where the value is unknown.
 *
 * A block is: one byte with the decimal zeros that all values end with (they are not stored), a CRC-32 of the rest, and the rest.
 */
const HEAD = 5;
/** Beyond so many bytes the fastest deflation has to do: nothing may hold up the process. */
const FAST_BEYOND = 32_768;
const MOST_ZEROS = 6;
/** Most blocks unfold to less than this many bytes; the 16 KiB that zlib takes by itself cost more time than the values. */
const LEAST_CHUNK = 1024;

/** A quarter of an hour or an hour of one quantity. */
export interface Spans {
    mean: Float64Array;
    /** Absent for states: there the mean is the code that most samples had. */
    min?: Float64Array;
    max?: Float64Array;
}

export function packValues(values: Float64Array): Buffer {
    const zeros = commonZeros([values]);
    const writer = new ByteWriter(values.length * 2 + 16);
    writer.differences(values, 10 ** zeros);
    return sealed(zeros, writer);
}

/** @throws RangeError, or an error of zlib, if the block is damaged */
export function unpackValues(block: Uint8Array, count: number): Float64Array {
    const { reader, factor } = opened(block);
    return reader.differences(count, factor);
}

export function packSpans({ mean, min, max }: Spans): Buffer {
    const planes = min && max ? [mean, min, max] : [mean];
    const zeros = commonZeros(planes);
    const factor = 10 ** zeros;
    const writer = new ByteWriter(mean.length * 4 + 16);
    writer.differences(mean, factor);
    if (min && max) {
        // The distances from the mean are small, and often the same.
        for (let i = 0; i < mean.length; i++) if (!Number.isNaN(mean[i])) writer.uint((mean[i] - min[i]) / factor);
        for (let i = 0; i < mean.length; i++) if (!Number.isNaN(mean[i])) writer.uint((max[i] - mean[i]) / factor);
    }
    return sealed(zeros, writer);
}

/** @throws as `unpackValues` */
export function unpackSpans(block: Uint8Array, count: number, withRange: boolean): Spans {
    const { reader, factor } = opened(block);
    const mean = reader.differences(count, factor);
    if (!withRange) return { mean };
    const min = new Float64Array(count);
    const max = new Float64Array(count);
    for (let i = 0; i < count; i++) min[i] = Number.isNaN(mean[i]) ? NaN : mean[i] - reader.uint() * factor;
    for (let i = 0; i < count; i++) max[i] = Number.isNaN(mean[i]) ? NaN : mean[i] + reader.uint() * factor;
    return { mean, min, max };
}

/** How many decimal zeros all known values end with: a device that tells tenths needs no thousandths. */
export function commonZeros(planes: readonly Float64Array[]): number {
    let zeros = MOST_ZEROS;
    for (const plane of planes) {
        for (const value of plane) {
            if (Number.isNaN(value) || value === 0) continue;
            while (zeros > 0 && value % 10 ** zeros !== 0) zeros--;
            if (zeros === 0) return 0;
        }
    }
    return zeros;
}

/** @param zeros decimal zeros that are left out of all values */
export function sealed(zeros: number, writer: ByteWriter): Buffer {
    const raw = writer.take();
    const packed = deflateRawSync(raw, { level: raw.length > FAST_BEYOND ? 1 : 6 });
    const block = Buffer.allocUnsafe(HEAD + packed.length);
    block[0] = zeros;
    block.writeUInt32LE(crc32(packed), 1);
    packed.copy(block, HEAD);
    return block;
}

/** @throws RangeError, or an error of zlib, if the block is damaged */
export function opened(bytes: Uint8Array): { reader: ByteReader; factor: number } {
    const block = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const packed = block.subarray(HEAD);
    if (block.length < HEAD || block[0] > MOST_ZEROS || block.readUInt32LE(1) !== crc32(packed)) {
        throw new RangeError();
    }
    const raw = inflateRawSync(packed, { chunkSize: Math.max(LEAST_CHUNK, packed.length * 4) });
    return { reader: new ByteReader(raw), factor: 10 ** block[0] };
}
