import type { CsvMapping } from '../../../../lib/protocols/measurement-csv/columns';
import {
    readMeasurements,
    type LogOptions,
    type LogReading,
    type LogRow,
} from '../../../../lib/protocols/measurement-csv/measurement-csv';

/** Reads a file with all its new rows together. */
export async function readAll(
    bytes: Uint8Array,
    mapping: CsvMapping,
    options: Omit<LogOptions, 'take'>,
): Promise<LogReading & { rows: LogRow[] }> {
    const rows: LogRow[] = [];
    const reading = await readMeasurements(bytes, mapping, { ...options, take: (some) => void rows.push(...some) });
    return { ...reading, rows };
}
