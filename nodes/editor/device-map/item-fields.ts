import { shown } from '../../../lib/core/quote';
import { isPlain } from '../../../lib/protocols/device-map/map-fault';
import type { Places } from '../../../lib/protocols/device-map/places';
import { unwritable } from '../../../lib/protocols/device-map/raw-to-write';
import { placeOf, put, rename, setKind, type LooseItem } from './loose-map';
import { shownValue, statesText, typedNumber, typedRaw, typedRaws, typedStates } from './typed';

/** One field in the form of an item; its label is `map.field.<name>`, the texts of a choice `map.<name>.<value>`. */
export interface ItemField {
    name: string;
    /** Lines: a field of several lines. Target: the picker of targets. */
    type: 'text' | 'lines' | 'choice' | 'target';
    values?: readonly string[];
    /** Its share of the width, as CSS `flex`. */
    width: string;
    /** The line in which it stands; what is rarely wanted is below "more". */
    line: 'name' | 'place' | 'meaning' | 'rare';
    /** It says where the value is: what was read before is of another place. */
    isPlace?: boolean;
    isShown(item: LooseItem): boolean;
    /** What the field shows. */
    get(item: LooseItem): string;
    set(item: LooseItem, typed: string): void;
}

const TABLES = ['holding', 'input', 'coil', 'discrete'];
const TYPES = ['u16', 's16', 'u32', 's32', 'f32', 'text'];
const LONG = ['u32', 's32', 'f32'];
const DATES = ['', 'ymd', 'dmy', 'mdy'];

const NARROW = '0 1 104px';
const MEDIUM = '1 1 150px';
const WIDE = '4 1 240px';

const isKind = (kind: string) => (item: LooseItem) => item.kind === kind;
const always = () => true;
const isWord = (item: LooseItem) => !['coil', 'discrete'].includes(shown(placeOf(item).table));
const isRegister = (item: LooseItem) => 'register' in placeOf(item);

type Options = Partial<Pick<ItemField, 'width' | 'line' | 'isShown' | 'isPlace'>>;

/** A field for one key, of the item or of its place. */
function keyed(name: string, read: (typed: string) => unknown, options: Options = {}): ItemField {
    const { isPlace = false, width = NARROW, isShown = always, line = isPlace ? 'place' : 'meaning' } = options;
    const into = (item: LooseItem) => (isPlace ? placeOf(item) : item);
    return {
        name,
        type: 'text',
        width,
        line,
        isPlace,
        isShown,
        get: (item) => shownValue(into(item)[name]),
        set: (item, typed) => put(into(item), name, read(typed)),
    };
}

const plainText = (typed: string) => (typed.trim() === '' ? undefined : typed.trim());
/** Cards print an OID with a dot in front. */
const oid = (typed: string) => typed.trim().replace(/^\./, '');

const OBJECTS: readonly ItemField[] = [
    {
        name: 'place',
        type: 'choice',
        values: ['oid', 'column'],
        width: MEDIUM,
        line: 'place',
        isPlace: true,
        isShown: always,
        get: (item) => ('column' in placeOf(item) ? 'column' : 'oid'),
        set: asColumnOrObject,
    },
    keyed('oid', oid, { isPlace: true, width: WIDE, isShown: (item) => !('column' in placeOf(item)) }),
    keyed('column', oid, { isPlace: true, width: WIDE, isShown: (item) => 'column' in placeOf(item) }),
    keyed('row', (typed) => typed.trim(), { isPlace: true, isShown: (item) => 'column' in placeOf(item) }),
];

const REGISTERS: readonly ItemField[] = [
    {
        ...keyed('table', plainText, { isPlace: true, width: MEDIUM }),
        type: 'choice',
        values: TABLES,
        set(item, table) {
            placeOf(item).table = table;
            // Bits have none of these.
            if (!isWord(item)) for (const key of ['type', 'order', 'words', 'bit', 'char']) delete placeOf(item)[key];
        },
    },
    {
        ...keyed('register', typedNumber, { isPlace: true }),
        set: (item, typed) => void (placeOf(item).register = typedNumber(typed) ?? ''),
    },
    {
        ...keyed('type', plainText, { isPlace: true, width: MEDIUM, isShown: isWord }),
        type: 'choice',
        values: TYPES,
        get: (item) => shownValue(placeOf(item).type ?? 'u16'),
        set(item, type) {
            const at = placeOf(item);
            put(at, 'type', type === 'u16' ? undefined : type);
            if (!LONG.includes(type)) delete at.order;
            if (type === 'text') at.words ??= 8;
            else delete at.words;
        },
    },
    {
        ...keyed('order', plainText, {
            isPlace: true,
            width: MEDIUM,
            isShown: (item) => LONG.includes(shown(placeOf(item).type)),
        }),
        type: 'choice',
        values: ['big', 'little'],
        get: (item) => shownValue(placeOf(item).order ?? 'big'),
        set: (item, order) => put(placeOf(item), 'order', order === 'big' ? undefined : order),
    },
    keyed('words', typedNumber, { isPlace: true, isShown: (item) => placeOf(item).type === 'text' }),
    keyed('rows', typedNumber, { isPlace: true, line: 'rare' }),
    keyed('step', typedNumber, { isPlace: true, line: 'rare', isShown: (item) => placeOf(item).rows !== undefined }),
    keyed('first', typedNumber, { isPlace: true, line: 'rare', isShown: (item) => placeOf(item).rows !== undefined }),
];

const LABELS: readonly ItemField[] = [keyed('label', (typed) => typed.trim(), { isPlace: true, width: WIDE })];
const CODED = ['u8', 's8', 'u16', 's16', 'u32', 's32', 'f32', 'text'];
const isCoded =
    (...kinds: string[]) =>
    (item: LooseItem) =>
        kinds.includes(shown(placeOf(item).type));

const FRAMES: readonly ItemField[] = [
    keyed('frame', plainText, { isPlace: true, width: MEDIUM }),
    {
        ...keyed('byte', typedNumber, { isPlace: true }),
        get: (item) => shownValue(placeOf(item).offset),
        set: (item, typed) => void (placeOf(item).offset = typedNumber(typed) ?? ''),
    },
    {
        ...keyed('coded', plainText, { isPlace: true, width: MEDIUM }),
        type: 'choice',
        values: CODED,
        get: (item) => shownValue(placeOf(item).type ?? 'u8'),
        set(item, type) {
            const at = placeOf(item);
            at.type = type;
            if (['u8', 's8', 'text'].includes(type)) delete at.endian;
            if (type === 'text') at.length ??= 8;
            else delete at.length;
        },
    },
    {
        ...keyed('endian', plainText, {
            isPlace: true,
            width: MEDIUM,
            isShown: isCoded('u16', 's16', 'u32', 's32', 'f32'),
        }),
        type: 'choice',
        values: ['big', 'little'],
        get: (item) => shownValue(placeOf(item).endian ?? 'big'),
        set: (item, endian) => put(placeOf(item), 'endian', endian === 'big' ? undefined : endian),
    },
    keyed('length', typedNumber, { isPlace: true, isShown: isCoded('text') }),
];

const PLACES: Readonly<Record<Places, readonly ItemField[]>> = {
    objects: OBJECTS,
    registers: REGISTERS,
    labels: LABELS,
    frames: FRAMES,
};

const MEANING: readonly ItemField[] = [
    keyed('scale', typedNumber, { isShown: isKind('number') }),
    keyed('unit', plainText, { isShown: isKind('number') }),
    {
        ...keyed('states', typedStates, { width: WIDE, isShown: isKind('state') }),
        type: 'lines',
        get: ({ states }) => statesText(states),
    },
    writeField('on'),
    writeField('off'),
    keyed('offset', typedNumber, { line: 'rare', isShown: isKind('number') }),
    keyed('digits', typedNumber, { line: 'rare', isShown: isKind('number') }),
    keyed('min', typedNumber, { line: 'rare', isShown: isKind('number') }),
    keyed('max', typedNumber, { line: 'rare', isShown: isKind('number') }),
    keyed('absent', typedRaws, { line: 'rare', width: MEDIUM }),
    keyed('bit', typedNumber, { line: 'rare', isPlace: true, isShown: (item) => !isRegister(item) || isWord(item) }),
    keyed('char', typedNumber, { line: 'rare', isPlace: true, isShown: (item) => !isRegister(item) || isWord(item) }),
    {
        ...keyed('date', plainText, { line: 'rare', width: MEDIUM, isShown: isKind('text') }),
        type: 'choice',
        values: DATES,
    },
];

/** The fields of an item, in the order of the form. */
export function itemFields(places: Places): readonly ItemField[] {
    return [
        {
            ...keyed('id', plainText, { line: 'name', width: MEDIUM }),
            set: (item, typed) => rename(item, typed.trim()),
        },
        {
            ...keyed('kind', plainText, { line: 'name' }),
            type: 'choice',
            values: ['number', 'state', 'text'],
            set: setKind,
        },
        { ...keyed('to', plainText, { line: 'name', width: WIDE }), type: 'target' },
        ...PLACES[places],
        ...MEANING,
    ];
}

/** The raw value that switches an outlet on, or off. */
function writeField(which: 'on' | 'off'): ItemField {
    const valueOf = ({ write }: LooseItem) => (isPlain(write) ? write : {});
    return {
        name: `write-${which}`,
        type: 'text',
        width: MEDIUM,
        line: 'meaning',
        isShown: ({ to, at, write }) =>
            (shown(to).startsWith('outlet:') && unwritable(at) === undefined) || write !== undefined,
        get: (item) => shownValue(valueOf(item)[which]),
        set(item, typed) {
            const write: LooseItem = { ...valueOf(item) };
            put(write, which, typedRaw(typed));
            put(item, 'write', write.on === undefined && write.off === undefined ? undefined : write);
        },
    };
}

/** An object is a column with its row, and the other way round. */
function asColumnOrObject(item: LooseItem, place: string): void {
    const { oid: object, column, row, ...part } = placeOf(item);
    if (place === 'column') {
        const [, stem = '', last = ''] = /^(.*)\.(\d+)$/.exec(shownValue(object)) ?? [];
        item.at = { column: column ?? (stem || shownValue(object)), row: row ?? last, ...part };
    } else {
        const isRow = /^\d+(\.\d+)*$/.test(shownValue(row));
        item.at = { oid: object ?? shownValue(column) + (isRow ? `.${shownValue(row)}` : ''), ...part };
    }
}
