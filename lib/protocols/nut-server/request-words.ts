/** Bytes of one request, its line end included. upsd takes up to 32 words of 512; no request needs a tenth of it. */
export const LONGEST_REQUEST = 1024;
/** Further words are dropped, as upsd does. */
const MOST_WORDS = 32;

const TAB = 9;
const LF = 10;
const CR = 13;
const BLANK = 32;
const QUOTE = 34;
const HASH = 35;
const EQUALS = 61;
const BACKSLASH = 92;

type Place = 'between' | 'word' | 'quoted' | 'comment';

/** A request longer than LONGEST_REQUEST: its sender is cut off. */
export class RequestTooLong extends Error {}

/**
 * Splits what a client sends into the words of its requests, in any split of the bytes. The rules are those of upsd 2.8.0, seen on it: blanks
 * separate words, `"` quotes (also over the end of a line), a backslash takes the next character as it is, `=` is a word of its own, and `#`
 * begins a comment. An empty line is a request without words.
 */
export class RequestWords {
    private words: string[] = [];
    private word: number[] = [];
    private place: Place = 'between';
    private escaped = false;
    private length = 0;

    /** Calls `take` for each complete request; stops when `take` returns false. @throws RequestTooLong */
    push(bytes: Uint8Array, take: (words: string[]) => boolean): void {
        for (const byte of bytes) {
            if (++this.length > LONGEST_REQUEST) throw new RequestTooLong();
            if (this.next(byte) && !take(this.complete())) return;
        }
    }

    /** Whether part of a request waits for its end. */
    get isWithin(): boolean {
        return this.length > 0;
    }

    /** @returns whether a request is complete */
    private next(byte: number): boolean {
        if (this.escaped) {
            this.escaped = false;
            this.word.push(byte);
            return false;
        }
        if (this.place === 'comment') return byte === LF;
        if (byte === BACKSLASH) {
            this.escaped = true;
            if (this.place === 'between') this.place = 'word';
            return false;
        }
        if (this.place === 'quoted') {
            if (byte === QUOTE) this.endWord();
            else this.word.push(byte);
            return false;
        }
        return this.plain(byte);
    }

    private plain(byte: number): boolean {
        switch (byte) {
            case LF:
                if (this.place === 'word') this.endWord();
                return true;
            case BLANK:
            case TAB:
            case CR:
            case 11:
            case 12:
                if (this.place === 'word') this.endWord();
                return false;
            case HASH:
                if (this.place === 'word') this.endWord();
                this.place = 'comment';
                return false;
            case EQUALS:
                if (this.place === 'word') this.endWord();
                this.word.push(byte);
                this.endWord();
                return false;
            case QUOTE:
                if (this.place === 'between') this.place = 'quoted';
                else this.word.push(byte);
                return false;
            default:
                this.place = 'word';
                this.word.push(byte);
                return false;
        }
    }

    private endWord(): void {
        if (this.words.length < MOST_WORDS) this.words.push(Buffer.from(this.word).toString('utf8'));
        this.word = [];
        this.place = 'between';
    }

    private complete(): string[] {
        const { words } = this;
        this.words = [];
        this.word = [];
        this.place = 'between';
        this.length = 0;
        return words;
    }
}
