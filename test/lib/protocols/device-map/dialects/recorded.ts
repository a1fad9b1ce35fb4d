import { join } from 'node:path';
import type { RawReading } from '../../../../../lib/protocols/device-map/decode';
import type { ColumnPlace } from '../../../../../lib/protocols/device-map/device-map';
import type { RawValue } from '../../../../../lib/protocols/device-map/raw-value';
import { readRecording } from '../../../../support/snmp-memory';

export const FOLDER = join(__dirname, '../../../../../../shared/recordings/snmp-dialects');

/** The objects of a recording, with other values; undefined: the device does not have it. */
export function objectsOf(recording: string | undefined, values: Record<string, RawValue> = {}): Map<string, RawValue> {
    const objects = new Map<string, RawValue>(recording ? readRecording(join(FOLDER, `${recording}.snmprec`)) : []);
    for (const [oid, value] of Object.entries(values)) objects.set(oid, value);
    return new Map([...objects].filter(([, value]) => value !== undefined));
}

/** A reading of all objects, as the card reader gives it: a column that has no rows was read, too. */
export function readingOf(objects: ReadonlyMap<string, RawValue>): RawReading {
    const order = (row: string) => row.split('.').map(Number);
    return {
        at: (place) => {
            if ('oid' in place) return objects.get(place.oid);
            return 'column' in place ? objects.get(`${place.column}.${place.row}`) : undefined;
        },
        rows: ({ column }: ColumnPlace) =>
            [...objects]
                .filter(([oid]) => oid.startsWith(`${column}.`))
                .map(([oid, value]) => ({ row: oid.slice(column.length + 1), value }))
                .sort((a, b) => {
                    const [x, y] = [order(a.row), order(b.row)];
                    const index = x.findIndex((part, i) => part !== y[i]);
                    return index < 0 ? 0 : x[index]! - (y[index] ?? -1);
                }),
    };
}
