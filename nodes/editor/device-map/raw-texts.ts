import type { RawItem } from '../../../lib/core/driver';
import type { MapItem } from '../../../lib/protocols/device-map/device-map';
import { itemValue, unitOfValue } from '../../../lib/protocols/device-map/item-value';
import type { RawValue } from '../../../lib/protocols/device-map/raw-value';
import { parseTarget } from '../../../lib/protocols/device-map/targets';
import { t } from '../texts';
import type { LooseItem } from './loose-map';

/** So many rows of a table are shown. */
const MOST_ROWS = 3;
const LONGEST = 60;

/** What was read for an item, as the device told it. */
export function rawText(found: RawItem | null): string {
    if (found === null) return '';
    if (!('rows' in found)) return oneRaw(found.raw);
    const { rows } = found;
    if (rows.length === 0) return t('map.noRows');
    const some = rows.slice(0, MOST_ROWS).map(({ raw }) => oneRaw(raw));
    return t('map.rows', { rows: rows.length, values: some.join(', ') + (rows.length > MOST_ROWS ? ', …' : '') });
}

function oneRaw(raw: RawValue): string {
    if (raw === undefined) return t('map.notThere');
    if (raw === null) return t('map.null');
    if (typeof raw === 'number') return String(raw);
    return raw.trim() === '' ? t('map.blank') : cut(raw);
}

/** What the map makes of it, with its unit. @param item without faults */
export function valueText(item: LooseItem, found: RawItem | null): string {
    if (found === null) return '';
    const valid = item as unknown as MapItem;
    const target = parseTarget(valid.to);
    if (!target) return '';
    const unit = unitOfValue(valid, target) ?? '';
    const one = (raw: RawValue) => {
        const value = itemValue(valid, raw, target);
        if (value === undefined) return t('map.unknown');
        if (typeof value === 'number') return unit === '' ? String(value) : `${value} ${unit}`;
        return value === '' ? '–' : cut(value);
    };
    if (!('rows' in found)) return one(found.raw);
    const some = found.rows.slice(0, MOST_ROWS).map(({ raw }) => one(raw));
    return some.join(', ') + (found.rows.length > MOST_ROWS ? ', …' : '');
}

function cut(text: string): string {
    return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
