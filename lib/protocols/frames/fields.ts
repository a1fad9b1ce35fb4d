import type { FramePlace } from '../device-map/device-map';

/** Where and how a number is written in a frame. */
export type NumberPlace = Pick<FramePlace, 'offset' | 'endian'> & { type: Exclude<FramePlace['type'], 'text'> };

const BYTES = { u8: 1, s8: 1, u16: 2, s16: 2, u32: 4, s32: 4, f32: 4 } as const;
const WHOLE = {
    u8: [0, 0xff],
    s8: [-0x80, 0x7f],
    u16: [0, 0xffff],
    s16: [-0x8000, 0x7fff],
    u32: [0, 0xffff_ffff],
    s32: [-0x8000_0000, 0x7fff_ffff],
} as const;

/** Bytes that a place takes; of a text, its length. */
export function bytesOf({ type, length = 0 }: FramePlace): number {
    return type === 'text' ? length : BYTES[type];
}

/**
 * The raw value at a place of a frame: a number, or the text up to its first NUL (Latin-1). A part of it (`bit`, `char`) is the decoder's.
 * @returns undefined if the frame ends before it, and for a float that is no number
 */
export function fieldOf(frame: Uint8Array, place: FramePlace): number | string | undefined {
    const { offset, type, endian = 'big' } = place;
    const length = bytesOf(place);
    if (offset < 0 || length <= 0 || offset + length > frame.length) return undefined;
    const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
    const little = endian === 'little';
    switch (type) {
        case 'text':
            return Buffer.from(frame.subarray(offset, offset + length))
                .toString('latin1')
                .replace(/\0[^]*$/, '');
        case 'u8':
            return view.getUint8(offset);
        case 's8':
            return view.getInt8(offset);
        case 'u16':
            return view.getUint16(offset, little);
        case 's16':
            return view.getInt16(offset, little);
        case 'u32':
            return view.getUint32(offset, little);
        case 's32':
            return view.getInt32(offset, little);
        case 'f32': {
            const value = view.getFloat32(offset, little);
            return Number.isFinite(value) ? value : undefined;
        }
    }
}

/** Whether a raw number can be written there as it is. */
export function fits({ type }: NumberPlace, raw: number): boolean {
    if (type === 'f32') return Number.isFinite(raw) && Number.isFinite(Math.fround(raw));
    const [min, max] = WHOLE[type];
    return Number.isInteger(raw) && raw >= min && raw <= max;
}

/** Writes a raw number, for which `fits` holds, into a frame that has room for it. */
export function putField(frame: Uint8Array, { offset, type, endian = 'big' }: NumberPlace, raw: number): void {
    const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
    const little = endian === 'little';
    switch (type) {
        case 'u8':
            return view.setUint8(offset, raw);
        case 's8':
            return view.setInt8(offset, raw);
        case 'u16':
            return view.setUint16(offset, raw, little);
        case 's16':
            return view.setInt16(offset, raw, little);
        case 'u32':
            return view.setUint32(offset, raw, little);
        case 's32':
            return view.setInt32(offset, raw, little);
        case 'f32':
            return view.setFloat32(offset, raw, little);
    }
}
