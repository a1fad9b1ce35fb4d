import {
    BLOCK_UNITS,
    MOST_MODULES,
    MOST_STRINGS,
    STRING_UNITS,
    type BlockQuantity,
    type StringQuantity,
} from '../../core/batteries/model';
import { EXTENDED_ALARMS, WELL_KNOWN_ALARMS, type AlarmId } from '../../core/status/alarms';
import type { PlausibleKind } from '../../core/status/plausible';

/**
 * The paths of `UpsStatus` that a map may fill, with their kind: numbers by what is plausible for them (units: `PLAUSIBLE`), states by their names,
 * texts. `*` stands for the number of a line, 1 to 12, or for each row of a column. `…lineCount` is no value of the status: it tells how many
 * lines count.
 */
export const NUMBER_TARGETS = {
    agentUptime: 'seconds',
    'battery.secondsOnBattery': 'seconds',
    'battery.minutesRemaining': 'minutes',
    'battery.chargePercent': 'percent',
    'battery.lowPercent': 'percent',
    'battery.lowMinutes': 'minutes',
    'battery.voltage': 'dcVoltage',
    'battery.positiveVoltage': 'dcVoltage',
    'battery.negativeVoltage': 'dcVoltage',
    'battery.current': 'batteryCurrent',
    'battery.temperature': 'temperature',
    'input.lineBads': 'count',
    'input.lineCount': 'count',
    'input.nominalVoltage': 'acVoltage',
    'input.lines.*.frequency': 'frequency',
    'input.lines.*.voltage': 'acVoltage',
    'input.lines.*.current': 'current',
    'input.lines.*.power': 'power',
    'output.lineCount': 'count',
    'output.frequency': 'frequency',
    'output.energy': 'energy',
    'output.lines.*.voltage': 'acVoltage',
    'output.lines.*.current': 'current',
    'output.lines.*.power': 'power',
    'output.lines.*.apparentPower': 'apparentPower',
    'output.lines.*.load': 'load',
    'bypass.lineCount': 'count',
    'bypass.frequency': 'frequency',
    'bypass.lines.*.voltage': 'acVoltage',
    'bypass.lines.*.current': 'current',
    'bypass.lines.*.power': 'power',
    temperature: 'temperature',
    'environment.temperature': 'temperature',
    'environment.humidity': 'humidity',
    'dc.inputVoltage': 'dcVoltage',
    'dc.outputVoltage': 'dcVoltage',
    'dc.outputCurrent': 'batteryCurrent',
    'dc.temperature': 'temperature',
} as const satisfies Record<string, PlausibleKind>;

/** The units of these kinds of values. A text of a device, such as "116.7 Volts", has to have the same. */
export const TARGET_UNITS: Readonly<Record<PlausibleKind, string>> = {
    temperature: '°C',
    humidity: '%',
    percent: '%',
    load: '%',
    acVoltage: 'V',
    dcVoltage: 'V',
    frequency: 'Hz',
    current: 'A',
    batteryCurrent: 'A',
    power: 'W',
    apparentPower: 'VA',
    energy: 'kWh',
    minutes: 'min',
    seconds: 's',
    count: '',
};

/** The settings of a DURAmax whose unit is fixed (DURAmax manual, "Configuration Settings"). Any other setting is in the unit of its item. */
const SETTING_UNITS: ReadonlyMap<string, string> = new Map([
    ['bufferThreshold', 'V'],
    ['chargeCurrent', 'A'],
    ['maxBufferSeconds', 's'],
    ['delaySeconds', 's'],
    ['shutdownSeconds', 's'],
    ['idleSeconds', 's'],
]);
/** The one setting that is in one of two units: another setting (`dodUnit`) says in which. */
const TWO_UNITS: ReadonlyMap<string, readonly string[]> = new Map([['deepDischargeThreshold', ['V', '%']]]);

export const STATE_TARGETS = {
    'battery.state': ['normal', 'low', 'depleted', 'unknown'],
    'battery.condition': ['good', 'weak', 'replace'],
    'battery.charging': ['floating', 'charging', 'resting', 'discharging'],
    'output.source': ['normal', 'battery', 'bypass', 'booster', 'reducer', 'other', 'none'],
    'test.result': ['passed', 'warning', 'failed', 'aborted', 'in-progress', 'none'],
} as const;

export const TEXT_TARGETS = [
    'identity.manufacturer',
    'identity.model',
    'identity.serial',
    'identity.firmware',
    'identity.name',
    'battery.installedOn',
    'test.detail',
] as const;

export type NumberTarget = keyof typeof NUMBER_TARGETS;
export type StateTarget = keyof typeof STATE_TARGETS;
export type TextTarget = (typeof TEXT_TARGETS)[number];

/** More lines than any UPS has. */
export const MOST_LINES = 12;

/** What a `to` means. `name` and `line` may be `*`: each row of a column. */
export type ParsedTarget =
    | { type: 'number'; path: NumberTarget; line?: number | '*' }
    | { type: 'state'; path: StateTarget }
    | { type: 'text'; path: TextTarget }
    | { type: 'alarms' }
    | { type: 'alarm'; id: AlarmId }
    | { type: 'block'; quantity: BlockQuantity; of: number | '*' }
    | { type: 'string'; quantity: StringQuantity; of: number | '*' }
    | { type: 'outlet' | 'outletName' | 'setting' | 'channel' | 'contact'; name: string };

const NAMED = {
    'outlet:': 'outlet',
    'outletName:': 'outletName',
    'setting:': 'setting',
    'channel:': 'channel',
    'environment.contacts.': 'contact',
} as const;

const OF_BATTERY = /^(block|string):(\*|[1-9]\d{0,2})\.(\w+)$/;
const LINE = /^(input|output|bypass)\.lines\.(\*|[1-9]\d?)\.(\w+)$/;
const ALARMS: ReadonlySet<string> = new Set([...WELL_KNOWN_ALARMS, ...EXTENDED_ALARMS]);

/** Undefined: nothing of that name can be filled. */
export function parseTarget(to: string): ParsedTarget | undefined {
    if (to === 'alarm') return { type: 'alarms' };
    if (to.startsWith('alarm:')) {
        const id = to.slice('alarm:'.length);
        return isAlarmId(id) ? { type: 'alarm', id } : undefined;
    }
    for (const [prefix, type] of Object.entries(NAMED)) {
        const name = to.startsWith(prefix) ? to.slice(prefix.length) : '';
        if (name.trim() !== '' && name !== '__proto__' && name.length <= LONGEST_NAME) return { type, name };
    }
    const ofBattery = OF_BATTERY.exec(to);
    if (ofBattery) return batteryTarget(...(ofBattery.slice(1) as [string, string, string]));
    const line = LINE.exec(to);
    if (line) {
        const [, group, number, value] = line as unknown as [string, string, string, string];
        const path = `${group}.lines.*.${value}`;
        if (!isNumberTarget(path) || Number(number) > MOST_LINES) return undefined;
        return { type: 'number', path, line: number === '*' ? '*' : Number(number) };
    }
    if (isNumberTarget(to) && !to.includes('*')) return { type: 'number', path: to };
    if (Object.hasOwn(STATE_TARGETS, to)) return { type: 'state', path: to as StateTarget };
    if ((TEXT_TARGETS as readonly string[]).includes(to)) return { type: 'text', path: to as TextTarget };
    return undefined;
}

/** The unit of the numbers at a target; empty: it counts something; undefined: the item says it. */
export function unitOfTarget(target: ParsedTarget): string | undefined {
    if (target.type === 'number') return TARGET_UNITS[NUMBER_TARGETS[target.path]];
    if (target.type === 'block') return BLOCK_UNITS[target.quantity];
    if (target.type === 'string') return STRING_UNITS[target.quantity];
    return target.type === 'setting' ? SETTING_UNITS.get(target.name) : undefined;
}

/** The units of a target that is in several; undefined: it is in one. */
export function unitsOfTarget(target: ParsedTarget): readonly string[] | undefined {
    return target.type === 'setting' ? TWO_UNITS.get(target.name) : undefined;
}

/** Whether the target stands for all rows of a column. */
export function takesRows(target: ParsedTarget): boolean {
    if (target.type === 'alarms') return true;
    if (target.type === 'number') return target.line === '*';
    if (isOfBattery(target)) return target.of === '*';
    return 'name' in target && target.name.includes('*');
}

/** Whether it is a value of an `ups-battery`, and not of the status of a UPS. */
export function isOfBattery(target: ParsedTarget): target is ParsedTarget & { type: 'block' | 'string' } {
    return target.type === 'block' || target.type === 'string';
}

/** The greatest number of a row of the target; undefined: any. */
export function mostRowsOf(target: ParsedTarget): number | undefined {
    if (target.type === 'number') return MOST_LINES;
    if (target.type === 'block') return MOST_MODULES;
    return target.type === 'string' ? MOST_STRINGS : undefined;
}

/** The meanings that the states of an item may have; undefined: any text. */
export function meaningsOf(target: ParsedTarget): readonly string[] | undefined {
    if (target.type === 'state') return STATE_TARGETS[target.path];
    if (target.type === 'alarm' || target.type === 'outlet' || target.type === 'contact') return ON_OFF;
    return undefined;
}

/** An alarm that we know by name, or one in the words of the device. */
export function isAlarmId(id: string): id is AlarmId {
    return ALARMS.has(id) || /^(vendor|state):\S/.test(id);
}

/** Values that hardly ever change, and texts: asked once a minute. */
export function isSlow(target: ParsedTarget): boolean {
    if (target.type === 'text') return target.path !== 'test.detail';
    if (target.type === 'outletName' || target.type === 'setting') return true;
    return target.type === 'number' && SLOW_NUMBERS.has(target.path);
}

const ON_OFF = ['on', 'off'] as const;
const LONGEST_NAME = 80;
const SLOW_NUMBERS: ReadonlySet<string> = new Set([
    'battery.lowPercent',
    'battery.lowMinutes',
    'input.nominalVoltage',
    'input.lineCount',
    'output.lineCount',
    'bypass.lineCount',
    'output.energy',
]);

function isNumberTarget(path: string): path is NumberTarget {
    return Object.hasOwn(NUMBER_TARGETS, path);
}

function batteryTarget(type: string, number: string, quantity: string): ParsedTarget | undefined {
    const of = number === '*' ? number : Number(number);
    if (type === 'block' && Object.hasOwn(BLOCK_UNITS, quantity) && !(Number(of) > MOST_MODULES))
        return { type, of, quantity: quantity as BlockQuantity };
    if (type === 'string' && Object.hasOwn(STRING_UNITS, quantity) && !(Number(of) > MOST_STRINGS))
        return { type, of, quantity: quantity as StringQuantity };
    return undefined;
}
