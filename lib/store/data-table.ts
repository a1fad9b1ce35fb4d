import type { UpsStatus } from '../core/status/status';
import { csv, csvInPages, isoWithZone, type CsvColumn } from './csv';
import type { Access } from './database';
import { fromJson, toJson } from './message-json';
import { DEFAULT_LIMIT, PRUNE_STEP } from './log-table';
import { where } from './log-query';

/** Times in epoch ms, both inclusive; without `limit`, the newest 1000 rows. */
export interface DataQuery {
    sourceId?: string;
    from?: number;
    to?: number;
    limit?: number;
    beforeId?: number;
}

/** One row of the data log: the readings, without identity and settings, which do not change. */
export interface DataEntry {
    id: number;
    /** Time of the reading, epoch ms */
    at: number;
    sourceId: string;
    name: string;
    status: UpsStatus;
}

const PRUNE_EVERY = 64;

export class DataTable {
    private appended = 0;

    constructor(
        private readonly db: Access,
        private readonly maxRows: number,
    ) {}

    append(sourceId: string, name: string, status: UpsStatus): void {
        const { settings: _settings, ...readings } = status;
        const kept = toJson({ ...readings, identity: {} });
        const { id } = this.db.write('INSERT INTO data (at, source_id, name, status) VALUES (?, ?, ?, ?)', [
            status.time,
            sourceId,
            name,
            kept,
        ]);
        if (++this.appended % PRUNE_EVERY === 0) this.prune(id - this.maxRows);
    }

    /** Deletes at most one step of the rows up to `lastId`. */
    private prune(lastId: number): void {
        if (lastId <= 0) return;
        const oldest = 'SELECT id FROM data WHERE id <= ? ORDER BY id LIMIT ?';
        this.db.write(`DELETE FROM data WHERE id IN (${oldest})`, [lastId, PRUNE_STEP]);
    }

    /** Newest first. */
    entries({ sourceId, from, to, limit = DEFAULT_LIMIT, beforeId }: DataQuery = {}): DataEntry[] {
        const { sql, values } = where([
            ['source_id = ?', sourceId],
            ['at >= ?', from],
            ['at <= ?', to],
            ['id < ?', beforeId],
        ]);
        return this.db
            .all(`SELECT * FROM data WHERE ${sql} ORDER BY id DESC LIMIT ?`, [...values, limit])
            .flatMap((row) => {
                const status = fromJson(row.status) as UpsStatus | undefined;
                if (!status?.battery) return [];
                const { id, at, source_id: source, name } = row;
                return [{ id: Number(id), at: Number(at), sourceId: String(source), name: String(name), status }];
            });
    }

    /** As `entries`, as RFC 4180 text, oldest first. Units: V, A, W, Hz, %, °C, minutes, seconds. */
    csv(query: DataQuery = {}): string {
        return csv(this.entries({ limit: -1, ...query }).reverse(), COLUMNS);
    }

    /** As `csv`, without blocking the process: for whole logs. */
    csvInPages(query: DataQuery = {}): Promise<string> {
        const page = (limit: number, last: DataEntry | undefined) =>
            this.entries({ ...query, limit, beforeId: last?.id ?? query.beforeId });
        return csvInPages(page, query.limit ?? -1, COLUMNS);
    }
}

const PHASES = [0, 1, 2] as const;

/** Stable: columns are only ever added at the end. */
const COLUMNS: readonly CsvColumn<DataEntry>[] = [
    { header: 'time', value: ({ at }) => isoWithZone(at) },
    { header: 'ups', value: ({ name }) => name },
    { header: 'upsId', value: ({ sourceId }) => sourceId },
    { header: 'outputSource', value: ({ status }) => status.output.source },
    { header: 'batteryState', value: ({ status }) => status.battery.state },
    { header: 'chargePercent', value: ({ status }) => status.battery.chargePercent },
    { header: 'minutesRemaining', value: ({ status }) => status.battery.minutesRemaining },
    { header: 'derivedMinutesRemaining', value: ({ status }) => status.derived.minutesRemaining },
    { header: 'secondsOnBattery', value: ({ status }) => status.derived.secondsOnBattery },
    { header: 'batteryVoltage', value: ({ status }) => status.battery.voltage },
    { header: 'batteryCurrent', value: ({ status }) => status.battery.current },
    { header: 'batteryTemperature', value: ({ status }) => status.battery.temperature },
    ...PHASES.flatMap((phase): CsvColumn<DataEntry>[] => [
        { header: `inputVoltage${phase + 1}`, value: ({ status }) => status.input.lines[phase]?.voltage },
        { header: `inputFrequency${phase + 1}`, value: ({ status }) => status.input.lines[phase]?.frequency },
    ]),
    { header: 'outputFrequency', value: ({ status }) => status.output.frequency },
    ...PHASES.flatMap((phase): CsvColumn<DataEntry>[] => [
        { header: `outputVoltage${phase + 1}`, value: ({ status }) => status.output.lines[phase]?.voltage },
        { header: `outputCurrent${phase + 1}`, value: ({ status }) => status.output.lines[phase]?.current },
        { header: `outputPower${phase + 1}`, value: ({ status }) => status.output.lines[phase]?.power },
        { header: `load${phase + 1}`, value: ({ status }) => status.output.lines[phase]?.load },
    ]),
    { header: 'environmentTemperature', value: ({ status }) => status.environment?.temperature },
    { header: 'environmentHumidity', value: ({ status }) => status.environment?.humidity },
    { header: 'alarms', value: ({ status }) => status.alarms?.join(' ') },
];
