import type { FrameShape } from '../device-map/device-map';
import { readHex } from './hex';

/**
 * Whether a frame of one shape could be taken for one of the other: one start begins with the other, and both can be equally long. Two kinds of checksum
 * may agree by chance, and tell nothing.
 */
export function isAlike(one: FrameShape, other: FrameShape): boolean {
    const [first, second] = [one, other].map(({ start }) => readHex(start) ?? new Uint8Array(0)) as [
        Uint8Array,
        Uint8Array,
    ];
    const common = Math.min(first.length, second.length);
    for (let index = 0; index < common; index++) if (first[index] !== second[index]) return false;
    const lengths = [one.length, other.length];
    return lengths.some((length) => typeof length !== 'number') || lengths[0] === lengths[1];
}
