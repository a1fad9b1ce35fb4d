import type { Clock } from '../../core/clock';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { Zone } from '../../core/schedules/local-time';
import { MOST_ITEMS, type MapItem } from '../device-map/device-map';
import { LabelledPage } from '../labelled-page/labelled-page';
import { linesOf, type Line } from '../measurement-csv/lines';
import { delimiterOf, fieldsOf, type Delimiter } from '../measurement-csv/rows';
import { formatFinder } from '../measurement-csv/time-format';
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
/** So much of a file, at its beginning and at its end, is looked at, bytes. */
const LOOKED_AT = 64 * 1024;

/** What a page shows beside its labels, or a log below its column names. @throws UpsError as the drivers; not-supported for SNMP, which has a MIB file */
export async function findValues(settings: DuracommSettings, clock: Clock, zone: Zone): Promise<FoundInDevice> {
    if (settings.way === 'page') {
        const page = LabelledPage.read(await statusPage(settings, clock).get());
        return { values: page.list().map(({ label, text }) => foundValue(label, text)) };
    }
    if (settings.way === 'csv') {
        const file = await logFiles(settings, clock).live();
        return columnsOf(file?.bytes ?? new Uint8Array(), zone);
    }
    throw new UpsError('not-supported', { device: settings.host, command: 'find' });
}

/** The header is the first line with most fields: a line above it has the name of the site. [inferred] Of a long file, beginning and end are looked at. */
function columnsOf(bytes: Uint8Array, zone: Zone): FoundInDevice {
    const above = firstLines(bytes).map((line) => ({ line, fields: fieldsIn(line.text, delimiterOf(line.text)) }));
    const most = Math.max(0, ...above.map(({ fields }) => fields.length));
    const header = above.find(({ fields }) => fields.length === most);
    if (!header || most < 2) throw new UpsError('file-refused', { fault: 'noHeader', reason: said('log.noHeader') });
    const delimiter = delimiterOf(header.line.text);
    const rows = lastLines(bytes, header.line)
        .map(({ text }) => fieldsIn(text, delimiter))
        .filter(({ length }) => length === most);
    const names = header.fields.slice(0, MOST_ITEMS);
    const last = rows.at(-1) ?? [];
    const formatsOf = formatFinder(zone);
    return {
        values: names.flatMap((name, index) => (name === '' ? [] : [foundValue(name, last[index] ?? '')])),
        columns: names.map((name, index) => ({ name, formats: formatsOf(rows.map((row) => row[index]!)) })),
    };
}

/** Lines above the first row, and those around it; empty ones are left out. */
function firstLines(bytes: Uint8Array): Line[] {
    const lines: Line[] = [];
    for (const line of linesOf(bytes)) {
        if (line.text.trim() !== '') lines.push(line);
        if (lines.length === LINES_ABOVE || line.start > LOOKED_AT) break;
    }
    return lines;
}

/** The last lines behind a header. */
function lastLines(bytes: Uint8Array, { end, number }: Line): Line[] {
    const begin = bytes.length - LOOKED_AT;
    const isLong = begin > end;
    // Characters may have two bytes. The first of these lines may be half a one.
    const from = isLong ? { byte: begin - (begin % 2), number: 1 } : { byte: end, number: number + 1 };
    const lines = [...linesOf(bytes, from)].slice(isLong ? 1 : 0);
    return lines.filter(({ text }) => text.trim() !== '').slice(-ROWS);
}

function fieldsIn(text: string, delimiter: Delimiter): string[] {
    return fieldsOf(text, delimiter)?.map((field) => field.trim()) ?? [];
}

function foundValue(label: string, raw: string): FoundValue {
    const quantity = quantityOf(raw);
    const item = { id: label, at: { label }, to: `channel:${label}` };
    if (!quantity) return { item: { ...item, kind: 'text' }, raw };
    const { unit } = quantity;
    return { item: { ...item, kind: 'number', ...(unit && unit.length <= 16 ? { unit } : {}) }, raw };
}
