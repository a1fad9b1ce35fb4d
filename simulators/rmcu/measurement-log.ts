import { stringify } from 'csv-stringify/sync';

/** RMCU manual, "Logging": the file is renamed at 5 MB. [inferred: binary] */
export const ROLL_BYTES = 5 * 1024 * 1024;
/** RMCU manual, "Specifications": a card of 4 GB. */
const CARD_BYTES = 4_000_000_000;
export const LOG_NAME = 'RMCU.CSV';

interface LogFile {
    name: string;
    header: string;
    rows: string[];
    bytes: number;
}

export interface LogRow {
    /** Epoch ms of the device's clock. */
    at: number;
    fields: readonly string[];
}

/**
 * The SD card: RMCU.CSV and the files that it was renamed to. Columns, their order, the form of the time and the names of renamed files are ours; the
 * RMCU manual shows none of them.
 */
export class MeasurementLog {
    private readonly files: LogFile[] = [];
    private capacity = CARD_BYTES;
    private renamed = 0;
    /** Epoch ms of the device's clock. */
    startedAt?: number;
    lastAt?: number;

    /** @param header called for each new file: names may have changed meanwhile */
    constructor(
        private readonly header: () => readonly string[],
        private readonly rollBytes: number = ROLL_BYTES,
    ) {}

    /** As the setup page says it; when the card is full, the oldest row is dropped for a new one. */
    get status(): 'Success' | 'Card full' {
        return this.bytes >= this.capacity ? 'Card full' : 'Success';
    }

    /** Names of the files, oldest first. RMCU.CSV is among them if it has rows. */
    get names(): string[] {
        return this.files.map(({ name }) => name);
    }

    get bytes(): number {
        return this.files.reduce((sum, { bytes }) => sum + bytes, 0);
    }

    /** The text of a file; undefined if it is not there. RMCU.CSV is always there. */
    text(name: string): string | undefined {
        const file = this.files.find((each) => each.name === name);
        if (file) return file.header + file.rows.join('');
        return name === LOG_NAME ? line(this.header()) : undefined;
    }

    append({ at, fields }: LogRow): void {
        const row = line(fields);
        const file = this.current();
        this.makeRoom(Buffer.byteLength(row));
        file.rows.push(row);
        file.bytes += Buffer.byteLength(row);
        this.startedAt ??= at;
        this.lastAt = at;
        if (file.bytes >= this.rollBytes) file.name = `RMCU${String(++this.renamed).padStart(3, '0')}.CSV`;
    }

    /** Deletes all files. */
    clear(): void {
        this.files.length = 0;
        this.startedAt = this.lastAt = undefined;
    }

    /** The card holds no more than it holds now; false: 4 GB again. */
    fill(full: boolean): void {
        this.capacity = full ? this.bytes : CARD_BYTES;
    }

    private current(): LogFile {
        const last = this.files.at(-1);
        if (last?.name === LOG_NAME) return last;
        const header = line(this.header());
        const file = { name: LOG_NAME, header, rows: [], bytes: Buffer.byteLength(header) };
        this.files.push(file);
        return file;
    }

    private makeRoom(bytes: number): void {
        while (this.bytes + bytes > this.capacity) {
            const oldest = this.files.find((file) => file.rows.length > 0);
            const row = oldest?.rows.shift();
            if (!oldest || row === undefined) return;
            oldest.bytes -= Buffer.byteLength(row);
            if (oldest.rows.length === 0 && oldest.name !== LOG_NAME) this.files.splice(this.files.indexOf(oldest), 1);
        }
    }
}

function line(fields: readonly string[]): string {
    return stringify([[...fields]], { record_delimiter: 'windows' });
}
