import { createHash, type Hash } from 'node:crypto';

/** The beginning of a file all of whose rows have been read. */
export interface KnownPart {
    /** Its length, up to the end of a line. */
    bytes: number;
    /** A hash of it. */
    check: string;
    /** By what the rows were read: with other columns, or another form of the time, they are other ones. */
    mapping: string;
    /** Lines in it. */
    lines: number;
    /** Where the header begins by which its last rows were read, bytes. */
    header: number;
    /** Time of its last good row, epoch ms; absent: it has none. */
    at?: number;
}

/** The file that is written, and those that were renamed before: years of them, so that a start in an outage need not read them. Each is 150 characters. */
const MOST_KNOWN = 32;
/** So much is hashed without a pause, bytes: about a millisecond. */
const SLICE = 512 * 1024;

export function isKnownPart(kept: unknown): kept is KnownPart {
    const { bytes, check, mapping, lines, header, at = 0 } = (kept ?? {}) as Partial<KnownPart>;
    return (
        [bytes, lines, header, at].every(Number.isSafeInteger) &&
        header! >= 0 &&
        header! < bytes! &&
        typeof check === 'string' &&
        typeof mapping === 'string'
    );
}

/**
 * What is known of files that grow, such as the log of a device: of a file that begins with a known part, only what is behind it is read. All bytes of
 * that part are compared (by SHA-256), so that a file that was rewritten anywhere is read as a new one.
 */
export class KnownParts {
    private readonly hashes: FileHash;

    constructor(
        private readonly bytes: Uint8Array,
        private readonly parts: readonly KnownPart[],
        private readonly mapping: string,
        pause: () => Promise<void>,
    ) {
        this.hashes = new FileHash(bytes, pause);
    }

    /** The longest known part with which the file begins. */
    async find(): Promise<KnownPart | undefined> {
        const fitting = this.parts.filter(
            ({ bytes, mapping }) => bytes <= this.bytes.length && mapping === this.mapping,
        );
        let found: KnownPart | undefined;
        for (const part of fitting.sort((a, b) => a.bytes - b.bytes))
            if ((await this.hashes.of(part.bytes)) === part.check) found = part;
        return found;
    }

    /**
     * What is known when this file has been read.
     * @param found the part from which on it was read
     * @param isLive the file is still written: many others that are read after it do not push it out
     */
    async after(
        found: KnownPart | undefined,
        read: Omit<KnownPart, 'check' | 'mapping'>,
        isLive: boolean,
    ): Promise<readonly KnownPart[]> {
        if (found?.bytes === read.bytes) return this.parts;
        const part = { ...read, check: await this.hashes.of(read.bytes), mapping: this.mapping };
        const others = this.parts.filter(
            (each) => each !== found && (each.bytes !== part.bytes || each.check !== part.check),
        );
        return (isLive ? [...others, part] : [...others.slice(0, -1), part, ...others.slice(-1)]).slice(-MOST_KNOWN);
    }
}

/** Hashes of beginnings of a file, of longer and longer ones. */
class FileHash {
    private hash: Hash = createHash('sha256');
    private at = 0;

    constructor(
        private readonly bytes: Uint8Array,
        private readonly pause: () => Promise<void>,
    ) {}

    async of(length: number): Promise<string> {
        if (length < this.at) [this.hash, this.at] = [createHash('sha256'), 0];
        while (this.at < length) {
            const end = Math.min(length, this.at + SLICE - (this.at % SLICE));
            this.hash.update(this.bytes.subarray(this.at, end));
            this.at = end;
            if (end % SLICE === 0) await this.pause();
        }
        return this.hash.copy().digest('base64url').slice(0, 16);
    }
}
