import { quoted } from '../../core/quote';
import { CHECKSUM_BYTES } from '../frames/checksum';
import { bytesOf, fits, type NumberPlace } from '../frames/fields';
import { readHex } from '../frames/hex';
import { checkFramePlace, LONGEST_FRAME } from './check-frames';
import { isPlace } from './check-place';
import type { FrameSet, FrameShape, FramePlace } from './device-map';
import { isNumber, isPlain, isWhole, type Faults } from './map-fault';

/** Checks what an item says of frames, apart from their form: each place is in a frame that there is, and what is written fits. */
export function checkItemFrames(item: Record<string, unknown>, frames: unknown, faults: Faults): void {
    const { at, when, set } = item;
    checkInFrame(at, frames, faults);
    if (isPlain(when)) checkInFrame(when.at, frames, faults);
    if (!isPlain(set)) return;
    if (!isFrame(at)) faults.add('setPlace');
    checkStatusPlace(set, faults);
    checkValuePlace(set, faults);
    checkStateNumbers(item, set, faults);
    checkDefault(item, set, faults);
}

/** Checks the commands that are sent as frames: a map without frames has none, and one command is written in one way. */
export function checkCommandFrames(commands: unknown, frames: unknown, faults: Faults): void {
    for (const [index, command] of (Array.isArray(commands) ? (commands as unknown[]) : []).entries()) {
        if (!isPlain(command) || command.send === undefined) continue;
        const { does, set, send } = command;
        const its = faults.of(typeof does === 'string' && does !== '' ? quoted(does) : `#${index + 1}`);
        if (frames === undefined) its.add('sendFrames');
        if (Array.isArray(set) && set.length > 0) its.add('setOrSend');
        for (const write of Array.isArray(send) ? (send as unknown[]) : [])
            if (isPlain(write)) checkStatusPlace(write, its);
    }
}

function isFrame(at: unknown): at is FramePlace {
    return isPlain(at) && 'offset' in at;
}

/** A value behind the end of its frame would never be known. */
function checkInFrame(at: unknown, frames: unknown, faults: Faults): void {
    checkFramePlace(at, frames, faults);
    if (!isFrame(at) || !isPlace(at) || !Array.isArray(frames)) return;
    const { frame: id = (frames as unknown[]).filter(isPlain)[0]?.id } = at;
    const shape = (frames as unknown[]).find((each) => isPlain(each) && each.id === id);
    checkEnd(at, shape, faults);
}

/** Where the answer tells whether it was taken. */
function checkStatusPlace({ answer, status }: Record<string, unknown>, faults: Faults): void {
    if (!isPlain(status) || !isPlace(status.at)) return;
    const { at } = status;
    if (!isFrame(at)) return faults.add('statusPlace');
    if (at.frame !== undefined) faults.add('statusFrame');
    checkEnd(at, answer, faults);
}

function checkEnd(at: FramePlace, shape: unknown, faults: Faults): void {
    const end = dataEnd(shape);
    if (end !== undefined && at.offset + bytesOf(at) > end) faults.add('frameEnd', { last: end - 1 });
}

/** Bytes before the checksum of a frame, at most; undefined: its form is wrong, which is told already. */
function dataEnd(shape: unknown): number | undefined {
    const { length, checksum } = (isPlain(shape) ? shape : {}) as Partial<FrameShape>;
    if (typeof checksum !== 'string' || !Object.hasOwn(CHECKSUM_BYTES, checksum)) return undefined;
    const { [checksum]: tail } = CHECKSUM_BYTES;
    if (isWhole(length, 1, LONGEST_FRAME)) return length - tail;
    if (!isPlain(length) || !isNumber(length.add)) return undefined;
    const most = length.type === 'u16' ? 0xffff : 0xff;
    return Math.min(most + length.add, LONGEST_FRAME) - tail;
}

/** Over bytes of `send` that say something, such as the command, the value would make another request. */
function checkValuePlace({ send, value }: Record<string, unknown>, faults: Faults): void {
    const bytes = typeof send === 'string' ? readHex(send) : undefined;
    if (!isPlain(value) || !isPlace(value) || !bytes) return;
    const { offset } = value as unknown as NumberPlace;
    const size = bytesOf(value as unknown as FramePlace);
    if (bytes.subarray(offset, offset + size).some((byte) => byte !== 0)) faults.add('valuePlace');
    if (offset + size > LONGEST_FRAME) faults.add('frameValue');
}

/** A state is written as the raw number that stands for it. */
function checkStateNumbers({ kind, states }: Record<string, unknown>, { value }: Partial<FrameSet>, faults: Faults) {
    if (kind !== 'state' || !isPlain(states) || !isPlain(value) || !isPlace(value)) return;
    for (const raw of Object.keys(states))
        if (raw.trim() === '' || !fits(value, Number(raw)))
            faults.add('stateNumber', { value: quoted(raw), type: value.type });
}

function checkDefault({ kind, states }: Record<string, unknown>, set: Record<string, unknown>, faults: Faults): void {
    const { default: factory, min, max } = set;
    if (factory === undefined) return;
    if (kind === 'number') {
        const isBeyond = (limit: unknown, side: number) =>
            isNumber(factory) && isNumber(limit) && (factory - limit) * side > 0;
        const isTurned = isNumber(min) && isNumber(max) && min >= max;
        if (!isNumber(factory) || (!isTurned && (isBeyond(min, -1) || isBeyond(max, 1)))) faults.add('defaultNumber');
    } else if (isPlain(states) && !Object.values(states).includes(factory)) faults.add('defaultState');
}
