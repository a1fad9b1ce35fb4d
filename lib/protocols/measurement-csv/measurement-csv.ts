import type { UpsError } from '../../core/errors';
import type { Sentence } from '../../core/language/sentence';
import type { Zone } from '../../core/schedules/local-time';
import { refusedFile } from '../shared/refused-file';
import type { CsvMapping } from './columns';
import { KnownParts } from './known-part';
import { blocksOf } from './lines';
import { LogReader, type LogRow } from './log-reader';
import { hashOf, SeenRows, START, type LiveEnd, type LogPosition } from './position';
import { timeReader } from './time-format';

export type { LogRow, LogValue } from './log-reader';

/** The largest file that is read, bytes. The RMCU begins a new one at 5 MB (RMCU manual, "Logging"). */
export const MOST_LOG_BYTES = 16 * 1024 * 1024;

export interface LogReading {
    /** To be kept together with the rows, for the next reading. */
    position: LogPosition;
    /** Damaged rows that were not met before; the first of them for people. They are left out as a whole. */
    bad: { count: number; first?: Sentence };
    /** Rows behind what was read of the same file before, whatever their times are; they are the last ones that `take` has had. */
    behind: number;
    /** Of the file that the device writes: it does not go on where it was left. A new one has begun, or it was written anew. */
    broken: boolean;
    /** Mapped columns that the header lacks. */
    missing: string[];
    /** The last line has no end: it is still being written, or was cut, and is read the next time. */
    unfinished: boolean;
}

export interface LogOptions {
    /** Whose wall clock the times of the file are. */
    zone: Zone;
    /** Receives the rows that were not read before, in the order of the file, some thousand at a time. Reading goes on when it has them. */
    take(rows: LogRow[]): Promise<void> | void;
    /** It is the file that the device writes; default: one of the past. */
    isLive?: boolean;
    /** Default: nothing was read yet. */
    position?: LogPosition;
    /** Lets others have their turn: behind every 32 KiB that were read. */
    pause?: () => Promise<void>;
}

/** So many rows are in memory at a time, and a few more: those of the last 32 KiB. */
const ROWS_TOGETHER = 1000;

/**
 * Reads a file of measurements, such as RMCU.CSV. The RMCU manual says that it is CSV, that the name of the device is in it, and that a new one begins at 5 MB
 * ("Logging"), but not how a row looks: columns are found by their names in the header, the form of the time is the user's choice. A line above
 * the header is taken for the name of the site if no column is. [inferred] Of a file that begins as one that was read before, only the rest is read.
 * @throws UpsError file-refused: file.tooLong, file.empty; csv.noHeader (columns), csv.columnTwice (column), csv.timeFormat
 */
export async function readMeasurements(
    bytes: Uint8Array,
    mapping: CsvMapping,
    { zone, take, isLive = false, position = START, pause = nextTurn }: LogOptions,
): Promise<LogReading> {
    if (bytes.length > MOST_LOG_BYTES) throw logTooLong();
    const readTime = timeReader(mapping.time.format, zone);
    if (!readTime) throw refusedFile('csv.timeFormat', { format: mapping.time.format });
    if (bytes.length === 0) throw refusedFile('file.empty');
    const parts = new KnownParts(bytes, position.known ?? [], hashOf(JSON.stringify([mapping, zone.id])), pause);
    const found = await parts.find();
    const live = isLive ? position.live : undefined;
    const newFrom = found?.at === undefined ? live && behindTail(bytes, live) : found.bytes;
    const reader = new LogReader(mapping, zone, readTime, new SeenRows(position), { newFrom, lastAt: live?.at });
    if (found) reader.continueBehind(found, bytes);
    for (const block of blocksOf(bytes, found && { byte: found.bytes, number: found.lines + 1 })) {
        for (const line of block) reader.read(line);
        if (reader.rows.length >= ROWS_TOGETHER) await take(reader.rows.splice(0));
        await pause();
    }
    const { seen, bad, missing, unfinished, read, behind } = reader.end();
    if (reader.rows.length > 0) await take(reader.rows.splice(0));
    const next: LogPosition = { ...seen, known: await parts.after(found, read, isLive) };
    if (isLive && read.at !== undefined) next.live = { tail: tailOf(bytes.subarray(0, read.bytes)), at: read.at };
    return { position: next, bad, missing, unfinished, behind, broken: live !== undefined && newFrom === undefined };
}

/** Some rows: as many as make it certain that no others look like them. */
const TAIL_BYTES = 256;

function tailOf(read: Uint8Array): string {
    return Buffer.from(read.subarray(-TAIL_BYTES)).toString('latin1');
}

/** Where the rows begin that were added to a file, also if its beginning has changed; undefined: what was read is no longer in it. */
function behindTail(bytes: Uint8Array, { tail }: LiveEnd): number | undefined {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const found = buffer.lastIndexOf(tail, undefined, 'latin1');
    return found < 0 ? undefined : found + tail.length;
}

export function logTooLong(): UpsError {
    return refusedFile('file.tooLong', { most: `${MOST_LOG_BYTES / 1024 / 1024} MiB` });
}

function nextTurn(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
}
