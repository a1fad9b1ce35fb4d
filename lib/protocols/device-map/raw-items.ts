import type { RawItem } from '../../core/driver';
import type { RawReading } from './decode';
import { hasRows, type DeviceMap } from './device-map';

/** What a reading holds for each item of a map, before the map gives it a meaning. By the ids of the items. */
export function rawItemsOf({ items }: DeviceMap, reading: RawReading): Record<string, RawItem> {
    return Object.fromEntries(
        items.map(({ id, at }): [string, RawItem] => {
            if (!hasRows(at)) return [id, { raw: reading.at(at) }];
            return [id, { rows: (reading.rows(at) ?? []).map(({ row, value }) => ({ row, raw: value })) }];
        }),
    );
}
