import { Rejected, RejectReason, type ObjectId } from './codes';

/** A value with an application tag (clause 20.2). Kinds that nothing here can be set to are `other`. */
export type ApplicationValue = { kind: 'null' | 'other' } | { kind: 'unsigned' | 'enumerated' | 'real'; value: number };

interface Tag {
    number: number;
    isContext: boolean;
    kind: 'value' | 'opening' | 'closing';
    /** Bytes of its contents. */
    length: number;
    /** Where its contents begin. */
    at: number;
}

/** Deeper nesting is nothing that is asked of this device. */
const DEEPEST = 16;

/** Reads the parameters of a request one by one (clause 20.2). @throws Rejected what is there is not what must be there */
export class TagReader {
    private at = 0;

    constructor(private readonly bytes: Buffer) {}

    get isAtEnd(): boolean {
        return this.at >= this.bytes.length;
    }

    /** @throws Rejected too-many-arguments */
    end(): void {
        if (!this.isAtEnd) throw new Rejected(RejectReason.tooManyArguments);
    }

    isOpening(context: number): boolean {
        return this.isNext(context, 'opening');
    }

    isClosing(context: number): boolean {
        return this.isNext(context, 'closing');
    }

    /** Whether a primitive value with this context tag is next. */
    isContext(context: number): boolean {
        return this.isNext(context, 'value');
    }

    open(context: number): void {
        this.expect(context, 'opening');
    }

    close(context: number): void {
        this.expect(context, 'closing');
    }

    /** 0 to 2^32 - 1. */
    unsigned(context: number): number {
        return this.whole(this.expect(context, 'value'));
    }

    optionalUnsigned(context: number): number | undefined {
        return this.isContext(context) ? this.unsigned(context) : undefined;
    }

    optionalBoolean(context: number): boolean | undefined {
        if (!this.isContext(context)) return undefined;
        const tag = this.expect(context, 'value');
        if (tag.length !== 1) throw new Rejected(RejectReason.invalidParameterDataType);
        return this.bytes[tag.at] !== 0;
    }

    objectId(context: number): ObjectId {
        const tag = this.expect(context, 'value');
        if (tag.length !== 4) throw new Rejected(RejectReason.invalidParameterDataType);
        const value = this.bytes.readUInt32BE(tag.at);
        return { type: value >>> 22, instance: value & 0x3f_ffff };
    }

    /** A text in UTF-8 or Latin-1 (clause 20.2.9); in another character set it is none that is known here: ''. */
    text(context: number): string {
        const { at, length } = this.expect(context, 'value');
        if (length < 1) throw new Rejected(RejectReason.invalidParameterDataType);
        const set = this.bytes[at];
        const told = this.bytes.subarray(at + 1, at + length);
        if (set === 0) return told.toString('utf8');
        return set === 5 ? told.toString('latin1') : '';
    }

    /** The one value between an opening and a closing tag. A structure or several values are `other`. */
    value(context: number): ApplicationValue {
        this.open(context);
        if (this.isClosing(context)) throw new Rejected(RejectReason.missingRequiredParameter);
        const only = this.applicationValue();
        let count = 1;
        for (let depth = 0; depth > 0 || !this.isClosing(context); count++) {
            const tag = this.tag();
            this.at = tag.kind === 'value' ? tag.at + tag.length : tag.at;
            if (tag.kind === 'opening') depth++;
            if (tag.kind === 'closing') depth--;
            if (depth < 0 || depth > DEEPEST) throw new Rejected(RejectReason.invalidTag);
        }
        this.close(context);
        return count === 1 ? only : { kind: 'other' };
    }

    private applicationValue(): ApplicationValue {
        const tag = this.tag();
        // Its inside is passed over with what else is there.
        if (tag.isContext || tag.kind !== 'value') return { kind: 'other' };
        this.at = tag.at + tag.length;
        const { number, at, length } = tag;
        if (number === 0) return { kind: 'null' };
        if (number === 2 || number === 9) {
            return { kind: number === 2 ? 'unsigned' : 'enumerated', value: this.whole(tag) };
        }
        if (number === 4 && length === 4) return { kind: 'real', value: this.bytes.readFloatBE(at) };
        return { kind: 'other' };
    }

    private whole({ at, length }: Tag): number {
        if (length < 1 || length > 4) throw new Rejected(RejectReason.invalidParameterDataType);
        return this.bytes.readUIntBE(at, length);
    }

    private isNext(context: number, kind: Tag['kind']): boolean {
        if (this.isAtEnd) return false;
        const tag = this.tag();
        return tag.isContext && tag.number === context && tag.kind === kind;
    }

    private expect(context: number, kind: Tag['kind']): Tag {
        if (this.isAtEnd) throw new Rejected(RejectReason.missingRequiredParameter);
        const tag = this.tag();
        if (!tag.isContext || tag.number !== context || tag.kind !== kind) throw new Rejected(RejectReason.invalidTag);
        this.at = kind === 'value' ? tag.at + tag.length : tag.at;
        return tag;
    }

    /** The tag that is next; nothing is passed over. Clause 20.2.1. */
    private tag(): Tag {
        const { bytes } = this;
        let { at } = this;
        const first = this.byteAt(at++);
        let number = first >> 4;
        if (number === 15) number = this.byteAt(at++);
        const isContext = (first & 8) !== 0;
        let length = first & 7;
        if (isContext && length >= 6) return { number, isContext, kind: length === 6 ? 'opening' : 'closing', length: 0, at }; // prettier-ignore
        if (length > 5) throw new Rejected(RejectReason.invalidTag);
        // The value of an application-tagged boolean is in its tag.
        if (!isContext && number === 1) length = 0;
        if (length === 5) {
            length = this.byteAt(at++);
            if (length === 255) throw new Rejected(RejectReason.invalidTag);
            if (length === 254) {
                length = this.byteAt(at) * 256 + this.byteAt(at + 1);
                at += 2;
            }
        }
        if (at + length > bytes.length) throw new Rejected(RejectReason.missingRequiredParameter);
        return { number, isContext, kind: 'value', length, at };
    }

    private byteAt(at: number): number {
        const byte = this.bytes[at];
        if (byte === undefined) throw new Rejected(RejectReason.missingRequiredParameter);
        return byte;
    }
}
