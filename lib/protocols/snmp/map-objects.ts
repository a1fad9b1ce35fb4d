import type { ColumnPlace, DeviceMap, ObjectPlace, Place } from '../device-map/device-map';
import { isSlow, parseTarget, takesRows } from '../device-map/targets';

/** The objects of a map, by how often they are read. */
export interface MapObjects {
    /** Read at every poll: all that events are decided on, and live values. */
    fast: string[];
    /** Read once a minute. */
    slow: string[];
    /** Columns with all rows: found once a minute; the cells of the fast ones are read at every poll. */
    fastColumns: string[];
    slowColumns: string[];
    /** Columns whose rows come and go, such as a table of alarms: walked at every poll. */
    lists: string[];
}

const MIB_2 = '1.3.6.1.2.1.';

export function objectsOf({ items }: DeviceMap): MapObjects {
    const sets = { fast: new Set<string>(), slow: new Set<string>() };
    const columns = { fast: new Set<string>(), slow: new Set<string>() };
    const lists = new Set<string>();
    for (const item of items) {
        const target = parseTarget(item.to);
        const { at } = item;
        if (!target || !isObject(at)) continue;
        const pace = isSlow(target) ? 'slow' : 'fast';
        if (!('column' in at) || at.row !== '*') sets[pace].add(oidOf(at));
        else if (target.type === 'alarms') lists.add(at.column);
        else if (takesRows(target)) columns[pace].add(at.column);
        const condition = item.when?.at;
        if (condition === undefined || !isObject(condition)) continue;
        if ('column' in condition && condition.row === '*') columns[pace].add(condition.column);
        else sets[pace].add(oidOf(condition));
    }
    const without = (one: Set<string>, other: Set<string>) => [...one].filter((oid) => !other.has(oid));
    return {
        // Objects of RFC 1628, which a community may not see, come last: a request that is dropped for them is not the first.
        fast: [...sets.fast].sort((a, b) => Number(a.startsWith(MIB_2)) - Number(b.startsWith(MIB_2))),
        slow: without(sets.slow, sets.fast),
        fastColumns: [...columns.fast],
        slowColumns: without(columns.slow, columns.fast),
        lists: [...lists],
    };
}

/** The OID with its instance. */
export function oidOf(at: ObjectPlace | ColumnPlace): string {
    return 'oid' in at ? at.oid : `${at.column}.${at.row}`;
}

function isObject(at: Place): at is ObjectPlace | ColumnPlace {
    return 'oid' in at || 'column' in at;
}
