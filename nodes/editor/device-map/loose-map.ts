import { shown } from '../../../lib/core/quote';
import { checkItem } from '../../../lib/protocols/device-map/check-item';
import { Faults, isPlain, type MapFault } from '../../../lib/protocols/device-map/map-fault';
import type { Places } from '../../../lib/protocols/device-map/places';

/** An item while it is made: anything may be missing or wrong. */
export type LooseItem = Record<string, unknown>;

/** A map while it is made. What the dialog does not show, such as its commands, is kept. */
export interface LooseMap {
    [key: string]: unknown;
    items: LooseItem[];
}

/** A copy of a stored map that can be edited; an empty one if nothing is stored. */
export function looseMap(stored: unknown): LooseMap {
    const copy = isPlain(stored) ? (structuredClone(stored) as Record<string, unknown>) : {};
    const items = Array.isArray(copy.items) ? copy.items.filter(isPlain) : [];
    return { version: 1, id: '', name: '', judgedBy: '', ...copy, items };
}

/** A new item whose value is where that of the item before is, as far as that can be said. */
export function newItem(places: Places, before: LooseItem | undefined): LooseItem {
    return { id: '', at: newPlace(places, placeOf(before ?? {})), kind: 'number', to: '' };
}

function newPlace(places: Places, { table = 'holding', type, order, frame, endian }: LooseItem): LooseItem {
    switch (places) {
        case 'objects':
            return { oid: '' };
        case 'labels':
            return { label: '' };
        case 'registers':
            return { register: '', table, ...(type ? { type } : {}), ...(order ? { order } : {}) };
        case 'frames': {
            const coded = type === undefined || type === 'text' ? 'u8' : type;
            return { ...(frame ? { frame } : {}), offset: '', type: coded, ...(endian ? { endian } : {}) };
        }
    }
}

/** A copy under a name that no other item has. */
export function duplicate(item: LooseItem, items: readonly LooseItem[]): LooseItem {
    const taken = new Set(items.map(({ id }) => id));
    const stem = shown(item.id).replace(/ \d+$/, '');
    let number = 2;
    while (taken.has(`${stem} ${number}`)) number++;
    const copy = structuredClone(item);
    rename(copy, `${stem} ${number}`);
    return copy;
}

/** Gives an item a name; a channel of its former name, or no target at all, follows it. */
export function rename(item: LooseItem, id: string): void {
    if (!item.to || item.to === `channel:${shown(item.id)}`) item.to = id === '' ? '' : `channel:${id}`;
    item.id = id;
}

/** Where the value of an item is: the object in it, which is made if it is missing. */
export function placeOf(item: LooseItem): LooseItem {
    if (!isPlain(item.at)) item.at = {};
    return item.at as LooseItem;
}

/** Sets a key, or removes it. */
export function put(into: LooseItem, key: string, value: unknown): void {
    if (value === undefined) delete into[key];
    else into[key] = value;
}

const OF_KIND: Readonly<Record<string, readonly string[]>> = {
    number: ['scale', 'offset', 'digits', 'min', 'max'],
    state: ['states'],
    text: ['date'],
};

/** Changes the kind of an item. What only its former kind has would be a fault that nobody sees: it goes. */
export function setKind(item: LooseItem, kind: string): void {
    item.kind = kind;
    for (const [other, keys] of Object.entries(OF_KIND)) if (other !== kind) for (const key of keys) delete item[key];
}

/** The faults of each item, in its order. */
export function faultsOfItems(items: readonly LooseItem[]): MapFault[][] {
    const seen = new Set<unknown>();
    return items.map((item) => {
        const faults = new Faults();
        checkItem(item, faults);
        if (seen.has(item.id) && item.id !== '') faults.add('twice', { id: shown(item.id) });
        seen.add(item.id);
        return faults.all;
    });
}

/** So many characters of an OID are shown where there is little room: its end, in which it differs from others. */
const SHORT_OID = 15;

/** Where a value is, in a few characters: an OID, `column.*`, `holding 40 u32`, `status 6 u16`. @param short only the end of an OID */
export function placeText(item: LooseItem, short = false): string {
    const at = isPlain(item.at) ? item.at : {};
    const text = (value: unknown) => (value === undefined ? '' : shown(value));
    const part = at.bit !== undefined ? ` bit ${text(at.bit)}` : at.char !== undefined ? ` char ${text(at.char)}` : '';
    if ('register' in at)
        return (
            [text(at.table), text(at.register), text(at.type)].filter((each) => each !== '').join(' ') +
            (at.rows === undefined ? '' : ` × ${text(at.rows)}`) +
            part
        );
    if ('label' in at) return text(at.label);
    if ('offset' in at)
        return [text(at.frame), text(at.offset), text(at.type)].filter((each) => each !== '').join(' ') + part;
    const oid = 'column' in at ? `${text(at.column)}.${text(at.row)}` : text(at.oid);
    return (short ? endOf(oid) : oid) + part;
}

function endOf(oid: string): string {
    const parts = oid.split('.');
    let end = parts.pop() ?? '';
    while (parts.length > 0 && end.length + parts.at(-1)!.length < SHORT_OID) end = `${parts.pop()}.${end}`;
    return parts.length === 0 ? end : `…${end}`;
}
