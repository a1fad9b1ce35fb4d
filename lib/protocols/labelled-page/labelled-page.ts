import { refusedFile } from '../shared/refused-file';
import { decodeText } from '../shared/text-encoding';
import { readingsOf, type LabelReading } from './readings';
import { visibleText, type Piece } from './visible-text';

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
    /** By their labels, as `keyOf` makes them. */
    private readonly readings = new Map<string, LabelReading[]>();

    private constructor(private readonly pieces: readonly Piece[]) {
        for (const reading of readingsOf(pieces)) {
            const key = keyOf(reading.label);
            const others = this.readings.get(key);
            if (others) others.push(reading);
            else this.readings.set(key, [reading]);
        }
    }

    /**
     * @param bytes of an HTML page, in UTF-8, UTF-16 or Latin-1
     * @throws UpsError file-refused: file.tooLong, file.binary
     */
    static read(bytes: Uint8Array): LabelledPage {
        if (bytes.length > MOST_PAGE_BYTES)
            throw refusedFile('file.tooLong', { most: `${MOST_PAGE_BYTES / 1024} KiB` });
        const decoded = decodeText(bytes);
        if (!decoded || decoded.text.includes('\0')) throw refusedFile('file.binary');
        return new LabelledPage(visibleText(decoded.text));
    }

    /** All that could be a label and its value, each label once, for a person to choose from; links and buttons are none. */
    list(): LabelReading[] {
        return [...this.readings.values()].flatMap((readings) => {
            const certain = readings.find(({ loose }) => !loose);
            if (certain) return this.find(certain.label) ?? [];
            return readings.filter(({ pressed }) => !pressed).slice(0, 1);
        });
    }

    /**
     * What stands beside a label; undefined: unknown. Capitals and blanks of the label do not matter.
     * @param states the texts that the value may be
     */
    find(label: string, states: readonly string[] = []): LabelReading | undefined {
        const wanted = keyOf(label);
        if (!wanted) return undefined;
        const known = new Set(states.map(keyOf));
        const found = (this.readings.get(wanted) ?? [])
            .filter(({ loose, text }) => !loose || known.has(keyOf(text)))
            .map(({ label: shown, text, quantity }) => ({ label: shown, text, ...(quantity ? { quantity } : {}) }));
        for (const { text, ended } of states.length ? this.pieces : []) {
            const key = keyOf(text);
            if (!ended || !key.startsWith(`${wanted} `)) continue;
            const state = states.find((each) => key === `${wanted} ${keyOf(each)}`);
            if (state !== undefined) found.push({ label, text: state });
        }
        return found.every(({ text }) => keyOf(text) === keyOf(found[0]!.text)) ? found[0] : undefined;
    }
}

/** How labels and states are compared. */
function keyOf(text: string): string {
    return text.normalize('NFC').replace(/\s+/g, ' ').trim().replace(/ ?:$/, '').toLowerCase();
}
