import { StringDecoder } from 'node:string_decoder';

/** A yes/no question at the end of an output, in the languages of known devices: `[y/N]:`, `(yes/no)?`, `[j/n]`. */
const YES_OR_NO = /[[(<]\s*(y|yes|j|ja|o|oui|s|si|sí)\s*[/|]\s*(n|no|nein|non)\b[^\])>]{0,20}[\])>][\s:?>]*$/iu;
const TAIL_BYTES = 200;

/** The beginning of an output, bounded, without control characters, which a terminal would execute. */
export class BoundedOutput {
    private readonly decoder = new StringDecoder('utf8');
    private kept = '';
    private bytes = 0;
    private lost = 0;
    private tail: Buffer = Buffer.alloc(0);

    constructor(private readonly maxBytes: number) {}

    add(bytes: Buffer): void {
        const part = bytes.subarray(0, Math.max(0, this.maxBytes - this.bytes));
        this.bytes += part.length;
        this.lost += bytes.length - part.length;
        this.kept += this.decoder.write(part);
        this.tail = Buffer.concat([this.tail, bytes.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES);
    }

    /** The yes/no question at the end of the output, if there is one. */
    get question(): string | undefined {
        const text = printable(this.tail.toString('utf8')).trimEnd();
        return YES_OR_NO.test(text) ? text.split('\n').at(-1)!.trim() : undefined;
    }

    get text(): string {
        return printable(this.kept);
    }

    /** Number of bytes after the kept part. */
    get dropped(): number {
        return this.lost;
    }
}

function printable(text: string): string {
    return text.replace(/\r\n/g, '\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
}
