import { refusedFile } from '../shared/refused-file';
import { decodeText } from '../shared/text-encoding';
import { readingsOf, type LabelReading } from './readings';
import { LONGEST_PIECE, MOST_TEXTS, tooManyTexts, visibleText, type Piece } from './visible-text';

/** The largest page that is read, bytes. */
export const MOST_PAGE_BYTES = 256 * 1024;

/**
 * A page of labels and their values, such as the status page of the RMCU and its small one for telephones (RMCU manual, "Remote Monitoring and
 * Control Status Page"). The RMCU manual shows pictures of them only; how the page is made is inferred. [inferred] These ways are read:
 * - `AC Line: 116.7 Volts`, one or several in a line;
 * - a label, with or without a colon, and a number in the next cell or line; a text there only behind a colon, or if it is one of the known states;
 * - `Amps Battery Mode 0.0 Amps` without a colon, if the unit is a known one;
 * - `Alarm In CLOSED` without a colon, if that state is a known one.
 *
 * What is gone, cut off, empty (`---`) or told twice in different ways is unknown.
 */
export class LabelledPage {
    /** By their labels, as `keyOfShown` makes them. */
    private readonly labels = new Map<string, Beside>();
    /** Whole pieces, as `keyOfShown` makes them: `alarm in closed`. */
    private readonly whole = new Set<string>();

    private constructor(pieces: readonly Piece[]) {
        let count = 0;
        for (const reading of readingsOf(pieces)) {
            if (++count > MOST_TEXTS) throw tooManyTexts();
            const key = keyOfShown(reading.label);
            const beside = this.labels.get(key);
            if (beside) beside.add(reading);
            else this.labels.set(key, new Beside(reading));
        }
        for (const { text, ended } of pieces)
            if (ended && text.length <= LONGEST_PIECE) this.whole.add(keyOfShown(text));
    }

    /**
     * @param bytes of an HTML page, in UTF-8, UTF-16 or Latin-1
     * @throws UpsError file-refused: file.tooLong, file.binary, file.tooManyTexts
     */
    static read(bytes: Uint8Array): LabelledPage {
        if (bytes.length > MOST_PAGE_BYTES)
            throw refusedFile('file.tooLong', { most: `${MOST_PAGE_BYTES / 1024} KiB` });
        const decoded = decodeText(bytes);
        if (!decoded || decoded.text.includes('\0')) throw refusedFile('file.binary');
        return new LabelledPage(visibleText(decoded.text));
    }

    /** All that could be a label and its value, each label once, for a person to choose from. */
    list(): LabelReading[] {
        return [...this.labels.values()].flatMap(({ first, certain }) => {
            if (certain.size === 0) return [first];
            return certain.size === 1 ? [...certain.values()] : [];
        });
    }

    /**
     * What stands beside a label; undefined: unknown. Capitals and blanks of the label do not matter. What it costs does not grow with the page.
     * @param states the texts that the value may be
     */
    find(label: string, states: readonly string[] = []): LabelReading | undefined {
        const wanted = keyOf(label);
        if (!wanted) return undefined;
        const beside = this.labels.get(wanted);
        const known = new Map<string, string>();
        const told = new Set(beside?.certain.keys());
        for (const state of states) {
            const key = keyOf(state);
            if (!known.has(key)) known.set(key, state);
            if (beside?.all.has(key) || this.whole.has(`${wanted} ${key}`)) told.add(key);
        }
        const [key] = told;
        if (key === undefined || told.size > 1) return undefined;
        const state = known.get(key);
        const found = state === undefined ? beside?.certain.get(key) : beside?.all.get(key);
        if (!found) return { label, text: state! };
        const { label: shown, text, quantity } = found;
        return { label: shown, text, ...(quantity ? { quantity } : {}) };
    }
}

/** What a page tells beside one label, by its texts as `keyOfShown` makes them: of each text the first reading. */
class Beside {
    readonly all = new Map<string, LabelReading>();
    /** Those that are values whatever the known states are. Two of them are as good as more: then the value is not known. */
    readonly certain = new Map<string, LabelReading>();

    constructor(readonly first: LabelReading) {
        this.add(first);
    }

    add(reading: LabelReading): void {
        const key = keyOfShown(reading.text);
        if (!this.all.has(key)) this.all.set(key, reading);
        if (!reading.loose && this.certain.size < 2 && !this.certain.has(key)) this.certain.set(key, reading);
    }
}

/** How labels and states of a map are compared. */
function keyOf(text: string): string {
    return keyOfShown(text.normalize('NFC').replace(/\s+/g, ' ').trim());
}

/** The same of what a page shows: `visibleText` has normalised it, once. */
function keyOfShown(text: string): string {
    return text.replace(/ ?:$/, '').toLowerCase();
}
