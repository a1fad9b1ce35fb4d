import { decodeText, encodeText, type DecodedText } from '../shared/text-encoding';
import { refusedFile } from '../shared/refused-file';

/** The largest file that is read, bytes. */
export const MOST_INI_BYTES = 64 * 1024;

/** One `key = value`. */
export interface IniEntry {
    /** Of the section it stands in; empty above the first. */
    section: string;
    key: string;
    /** Without quotes, blanks around it and a comment behind it. */
    value: string;
    /** It begins with a quote that is not closed, or something follows its end: its value is not certain. */
    broken: boolean;
    /** From 1. */
    line: number;
    /** Where its value stands in the text, quotes included. */
    start: number;
    end: number;
}

/** A file as it was written, to its last byte: `writeIni` without changes makes the same bytes. */
export interface IniFile extends DecodedText {
    entries: readonly IniEntry[];
    /** Lines that are neither section, key, comment nor empty. They stay as they are. */
    strayLines: readonly number[];
}

/**
 * Reads a settings file: UTF-8, UTF-16 or Latin-1, with or without byte order mark; lines end with LF, CRLF or CR; comments begin with `;` or `#`, in
 * a line of their own or after a blank; values may be in quotes. Names of sections and keys are told apart without regard to capitals, as Windows does
 * it. There is no standard for such files, and the DURAmax manual does not show one: the form is that of Windows. [inferred]
 * @throws UpsError file-refused: file.tooLong, file.binary; ini.empty, section (line), double (line)
 */
export function readIni(bytes: Uint8Array): IniFile {
    if (bytes.length > MOST_INI_BYTES) throw refusedFile('file.tooLong', { most: `${MOST_INI_BYTES / 1024} KiB` });
    const decoded = decodeText(bytes);
    if (!decoded || decoded.text.includes('\0')) throw refusedFile('file.binary');
    const { entries, strayLines } = entriesOf(decoded.text);
    if (!entries.length) throw refusedFile('ini.empty');
    return { ...decoded, entries, strayLines };
}

/** What finds a key again, whatever its capitals. */
export function placeOf({ section, key }: Pick<IniEntry, 'section' | 'key'>): string {
    return `${section.trim()}\n${key.trim()}`.toLowerCase();
}

const LINE = /([^\r\n]*)(\r\n|\r|\n|$)/g;

function entriesOf(text: string): Pick<IniFile, 'entries' | 'strayLines'> {
    const entries: IniEntry[] = [];
    const strayLines: number[] = [];
    const firstLines = new Map<string, number>();
    let section = '';
    let number = 0;
    for (const { 0: whole, 1: content, index } of text.matchAll(LINE)) {
        number++;
        const line = content!.trim();
        if (line.startsWith('[')) section = sectionOf(line, number);
        else if (line && !/^[;#]/.test(line)) {
            const entry = entryOf(content!, { section, line: number, at: index });
            if (entry) {
                const place = placeOf(entry);
                const first = firstLines.get(place);
                if (first) throw refusedFile('ini.double', { line: number, key: entry.key, first });
                firstLines.set(place, number);
                entries.push(entry);
            } else strayLines.push(number);
        }
        if (whole === content) break;
    }
    return { entries, strayLines };
}

/** @throws UpsError file-refused: every key below it would be taken for one of another section */
function sectionOf(line: string, number: number): string {
    const match = /^\[([^\]]*)\]\s*(?:[;#].*)?$/.exec(line);
    if (!match) throw refusedFile('ini.section', { line: number });
    return match[1]!.trim();
}

function entryOf(content: string, where: { section: string; line: number; at: number }): IniEntry | undefined {
    const { section, line, at } = where;
    const equals = content.indexOf('=');
    const key = content.slice(0, equals).trim();
    if (equals < 0 || !key) return undefined;
    const after = content.slice(equals + 1);
    const { from, to, value, broken } = valueOf(after);
    const start = at + equals + 1;
    return { section, key, value, broken, line, start: start + from, end: start + to };
}

const COMMENT = /[ \t][;#]/;

function valueOf(after: string): { from: number; to: number; value: string; broken: boolean } {
    const from = after.length - after.trimStart().length;
    const quote = after[from];
    if (quote === '"' || quote === "'") {
        const end = after.indexOf(quote, from + 1);
        if (end > 0 && /^\s*$|^\s+[;#]/.test(after.slice(end + 1)))
            return { from, to: end + 1, value: after.slice(from + 1, end), broken: false };
    }
    const comment = COMMENT.exec(after)?.index ?? after.length;
    const at = Math.min(from, comment);
    const to = Math.max(at, after.slice(0, comment).trimEnd().length);
    return { from: at, to, value: after.slice(at, to), broken: quote === '"' || quote === "'" };
}

/** A new value for a key that the file has. */
export interface IniChange {
    section: string;
    key: string;
    value: string;
}

/**
 * The bytes of the file with other values, and everything else as it was: comments, unknown keys, order, blanks, quotes, ends of lines, encoding.
 * @throws UpsError file-refused: ini.missing, ini.unwritable (a value with a line break, or with characters that the encoding lacks)
 */
export function writeIni(file: IniFile, changes: readonly IniChange[]): Uint8Array {
    const places = new Map(file.entries.map((entry) => [placeOf(entry), entry]));
    const values = new Map<IniEntry, string>();
    for (const { section, key, value } of changes) {
        const entry = places.get(placeOf({ section, key }));
        if (!entry) throw refusedFile('ini.missing', { key });
        if (!encodeText({ ...file, text: value })) throw refusedFile('ini.unwritable', { key });
        if (value !== entry.value || entry.broken) values.set(entry, value);
        else values.delete(entry);
    }
    let text = file.text;
    // From the end, so that what is in front stays where it is.
    for (const [entry, value] of [...values].sort(([a], [b]) => b.start - a.start)) {
        text = text.slice(0, entry.start) + written(entry, value, file.text) + text.slice(entry.end);
    }
    return encodeText({ ...file, text })!;
}

/** A value in the quotes that it had, or that it needs to be read again as it is. */
function written(entry: IniEntry, value: string, text: string): string {
    const had = entry.broken ? '' : (/^["']/.exec(text.slice(entry.start, entry.end))?.[0] ?? '');
    const needs = value !== value.trim() || /^["']|^[;#]|[ \t][;#]/.test(value) ? '"' : '';
    const quote = [had || needs, '"', "'"].find((each) => !each || !value.includes(each));
    if (quote === undefined || /[\r\n\0]/.test(value)) throw refusedFile('ini.unwritable', { key: entry.key });
    return quote + value + quote;
}
