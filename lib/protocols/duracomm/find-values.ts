import type { Clock } from '../../core/clock';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { Zone } from '../../core/schedules/local-time';
import type { MapItem } from '../device-map/device-map';
import { LabelledPage } from '../labelled-page/labelled-page';
import { linesOf } from '../measurement-csv/lines';
import { delimiterOf, fieldsOf } from '../measurement-csv/rows';
import { fittingFormats } from '../measurement-csv/time-format';
import { quantityOf } from '../../core/units/value-text';
import { logFiles, statusPage, type DuracommSettings } from './sources';

/** A value that the device has, as an item of a map that a person may take: all of it is a proposal. */
export interface FoundValue {
    item: MapItem;
    /** As the device tells it now. */
    raw: string;
}

export interface FoundInDevice {
    values: FoundValue[];
    /** Of a log: the columns of its header, and the forms that all the times in each have. */
    columns?: { name: string; formats: string[] }[];
}

/** So many last rows are looked at for the form of their times. */
const ROWS = 50;
const LINES_ABOVE = 50;

/** What a page shows beside its labels, or a log below its column names. @throws UpsError as the drivers; not-supported for SNMP, which has a MIB file */
export async function findValues(settings: DuracommSettings, clock: Clock, zone: Zone): Promise<FoundInDevice> {
    if (settings.way === 'page') {
        const page = LabelledPage.read(await statusPage(settings, clock).get());
        return { values: page.list().map(({ label, text }) => foundValue(label, text)) };
    }
    if (settings.way === 'csv') {
        const files = await logFiles(settings, clock).read();
        return columnsOf(files.at(-1) ?? new Uint8Array(), zone);
    }
    throw new UpsError('not-supported', { device: settings.host, command: 'find' });
}

/** The header is the first line with most fields: a line above it has the name of the site. [inferred] */
function columnsOf(bytes: Uint8Array, zone: Zone): FoundInDevice {
    const lines = [...linesOf(bytes)].map(({ text }) => text).filter((text) => text.trim() !== '');
    const above = lines.slice(0, LINES_ABOVE).map((text) => fieldsOf(text, delimiterOf(text)) ?? []);
    const most = Math.max(0, ...above.map(({ length }) => length));
    const header = above.findIndex(({ length }) => length === most);
    if (most < 2) throw new UpsError('file-refused', { fault: 'noHeader', reason: said('log.noHeader') });
    const delimiter = delimiterOf(lines[header]!);
    const rows = lines
        .slice(header + 1)
        .slice(-ROWS)
        .flatMap((text) => {
            const fields = fieldsOf(text, delimiter);
            return fields?.length === most ? [fields] : [];
        });
    const names = above[header]!;
    const last = rows.at(-1) ?? [];
    return {
        values: names.flatMap((name, index) => (name === '' ? [] : [foundValue(name, last[index] ?? '')])),
        columns: names.map((name, index) => ({
            name,
            formats: fittingFormats(
                rows.map((row) => row[index]!),
                zone,
            ),
        })),
    };
}

function foundValue(label: string, raw: string): FoundValue {
    const quantity = quantityOf(raw);
    const item = { id: label, at: { label }, to: `channel:${label}` };
    if (!quantity) return { item: { ...item, kind: 'text' }, raw };
    const { unit } = quantity;
    return { item: { ...item, kind: 'number', ...(unit && unit.length <= 16 ? { unit } : {}) }, raw };
}
