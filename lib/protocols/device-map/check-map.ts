import { isTooDeep } from '../../core/depth';
import { said, type Sentence } from '../../core/language/sentence';
import { quoted, shown } from '../../core/quote';
import { alikeAnswers } from './alike-answers';
import { checkCommands } from './check-commands';
import { checkCommandFrames, checkItemFrames } from './check-frame-use';
import { checkFrames } from './check-frames';
import { checkItem } from './check-item';
import { MOST_BYTES, MOST_ITEMS, MOST_ROWS, type DeviceMap } from './device-map';
import { isPlain, Faults, type MapFault } from './map-fault';

export type { MapFault } from './map-fault';

/** A map that was read, with what people should know of it; or all that is wrong with it. */
export type ReadMap =
    | { map: DeviceMap; faults?: undefined; warnings: readonly MapFault[] }
    | { map?: undefined; faults: readonly MapFault[] };

const ID = /^[a-z][a-z\d-]{0,63}$/;
const OID_PREFIX = /^\d+(\.\d+){3,}$/;
const KEYS: ReadonlySet<string> = new Set([
    'version',
    'id',
    'name',
    'judgedBy',
    'agents',
    'probes',
    'frames',
    'items',
    'commands',
]);

/** Reads a map from JSON text, and checks it whole. A map with one fault is not used at all. */
export function readMap(text: string): ReadMap {
    if (bytesOf(text) > MOST_BYTES) return { faults: [{ rule: 'tooLong', data: { most: MOST_BYTES / 1024 } }] };
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch (error) {
        return { faults: [{ rule: 'noJson', data: { reason: (error as Error).message } }] };
    }
    return checkMap(value);
}

/** Reads a map that a flow holds: an object, or its text. The limits are those of a file. */
export function readStoredMap(stored: unknown): ReadMap {
    if (typeof stored === 'string') return readMap(stored);
    if (!isPlain(stored)) return { faults: [{ rule: 'noMap' }] };
    return isTooDeep(stored) ? { faults: [{ rule: 'tooDeep' }] } : readMap(JSON.stringify(stored));
}

/** Its length in UTF-8; a text that is far too long is not counted to its end. */
function bytesOf(text: string): number {
    if (text.length > MOST_BYTES) return text.length;
    let bytes = 0;
    for (const character of text) {
        const code = character.codePointAt(0)!;
        bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    }
    return bytes;
}

/** Checks a map whole: each fault names its item. */
export function checkMap(value: unknown): ReadMap {
    const faults = new Faults();
    if (!isPlain(value)) return { faults: [{ rule: 'noMap' }] };
    if (isTooDeep(value)) return { faults: [{ rule: 'tooDeep' }] };
    // Of a later version nothing can be told but that it is later.
    if (value.version !== 1) return { faults: [{ rule: 'version', data: { value: shown(value.version) } }] };
    faults.unknownKeys(value, KEYS);
    if (typeof value.id !== 'string' || !ID.test(value.id)) faults.add('id', { value: shown(value.id ?? '') });
    for (const key of ['name', 'judgedBy'] as const)
        if (typeof value[key] !== 'string' || !value[key].trim()) faults.add('text', { key });
    for (const key of ['agents', 'probes'] as const) checkOids(value[key], key, faults);
    const { items } = value;
    if (!Array.isArray(items) || items.length === 0) faults.add('noItems');
    else if (items.length > MOST_ITEMS) faults.add('tooMany', { count: items.length, most: MOST_ITEMS });
    else checkItems(items, value.frames, faults);
    if (value.frames !== undefined) checkFrames(value.frames, faults);
    if (value.commands !== undefined) checkCommands(value.commands, items, faults);
    checkCommandFrames(value.commands, value.frames, faults);
    if (faults.all.length > 0) return { faults: faults.all };
    const map = whole(value as unknown as DeviceMap);
    return { map, warnings: warningsOf(map) };
}

function warningsOf(map: DeviceMap): MapFault[] {
    const alike = alikeAnswers(map);
    return alike ? [{ rule: 'alike', data: { one: quoted(alike[0]), other: quoted(alike[1]) } }] : [];
}

/** The sentences of the first faults, for people; and how many more there are. */
export function mapFaultTexts(faults: readonly MapFault[], most: number): Sentence[] {
    const more = faults.length - most;
    return [...faults.slice(0, most).map(mapFaultText), ...(more > 0 ? [said('map.more', { more })] : [])];
}

/** The sentence of a fault, for people. */
export function mapFaultText({ item, rule, data }: MapFault): Sentence {
    const sentence = said(`map.${rule}`, data);
    return item === undefined ? sentence : said('map.inItem', { item, fault: sentence });
}

function checkItems(items: readonly unknown[], frames: unknown, faults: Faults): void {
    const seen = new Set<string>();
    for (const [index, item] of items.entries()) {
        const its = faults.of(nameOf(item, index));
        checkItem(item, its);
        if (isPlain(item)) checkItemFrames(item, frames, its);
        if (!isPlain(item) || typeof item.id !== 'string') continue;
        // People see no difference between "a" and "a ".
        const id = item.id.trim();
        if (seen.has(id)) its.add('twice', { id: quoted(id) });
        seen.add(id);
    }
    const rows = items.reduce<number>((sum, item) => sum + rowsOf(item), 0);
    if (rows > MOST_ROWS) faults.add('tooManyRows', { count: rows, most: MOST_ROWS });
}

function rowsOf(item: unknown): number {
    const rows = isPlain(item) && isPlain(item.at) ? item.at.rows : undefined;
    return typeof rows === 'number' && rows > 0 ? rows : 0;
}

/** A command that is sent as frames may leave `set` out. */
function whole(map: DeviceMap): DeviceMap {
    if (!map.commands?.some(({ set }) => (set as unknown) === undefined)) return map;
    return { ...map, commands: map.commands.map((command) => ({ ...command, set: command.set ?? [] })) };
}

/** People find an item by its id, and one without an id by its number. */
function nameOf(item: unknown, index: number): string {
    const id = isPlain(item) && typeof item.id === 'string' ? item.id.trim() : '';
    return id === '' ? `#${index + 1}` : quoted(id);
}

function checkOids(value: unknown, key: string, faults: Faults): void {
    if (value === undefined) return;
    const isList = Array.isArray(value) && value.every((each) => typeof each === 'string' && OID_PREFIX.test(each));
    if (!isList) faults.add('oids', { key });
}
