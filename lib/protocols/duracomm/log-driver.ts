import type { Clock } from '../../core/clock';
import { commandName, type CommandResult, type RawItem, type UpsCommand } from '../../core/driver';
import { asUpsError, UpsError } from '../../core/errors';
import { said, type Sentence } from '../../core/language/sentence';
import type { Zone } from '../../core/schedules/local-time';
import type { PartialStatus } from '../../core/status/status';
import { decodeMap, saysAnything } from '../device-map/decode';
import type { DeviceMap } from '../device-map/device-map';
import { channelStates } from '../device-map/channel-states';
import { rawItemsOf } from '../device-map/raw-items';
import type { CsvMapping } from '../measurement-csv/columns';
import { readMeasurements, type LogReading, type LogRow } from '../measurement-csv/measurement-csv';
import { positionFrom, type LogPosition } from '../measurement-csv/position';
import { PollingDriver } from '../shared/polling-driver';
import { expectedUnits, RowReading, type ExpectedUnits } from './label-reading';
import type { LogFile, LogFiles } from './log-files';

export interface LogDriverOptions {
    clock: Clock;
    intervalMs: number;
    files: LogFiles;
    map: DeviceMap;
    time: CsvMapping['time'];
    /** The column with the name of the site. */
    site?: string;
    /** Whose wall clock the times of the file are. */
    zone: Zone;
    /** Shows the last row however old it is, as somebody who tries the settings wants to see it. */
    takesOldRows?: boolean;
    /**
     * Keeps rows of the past in the history, each with its own time; a row that is in it already is not kept again. Resolves when they are on the
     * disk.
     */
    keepRows?(rows: readonly PartialStatus[]): Promise<void>;
    /** Receives what does not stop the reading: damaged rows, missing columns. */
    warn?(error: UpsError): void;
}

/** JSON, for the next process. */
interface LogMemory {
    position: LogPosition;
    /** The last row: it is the present reading, and goes into the history when the next one comes. */
    last?: LogRow;
}

/** So many polls without a new row, and the log counts as silent: the device adds a row in each. */
const POLLS_TO_SILENCE = 2.5;
/** So many rows are read by the map without a pause. */
const ROWS_IN_A_TURN = 200;

/**
 * A device read by the log that it keeps (RMCU manual, "Logging"). Each row is read once. The last is the present reading; all others are history. A row is
 * present if it appeared between two looks at the file that the device writes, behind the rows that stood there, or if it is young by our clock; an
 * old one decides nothing, and rows of all other files are of the past.
 */
export class LogDriver extends PollingDriver {
    private memory: LogMemory = { position: positionFrom(undefined) };
    /** Clock.monotonic() when a present row was seen last; undefined: not yet. */
    private seenAt: number | undefined;
    /** Clock.monotonic() when the file that the device writes was looked at last. */
    private lookedAt = -Infinity;
    private liveName: string | undefined;
    /** The last row appeared between two looks at the same file. */
    private isYoung = false;
    /** The file does not go on where it was left, and that was told. */
    private broken = false;
    /** Clock.monotonic() from which on files of the past are read; Infinity: all have been. */
    private pastDue = Infinity;
    private pastFault: string | undefined;
    /** The last row is new, and has not been told yet. */
    private untold = false;
    private missing = '';
    private reading = new RowReading({});
    private readonly units: ExpectedUnits;

    constructor(private readonly options: LogDriverOptions) {
        super(options);
        this.units = expectedUnits(options.map);
    }

    supports(): boolean {
        return false;
    }

    execute(command: UpsCommand): Promise<CommandResult> {
        const device = this.options.files.place;
        return Promise.reject(new UpsError('not-supported', { device, command: commandName(command) }));
    }

    channelStates(name: string): string[] | undefined {
        return channelStates(this.options.map, name);
    }

    rawItems(): Record<string, RawItem> {
        return rawItemsOf(this.options.map, this.reading);
    }

    protected override prepare(): void {
        const kept = this.events?.memory?.get() as Partial<LogMemory> | null | undefined;
        this.memory = { position: positionFrom(kept?.position), ...(kept?.last ? { last: kept.last } : {}) };
    }

    protected release(): void {
        this.options.files.close();
    }

    protected async read(): Promise<PartialStatus | undefined> {
        const { clock, files } = this.options;
        // Also if the live file cannot be read.
        this.pastDue = clock.monotonic();
        await this.readLive();
        if (this.stopping) return undefined;
        const hasNew = this.untold;
        this.untold = false;
        const { last } = this.memory;
        const isPresent = last !== undefined && this.isPresent(last, hasNew);
        if (last && isPresent && (hasNew || this.seenAt === undefined)) {
            this.seenAt = clock.monotonic();
            return this.present(last);
        }
        if (this.seenAt !== undefined && clock.monotonic() - this.seenAt <= this.silenceMs) return undefined;
        const reason = last ? said('log.old', { time: { date: last.at } }) : said('log.noRow');
        throw new UpsError('device-silent', { host: files.place, reason });
    }

    protected override failureOf(error: unknown): UpsError {
        return asUpsError(error, 'device-silent', { host: this.options.files.place });
    }

    private get silenceMs(): number {
        return POLLS_TO_SILENCE * this.options.intervalMs;
    }

    private isPresent({ at }: LogRow, isNew: boolean): boolean {
        const { clock, takesOldRows = false } = this.options;
        return takesOldRows || (isNew && this.isYoung) || Math.abs(clock.now() - at) <= this.silenceMs;
    }

    private present(row: LogRow): PartialStatus {
        this.reading = new RowReading(row.values, this.units);
        const status = this.statusOf(row);
        if (saysAnything(status)) return status;
        throw new UpsError('device-refused', { host: this.options.files.place, reason: said('log.noColumn') });
    }

    private statusOf({ at, values, site }: LogRow): PartialStatus {
        const status = decodeMap(this.options.map, new RowReading(values, this.units), at);
        return site === undefined ? status : { ...status, identity: { name: site, ...status.identity } };
    }

    /** Looks at the file that the device writes; its last row may be the present. */
    private async readLive(): Promise<void> {
        const { clock, files } = this.options;
        const now = clock.monotonic();
        const isRecent = now - this.lookedAt <= this.silenceMs;
        const file = await files.live();
        if (file) {
            const { live } = this.memory.position;
            const { behind, broken } = await this.readFile(file, true);
            file.done();
            const last = this.memory.last?.at ?? 0;
            // In a new file by its own times: they go on where the other one ended.
            const goesOn = !broken || (live !== undefined && last - live.at <= this.silenceMs);
            this.isYoung = behind > 0 && goesOn && isRecent && file.name === this.liveName;
            this.liveName = file.name;
            if (broken && !this.broken && !files.findsRenamed) this.tell(said('log.broken', { place: files.place }));
            this.broken = broken;
        }
        this.lookedAt = now;
    }

    /** One file of the past after the other, while nothing else is to be done. What cannot be used is told, and left alone until it changes. */
    protected override async background(): Promise<boolean> {
        let file: LogFile | undefined;
        try {
            file = await this.options.files.past();
            if (file) await this.readFile(file, false);
            file?.done();
            this.pastFault = undefined;
            if (!file) this.pastDue = Infinity;
        } catch (error) {
            const failure = this.failureOf(error);
            const isUseless = failure.code === 'file-refused';
            if (isUseless) file?.done();
            else this.pastDue = Infinity;
            // It is tried again at the next look, and told once.
            if (failure.code !== 'interrupted' && (isUseless || failure.message !== this.pastFault))
                this.warnOf(failure);
            if (!isUseless) this.pastFault = failure.message;
        }
        return this.pastDue !== Infinity && !this.stopping;
    }

    protected override backgroundDue(): number {
        return this.pastDue;
    }

    /**
     * Reads the rows of one file that were not read before. They are kept before it is noted that they were read: a kill between the two reads them once
     * more. All rows are history, but the last of the file that the device writes.
     */
    private async readFile({ bytes }: LogFile, isLive: boolean): Promise<LogReading> {
        const { files, zone } = this.options;
        const { position } = this.memory;
        let { last } = this.memory;
        const take = async (rows: readonly LogRow[]) => {
            if (!isLive) return this.keep(rows);
            // What is the last row so far goes into the history when the next one comes.
            const past = [...(last ? [last] : []), ...rows];
            last = past.pop();
            await this.keep(past);
        };
        const pause = () => this.giveTurn();
        const read = await readMeasurements(bytes, this.mapping, { zone, position, isLive, take, pause });
        this.tellMissing(read.missing);
        this.note({ position: read.position, ...(last ? { last } : {}) }, read.bad.count > 0);
        const { count, first } = read.bad;
        if (first) this.tell(said('log.bad', { place: files.place, count, first }));
        return read;
    }

    /** @param isNews apart from what was read: without any, a position need not be on the disk */
    private note(memory: LogMemory, isNews: boolean): void {
        const hasNew = memory.last !== this.memory.last;
        const isRead = memory.position.known !== this.memory.position.known;
        this.memory = memory;
        this.untold ||= hasNew;
        if (hasNew || isRead || isNews) this.events?.memory?.keep(structuredClone(memory));
    }

    /** Others have their turn in between: after a long time without us, there may be years of rows. */
    private async keep(past: readonly LogRow[]): Promise<void> {
        const { keepRows } = this.options;
        if (!keepRows || past.length === 0) return;
        const statuses: PartialStatus[] = [];
        for (const [index, row] of past.entries()) {
            const status = this.statusOf(row);
            if (saysAnything(status)) statuses.push(status);
            if (index % ROWS_IN_A_TURN === ROWS_IN_A_TURN - 1) await this.giveTurn();
        }
        await keepRows(statuses);
    }

    /** @throws UpsError interrupted, when it was stopped meanwhile: what has been read is read once more */
    private async giveTurn(): Promise<void> {
        await new Promise((resolve) => setImmediate(resolve));
        if (this.stopping) throw new UpsError('interrupted');
    }

    private get mapping(): CsvMapping {
        const { map, time, site } = this.options;
        const columns = new Map<string, 'number' | 'text'>();
        for (const { at, kind } of map.items) {
            if (!('label' in at)) continue;
            const isNumber = kind === 'number' && columns.get(at.label) !== 'text';
            columns.set(at.label, isNumber ? 'number' : 'text');
        }
        return { time, ...(site ? { site } : {}), columns: [...columns].map(([label, kind]) => ({ label, kind })) };
    }

    private tellMissing(missing: readonly string[]): void {
        const now = missing.join('\n');
        if (now !== '' && now !== this.missing)
            this.tell(said('log.missing', { place: this.options.files.place, columns: { list: [...missing] } }));
        this.missing = now;
    }

    private tell(sentence: Sentence): void {
        this.warnOf(new UpsError('protocol', { reason: sentence, sentence }));
    }

    private warnOf(error: UpsError): void {
        this.options.warn?.(error);
    }
}
