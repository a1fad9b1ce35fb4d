import type { AlarmId } from '../../core/status/alarms';
import type { Channel, Dc, Identity, Outlet, PartialStatus, SettingValue, UpsStatus } from '../../core/status/status';
import { isZeroOid } from '../shared/zero-oid';
import { decimalOf } from '../../core/units/value-text';
import { definedOnly } from '../../core/defined-only';
import { hasRows, type ColumnPlace, type DeviceMap, type MapItem, type Place, type RegisterPlace } from './device-map';
import { holds } from './condition';
import { itemValue } from './item-value';
import type { RawValue } from './raw-value';
import { isOfBattery, MOST_LINES, parseTarget, takesRows, type ParsedTarget } from './targets';

/** What was read of a device, before the map gives it a meaning. */
export interface RawReading {
    /** The raw value at one place, as a whole: bit and character are taken out of it later. */
    at(place: Place): RawValue;
    /** All rows of a column, in the order of their instances, or of a run of registers; undefined: they were not read. */
    rows(place: ColumnPlace | RegisterPlace): readonly RawRow[] | undefined;
}

export interface RawRow {
    /** The instance below the column, such as `1` or `1.3`; of registers, the number of the row. */
    row: string;
    value: RawValue;
}

/** One known value and where it goes. `row`: of a column with all rows, its instance and its number from 1. */
interface Found {
    item: MapItem;
    target: ParsedTarget;
    value: number | string | undefined;
    row?: { instance: string; number: number };
}

/**
 * What a map makes of a reading. Of several items with one target the first known value counts. Alarms are known if at least one of their
 * items is; `alarmsTold` names those that could be seen. Pure.
 * @param time of the reading, epoch ms
 * @returns complete groups; a group of which nothing is known is empty or absent
 */
export function decodeMap(map: DeviceMap, reading: RawReading, time: number): PartialStatus {
    const draft = new Draft();
    for (const item of map.items) {
        const target = targetOf(item);
        if (!target || isOfBattery(target)) continue;
        const { at, when } = item;
        const counts = (row?: string) => holds(when, (place) => reading.at(place), row);
        if (hasRows(at) && takesRows(target)) {
            const rows = reading.rows(at) ?? [];
            if (reading.rows(at) && target.type === 'alarms' && counts()) draft.tellsAlarms(item, true);
            for (const [index, { row, value }] of rows.entries())
                if (counts(row))
                    draft.take({
                        item,
                        target,
                        value: itemValue(item, value, target) ?? unlistedAlarm(target, value),
                        row: { instance: row, number: 'register' in at ? Number(row) : index + 1 },
                    });
        } else if (counts()) {
            draft.take({ item, target, value: itemValue(item, reading.at(at), target) });
        }
    }
    return draft.status(time);
}

/** Each reading asks for each item; what an item means does not change. */
const targets = new WeakMap<MapItem, ParsedTarget | undefined>();

export function targetOf(item: MapItem): ParsedTarget | undefined {
    if (!targets.has(item)) targets.set(item, parseTarget(item.to));
    return targets.get(item);
}

/** An alarm that the device lists, but that the map does not know, is told in the words of the device. */
function unlistedAlarm(target: ParsedTarget, raw: RawValue): string | undefined {
    const text = raw === null || raw === undefined ? '' : String(raw).trim();
    return target.type === 'alarms' && text !== '' && !isZeroOid(text)
        ? `vendor:${text.slice(0, LONGEST_ALARM)}`
        : undefined;
}

const LONGEST_ALARM = 80;
const LOST = 'communications-lost';

type Lines = Map<number, Record<string, number>>;
type Group = 'input' | 'output' | 'bypass';

/** Collects what the items tell. */
class Draft {
    private readonly plain = new Map<string, number | string>();
    private readonly lines: Record<Group, Lines> = { input: new Map(), output: new Map(), bypass: new Map() };
    private readonly alarms = new Map<AlarmId, boolean>();
    private readonly outlets = new Map<string, Outlet>();
    private readonly settings = new Map<string, SettingValue>();
    private readonly contacts = new Map<string, boolean>();
    private readonly channels = new Map<string, Channel>();

    take({ item, target, value, row }: Found): void {
        // A channel that the map names exists, known or not.
        if (target.type === 'channel') return this.takeChannel(named(target.name, row), item, value);
        if (value === undefined) return;
        switch (target.type) {
            case 'number':
                return this.takeNumber(target, value as number, row?.number);
            case 'state':
            case 'text':
                return once(this.plain, target.path, value);
            case 'alarms':
                if (!row) this.tellsAlarms(item);
                if (value !== '') this.alarms.set(value as AlarmId, true);
                return;
            case 'alarm':
                this.alarms.set(target.id, value === 'on' || this.alarms.get(target.id) === true);
                return;
            case 'contact':
                return once(this.contacts, named(target.name, row), value === 'on');
            case 'setting':
                return once(this.settings, named(target.name, row), value);
            case 'outlet':
            case 'outletName': {
                const id = named(target.name, row);
                const outlet = this.outlets.get(id) ?? { id };
                const told = target.type === 'outlet' ? { on: value === 'on' } : { name: String(value) };
                this.outlets.set(id, { ...told, ...outlet });
                return;
            }
            case 'block':
            case 'string':
            // Of a battery of many blocks: `batterySweep` reads them.
        }
    }

    private takeChannel(name: string, { unit }: MapItem, value: Found['value']): void {
        const before = this.channels.get(name);
        if (before && (value === undefined || before.value !== undefined || before.state !== undefined)) return;
        const told = typeof value === 'number' ? { value } : value === undefined ? {} : { state: value };
        // A state has no unit, but a text that is a number alone has one.
        const hasUnit = typeof value !== 'string' || decimalOf(value) !== undefined;
        this.channels.set(name, { ...told, ...(unit && hasUnit ? { unit } : {}) });
    }

    /** The alarms of a list that was read: those that it does not name are not active. */
    tellsAlarms({ states = {} }: MapItem, isList = false): void {
        for (const id of Object.values(states))
            if (id !== '' && !this.alarms.has(id as AlarmId)) this.alarms.set(id as AlarmId, false);
        // What a list has beyond the map is told as well, and is over when it is gone.
        const tellsOwn = Object.values(states).some((id) => id.startsWith('vendor:'));
        if (isList && !tellsOwn) this.alarms.set('vendor:*', false);
    }

    status(time: number): PartialStatus {
        const get = <T>(path: string) => this.plain.get(path) as T | undefined;
        const group = <T extends object>(name: string): T => {
            const its = [...this.plain].filter(([path]) => path.startsWith(`${name}.`) && !path.endsWith('.lineCount'));
            return Object.fromEntries(its.map(([path, value]) => [path.slice(name.length + 1), value])) as T;
        };
        const environment = {
            ...group<object>('environment'),
            ...(this.contacts.size > 0 ? { contacts: Object.fromEntries(this.contacts) } : {}),
        };
        const { active, told } = this.alarmsKnown();
        const identity = group<Identity>('identity');
        // The card has lost its UPS: what it still tells of it is old.
        if (active?.includes(LOST)) {
            const alarms: AlarmId[] = [LOST];
            return definedOnly({ time, identity, alarms, alarmsTold: alarms, environment: nonEmpty(environment) });
        }
        const status: PartialStatus = {
            time,
            agentUptime: get('agentUptime'),
            identity,
            battery: group('battery'),
            input: { ...group<UpsStatus['input']>('input'), lines: this.linesOf('input') },
            output: { ...group<UpsStatus['output']>('output'), lines: this.linesOf('output') },
            bypass: { ...group<UpsStatus['bypass']>('bypass'), lines: this.linesOf('bypass') },
            test: group('test'),
            temperature: get('temperature'),
            environment: nonEmpty(environment),
            alarms: active,
            alarmsTold: told,
            outlets: this.outlets.size > 0 ? [...this.outlets.values()] : undefined,
            settings: this.settings.size > 0 ? Object.fromEntries(this.settings) : undefined,
            dc: nonEmpty(group<Dc>('dc')),
            channels: this.channels.size > 0 ? Object.fromEntries(this.channels) : undefined,
        };
        return definedOnly(status);
    }

    private takeNumber(target: ParsedTarget & { type: 'number' }, value: number, row: number | undefined): void {
        const line = target.line === '*' ? row : target.line;
        if (target.line === undefined) return once(this.plain, target.path, value);
        if (line === undefined || line > MOST_LINES) return;
        const [group, , , name] = target.path.split('.') as [Group, string, string, string];
        const lines = this.lines[group];
        lines.set(line, { [name]: value, ...lines.get(line) });
    }

    /** Up to the last line of which something is known, and not beyond the count that the device tells. */
    private linesOf(group: Group): Record<string, number>[] {
        const lines = this.lines[group];
        const count = this.plain.get(`${group}.lineCount`) as number | undefined;
        const most = count !== undefined && count >= 1 && count <= MOST_LINES ? count : MOST_LINES;
        const last = Math.min(most, Math.max(0, ...lines.keys()));
        return Array.from({ length: last }, (_, index) => lines.get(index + 1) ?? {});
    }

    private alarmsKnown(): { active?: AlarmId[]; told?: AlarmId[] } {
        if (this.alarms.size === 0) return {};
        const told = [...this.alarms.keys()].sort();
        return { active: told.filter((id) => this.alarms.get(id)), told };
    }
}

function once<V>(into: Map<string, V>, name: string, value: V): void {
    if (!into.has(name)) into.set(name, value);
}

function named(name: string, row: Found['row']): string {
    return row ? name.replace('*', row.instance) : name;
}

function nonEmpty<T extends object>(group: T): T | undefined {
    return Object.keys(group).length > 0 ? group : undefined;
}

/** What a card may tell without its UPS. */
const OF_THE_CARD: readonly string[] = ['environment', 'channels', 'settings', 'agentUptime'];

/**
 * Whether a reading holds a value beside the name plate: a DC supply has neither source nor charge.
 * @param map if it is one of a UPS, the values that the card has without its UPS, such as those of a sensor, do not count
 */
export function saysAnything(
    { time: _, identity: __, channels = {}, ...groups }: PartialStatus,
    map?: DeviceMap,
): boolean {
    const isOfUps = map?.items.some(({ to }) => to === 'output.source' || to === 'alarm:on-battery') ?? false;
    const isKnown = ({ value, state }: Channel) => value !== undefined || state !== undefined;
    if (!isOfUps && Object.values(channels).some(isKnown)) return true;
    return Object.entries(groups).some(
        ([name, group]) =>
            !(isOfUps && OF_THE_CARD.includes(name)) &&
            (typeof group !== 'object' ||
                (Array.isArray(group) && group.length > 0) ||
                Object.values(group).some((each) => !Array.isArray(each) || each.length > 0)),
    );
}
