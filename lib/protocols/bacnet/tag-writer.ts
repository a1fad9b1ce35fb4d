import { Aborted, AbortReason, type ObjectId } from './codes';

/** Longer answers are not made, bytes: 200 UPSs with all of their objects fit into the list of objects. */
export const LONGEST_ANSWER = 128 * 1024;

const EXTENDED = 5;
const OPENING = 6;
const CLOSING = 7;
/** Character set of a string: UTF-8 (clause 20.2.9). */
const UTF8 = 0;

/** Writes one value into an answer. */
export type Encode = (to: TagWriter) => void;

/** Tagged values, one behind the other (clause 20.2). Without a tag number they are application tagged. */
export class TagWriter {
    private buffer = Buffer.allocUnsafe(256);
    private length = 0;

    constructor(private readonly most = LONGEST_ANSWER) {}

    get bytes(): Buffer {
        return this.buffer.subarray(0, this.length);
    }

    /** @throws Aborted buffer-overflow */
    private room(count: number): number {
        const at = this.length;
        const length = at + count;
        if (length > this.most) throw new Aborted(AbortReason.bufferOverflow);
        if (length > this.buffer.length) {
            const larger = Buffer.allocUnsafe(Math.max(length, this.buffer.length * 2));
            this.buffer.copy(larger, 0, 0, at);
            this.buffer = larger;
        }
        this.length = length;
        return at;
    }

    private byte(value: number): void {
        const at = this.room(1);
        this.buffer[at] = value;
    }

    /** @param context number of a context tag; undefined: `application` is the tag */
    private tag(application: number, context: number | undefined, length: number): void {
        const first = ((context ?? application) << 4) | (context === undefined ? 0 : 8);
        if (length < EXTENDED) return this.byte(first | length);
        this.byte(first | EXTENDED);
        if (length < 254) return this.byte(length);
        const at = this.room(3);
        this.buffer[at] = 254;
        this.buffer.writeUInt16BE(length, at + 1);
    }

    private whole(application: number, value: number, context: number | undefined): void {
        const length = value > 0xff_ffff ? 4 : value > 0xffff ? 3 : value > 0xff ? 2 : 1;
        this.tag(application, context, length);
        const at = this.room(length);
        this.buffer.writeUIntBE(value, at, length);
    }

    open(context: number): void {
        this.byte((context << 4) | 8 | OPENING);
    }

    close(context: number): void {
        this.byte((context << 4) | 8 | CLOSING);
    }

    boolean(value: boolean, context?: number): void {
        if (context === undefined) return this.byte(0x10 | Number(value));
        this.tag(1, context, 1);
        this.byte(Number(value));
    }

    /** @param value 0 to 2^32 - 1 */
    unsigned(value: number, context?: number): void {
        this.whole(2, value, context);
    }

    enumerated(value: number, context?: number): void {
        this.whole(9, value, context);
    }

    /** An IEEE-754 number of 32 bits; NaN in its one usual form. */
    real(value: number, context?: number): void {
        this.tag(4, context, 4);
        const at = this.room(4);
        if (Number.isNaN(value)) this.buffer.writeUInt32BE(0x7fc00000, at);
        else this.buffer.writeFloatBE(value, at);
    }

    octets(value: Uint8Array, context?: number): void {
        this.tag(6, context, value.length);
        const at = this.room(value.length);
        this.buffer.set(value, at);
    }

    text(value: string, context?: number): void {
        const length = Buffer.byteLength(value);
        this.tag(7, context, length + 1);
        this.byte(UTF8);
        const at = this.room(length);
        this.buffer.write(value, at, 'utf8');
    }

    bits(value: readonly boolean[], context?: number): void {
        const count = Math.ceil(value.length / 8);
        this.tag(8, context, count + 1);
        this.byte(count * 8 - value.length);
        const at = this.room(count);
        this.buffer.fill(0, at, at + count);
        value.forEach((bit, index) => {
            if (bit) this.buffer[at + (index >> 3)]! |= 0x80 >> (index & 7);
        });
    }

    objectId({ type, instance }: ObjectId, context?: number): void {
        this.tag(12, context, 4);
        const at = this.room(4);
        this.buffer.writeUInt32BE(type * 4_194_304 + instance, at);
    }
}

export const unsigned =
    (value: number): Encode =>
    (to) =>
        to.unsigned(value);
export const enumerated =
    (value: number): Encode =>
    (to) =>
        to.enumerated(value);
export const real =
    (value: number): Encode =>
    (to) =>
        to.real(value);
export const text =
    (value: string): Encode =>
    (to) =>
        to.text(value);
export const bits =
    (value: readonly boolean[]): Encode =>
    (to) =>
        to.bits(value);
export const boolean =
    (value: boolean): Encode =>
    (to) =>
        to.boolean(value);
export const objectId =
    (value: ObjectId): Encode =>
    (to) =>
        to.objectId(value);
