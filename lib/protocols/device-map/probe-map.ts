import { checkPlace } from './check-place';
import { hasRows, MOST_ITEMS, type DeviceMap, type MapItem } from './device-map';
import { Faults, isPlain } from './map-fault';

/**
 * A map that reads the places of an unfinished one, and nothing else of it: who makes a map wants to see what the device tells before he knows what
 * it means. Its items have the numbers of the given ones, from 0, as ids; an item without a valid place is left out.
 * @returns undefined if there is no place to read
 */
export function probeMap(unfinished: unknown): DeviceMap | undefined {
    const given = isPlain(unfinished) && Array.isArray(unfinished.items) ? (unfinished.items as unknown[]) : [];
    const items = given.slice(0, MOST_ITEMS).flatMap((item, index): MapItem[] => {
        const faults = new Faults();
        const at = isPlain(item) ? item.at : undefined;
        checkPlace(at, faults);
        if (faults.all.length > 0) return [];
        const place = at as MapItem['at'];
        const isWhole = hasRows(place);
        return [{ id: String(index), at: place, kind: 'text', to: `channel:${index}${isWhole ? ' *' : ''}` }];
    });
    return items.length === 0 ? undefined : { version: 1, id: 'probe', name: 'probe', judgedBy: 'probe', items };
}
