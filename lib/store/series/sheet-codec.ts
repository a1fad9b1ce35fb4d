import { ByteReader, ByteWriter, UNKNOWN, unzigzag } from './bytes';

/**
 * The row of a sheet: how many groups there are, how many bytes each has (0: nothing of it is known at this time), and the groups. A group is a run of
 * whole numbers as differences; a difference is its zigzag plus one, 0 an unknown value. What one group holds is read without the others.
 *
 * @param groups by place; scaled whole numbers, NaN = unknown; undefined or all unknown: not sampled
 */
export function encodeSheet(groups: readonly (Float64Array | undefined)[]): Buffer {
    const values = new ByteWriter(4096);
    const head = new ByteWriter(256);
    head.uint(groups.length);
    let begin = 0;
    // Places without a group are empty in the array.
    for (let place = 0; place < groups.length; place++) {
        const group = groups[place];
        if (group && isKnown(group)) values.differences(group);
        head.uint(values.size - begin);
        begin = values.size;
    }
    return Buffer.concat([head.take(), values.take()]);
}

function isKnown(group: Float64Array): boolean {
    for (const value of group) if (!Number.isNaN(value)) return true;
    return false;
}

/**
 * Calls `take` for each known value of one group, with its column from 1.
 * @returns whether this group was sampled
 */
export function decodeGroup(data: Uint8Array, place: number, take: (column: number, value: number) => void): boolean {
    const reader = groupAt(data, place);
    if (!reader) return false;
    for (let [column, previous] = [1, 0]; !reader.done; column++) {
        const token = reader.uint();
        if (token === UNKNOWN) continue;
        previous += unzigzag(token - 1);
        take(column, previous);
    }
    return true;
}

export function hasGroup(data: Uint8Array, place: number): boolean {
    return groupAt(data, place) !== undefined;
}

/** Undefined: it was not sampled. @throws RangeError if the row is damaged */
function groupAt(data: Uint8Array, place: number): ByteReader | undefined {
    const reader = new ByteReader(data);
    const count = reader.uint();
    let [begin, length] = [0, 0];
    for (let n = 0; n < count; n++) {
        const each = reader.uint();
        if (n < place) begin += each;
        else if (n === place) length = each;
    }
    begin += reader.position;
    if (begin + length > data.length) throw new RangeError();
    return length === 0 ? undefined : new ByteReader(data.subarray(begin, begin + length));
}

/** The row without some of its groups. @throws RangeError if the row is damaged */
export function withoutGroups(data: Uint8Array, places: ReadonlySet<number>): Buffer {
    const reader = new ByteReader(data);
    const lengths = Array.from({ length: reader.uint() }, () => reader.uint());
    const head = new ByteWriter(256);
    head.uint(lengths.length);
    const kept: Uint8Array[] = [];
    let begin = reader.position;
    for (const [place, length] of lengths.entries()) {
        const group = data.subarray(begin, places.has(place) ? begin : begin + length);
        begin += length;
        head.uint(group.length);
        kept.push(group);
    }
    return Buffer.concat([head.take(), ...kept]);
}
