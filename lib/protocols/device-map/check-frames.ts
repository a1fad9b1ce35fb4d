import { quoted, shown } from '../../core/quote';
import { checkPlace } from './check-place';
import type { Faults } from './map-fault';
import { isNumber, isPlain, isWhole } from './map-fault';

const FRAME_KEYS: ReadonlySet<string> = new Set(['id', 'request', 'every', 'start', 'length', 'checksum']);
const WRITE_KEYS = ['send', 'checksum', 'answer', 'status'];
const SET_KEYS: ReadonlySet<string> = new Set([...WRITE_KEYS, 'value', 'min', 'max', 'default']);
const SHAPE_KEYS: ReadonlySet<string> = new Set(['start', 'length', 'checksum']);
const LENGTH_KEYS: ReadonlySet<string> = new Set(['offset', 'type', 'endian', 'add']);
const CHECKSUMS = ['sum8', 'xor8', 'crc16', 'none'];
const ENDIANS = ['big', 'little'];
const NUMBER_TYPES = ['u8', 's8', 'u16', 's16', 'u32', 's32', 'f32'];
/** Bytes in hex, with blanks between them or without. */
const HEX = /^\s*[0-9a-f]{2}(\s*[0-9a-f]{2})*\s*$/i;
/** Bytes. */
export const LONGEST_FRAME = 1024;
const LONGEST_START = 16;
const MOST_FRAMES = 32;
const LONGEST_EVERY_S = 3600;

/** Checks the frames of a map. @returns their ids */
export function checkFrames(frames: unknown, faults: Faults): void {
    if (!Array.isArray(frames) || frames.length === 0 || frames.length > MOST_FRAMES)
        return faults.add('frameList', { most: MOST_FRAMES });
    const seen = new Set<string>();
    for (const [index, frame] of (frames as unknown[]).entries()) {
        const id = isPlain(frame) && typeof frame.id === 'string' ? frame.id.trim() : '';
        const its = faults.of(id === '' ? `#${index + 1}` : quoted(id));
        if (!isPlain(frame) || id === '') {
            its.add('text', { key: 'id' });
            continue;
        }
        its.unknownKeys(frame, FRAME_KEYS);
        if (seen.has(id)) its.add('twice', { id: quoted(id) });
        seen.add(id);
        checkHex(frame, 'request', LONGEST_FRAME, its);
        if (frame.every !== undefined && !(isNumber(frame.every) && frame.every > 0 && frame.every <= LONGEST_EVERY_S))
            its.add('every', { most: LONGEST_EVERY_S });
        checkShape(frame, its);
    }
}

/** Checks how a setting is written. */
export function checkFrameSet(set: unknown, faults: Faults): void {
    if (!isPlain(set)) return faults.add('frameWrite');
    faults.unknownKeys(set, SET_KEYS);
    checkWriteParts(set, faults);
    const { value, min, max } = set;
    const fits =
        isPlain(value) &&
        isWhole(value.offset, 0, LONGEST_FRAME) &&
        NUMBER_TYPES.includes(value.type as string) &&
        (value.endian === undefined || ENDIANS.includes(value.endian as string));
    if (!fits) faults.add('frameValue');
    for (const [key, bound] of Object.entries({ min, max }))
        if (bound !== undefined && !isNumber(bound)) faults.add('number', { key, value: shown(bound) });
    if (isNumber(min) && isNumber(max) && min >= max) faults.add('minMax', { min, max });
    const { default: factory } = set;
    if (factory !== undefined && !isNumber(factory) && typeof factory !== 'string')
        faults.add('text', { key: 'default' });
}

/** Checks the frames of a command. */
export function checkFrameWrites(writes: unknown, faults: Faults): void {
    if (!Array.isArray(writes) || writes.length === 0) return faults.add('frameWrite');
    for (const write of writes as unknown[]) {
        if (!isPlain(write)) {
            faults.add('frameWrite');
            continue;
        }
        faults.unknownKeys(write, new Set(WRITE_KEYS));
        checkWriteParts(write, faults);
    }
}

/** Every place in a frame names one of these frames. */
export function checkFramePlace(at: unknown, frames: unknown, faults: Faults): void {
    if (!isPlain(at) || !('offset' in at)) return;
    const ids = Array.isArray(frames) ? frames.flatMap((frame) => (isPlain(frame) ? [frame.id] : [])) : [];
    if (ids.length === 0) faults.add('noFrames');
    else if (at.frame !== undefined && !ids.includes(at.frame)) faults.add('noFrame', { value: shown(at.frame) });
}

function checkWriteParts(write: Record<string, unknown>, faults: Faults): void {
    checkHex(write, 'send', LONGEST_FRAME, faults);
    checkChecksum(write, faults);
    if (isPlain(write.answer)) {
        faults.unknownKeys(write.answer, SHAPE_KEYS);
        checkShape(write.answer, faults);
    } else faults.add('frameWrite');
    const { status } = write;
    if (status === undefined) return;
    if (!isPlain(status)) return faults.add('frameStatus');
    faults.unknownKeys(status, new Set(['at', 'taken', 'refused']));
    checkPlace(status.at, faults);
    const { taken, refused = {} } = status;
    const isList = Array.isArray(taken) && taken.length > 0 && taken.every(isNumber);
    const areWords = isPlain(refused) && Object.values(refused).every((word) => typeof word === 'string');
    if (!isList || !areWords) faults.add('frameStatus');
}

function checkShape(shape: Record<string, unknown>, faults: Faults): void {
    checkHex(shape, 'start', LONGEST_START, faults);
    checkChecksum(shape, faults);
    const { length } = shape;
    if (isWhole(length, 1, LONGEST_FRAME)) return;
    if (!isPlain(length)) return faults.add('frameLength', { most: LONGEST_FRAME });
    faults.unknownKeys(length, LENGTH_KEYS);
    const { offset, type = 'u8', endian = 'big', add } = length;
    const fits =
        isWhole(offset, 0, LONGEST_FRAME) &&
        ['u8', 'u16'].includes(type as string) &&
        ENDIANS.includes(endian as string) &&
        isWhole(add, -LONGEST_FRAME, LONGEST_FRAME);
    if (!fits) faults.add('frameLength', { most: LONGEST_FRAME });
}

function checkChecksum({ checksum }: Record<string, unknown>, faults: Faults): void {
    if (CHECKSUMS.includes(checksum as string)) return;
    faults.add('oneOf', { key: 'checksum', values: { list: CHECKSUMS }, value: shown(checksum ?? '') });
}

function checkHex(from: Record<string, unknown>, key: string, mostBytes: number, faults: Faults): void {
    const { [key]: value } = from;
    const digits = typeof value === 'string' && HEX.test(value) ? value.replace(/\s+/g, '') : '';
    if (digits === '' || digits.length > 2 * mostBytes) faults.add('hex', { key, value: shown(value ?? '') });
}
