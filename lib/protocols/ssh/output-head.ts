import { StringDecoder } from 'node:string_decoder';

/** The beginning of an output, bounded; control characters, which a terminal would obey, are taken out. */
export class OutputHead {
    private readonly decoder = new StringDecoder('utf8');
    private kept = '';
    private bytes = 0;
    private lost = 0;

    constructor(private readonly maxBytes: number) {}

    add(bytes: Buffer): void {
        const part = bytes.subarray(0, Math.max(0, this.maxBytes - this.bytes));
        this.bytes += part.length;
        this.lost += bytes.length - part.length;
        this.kept += this.decoder.write(part);
    }

    get text(): string {
        return this.kept.replace(/\r\n/g, '\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
    }

    /** Bytes that came after the part that is kept. */
    get dropped(): number {
        return this.lost;
    }
}
