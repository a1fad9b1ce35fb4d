import { quoted, shown } from '../../core/quote';
import { isKnownUnit, isSameQuantity, isSameUnit } from '../../core/units/convert';
import { checkCondition } from './check-condition';
import { checkFrameSet } from './check-frames';
import { checkPlace } from './check-place';
import { checkWrite } from './check-write';
import type { Faults } from './map-fault';
import { isNumber, isPlain, isRaw, isWhole } from './map-fault';
import {
    isAlarmId,
    meaningsOf,
    mostRowsOf,
    parseTarget,
    takesRows,
    unitOfTarget,
    unitsOfTarget,
    type ParsedTarget,
} from './targets';

const KEYS: ReadonlySet<string> = new Set([
    'id',
    'at',
    'kind',
    'to',
    'scale',
    'offset',
    'unit',
    'digits',
    'min',
    'max',
    'absent',
    'states',
    'date',
    'write',
    'set',
    'when',
]);
const KINDS = ['number', 'state', 'text'];
/** The kinds of items that each kind of target takes. */
const FITTING: Readonly<Record<ParsedTarget['type'], readonly string[]>> = {
    number: ['number'],
    state: ['state'],
    text: ['text'],
    alarms: ['state'],
    alarm: ['state'],
    outlet: ['state'],
    outletName: ['text'],
    contact: ['state'],
    setting: KINDS,
    channel: KINDS,
    block: ['number'],
    string: ['number'],
};
/** Keys that only one kind has. */
const OF_KIND: Readonly<Record<string, string>> = {
    ...Object.fromEntries(['scale', 'offset', 'digits', 'min', 'max'].map((key) => [key, 'number'])),
    states: 'state',
    date: 'text',
};
const LONGEST = 80;

/** Checks one item of a map, apart from what it has in common with others. */
export function checkItem(item: unknown, faults: Faults): void {
    if (!isPlain(item)) return faults.add('noItem');
    faults.unknownKeys(item, KEYS);
    const { id, kind, to, at, absent, unit, write, set } = item;
    if (typeof id !== 'string' || !id.trim() || id.length > LONGEST) faults.add('text', { key: 'id' });
    if (!KINDS.includes(kind as string))
        faults.add('oneOf', { key: 'kind', values: { list: KINDS }, value: shown(kind) });
    checkPlace(at, faults);
    for (const [key, owner] of Object.entries(OF_KIND))
        if (item[key] !== undefined && kind !== owner) faults.add('onlyFor', { key, kind: owner });
    if (kind === 'number') checkNumber(item, faults);
    if (item.date !== undefined && !['mdy', 'dmy', 'ymd'].includes(item.date as string)) faults.add('date');
    if (unit !== undefined && (typeof unit !== 'string' || unit.length > 16)) faults.add('text', { key: 'unit' });
    if (absent !== undefined && !(Array.isArray(absent) && absent.every(isRaw))) faults.add('absent');
    if (item.when !== undefined) checkCondition(item.when, isPlain(at) && at.row === '*', faults);
    const target = typeof to === 'string' ? parseTarget(to) : undefined;
    if (!target) return faults.add('target', { value: shown(to) });
    if ('name' in target && target.name !== target.name.trim()) faults.add('blanks', { value: quoted(to as string) });
    checkRows(at, target, faults);
    checkKind(item, target, faults);
    if (kind === 'number' && typeof unit === 'string') checkUnit(unit.trim(), target, faults);
    if (kind === 'state') checkStates(item.states, target, faults);
    if (write !== undefined) checkWrite(item, target, faults);
    if (set === undefined) return;
    if (target.type !== 'setting' || kind === 'text') faults.add('setOnly');
    checkFrameSet(set, faults);
}

function checkNumber({ scale, offset, digits, min, max }: Record<string, unknown>, faults: Faults): void {
    if (scale !== undefined && (!isNumber(scale) || scale === 0)) faults.add('scale', { value: shown(scale) });
    for (const [key, value] of Object.entries({ offset, min, max }))
        if (value !== undefined && !isNumber(value)) faults.add('number', { key, value: shown(value) });
    if (digits !== undefined && !isWhole(digits, 0, 6)) faults.add('whole', { key: 'digits', min: 0, max: 6 });
    if (isNumber(min) && isNumber(max) && min >= max) faults.add('minMax', { min, max });
}

/** The value arrives in the unit of its target: that of the item has to be one that can be converted to it. */
function checkUnit(unit: string, target: ParsedTarget, faults: Faults): void {
    const [expected, two] = [unitOfTarget(target), unitsOfTarget(target)];
    if (unit === '') return;
    // A word beside a count, such as `outages`, is no unit.
    if (expected === '' && isKnownUnit(unit)) faults.add('unitOfCount', { unit: quoted(unit) });
    else if (expected && !isSameQuantity(unit, expected)) faults.add('unit', { unit: quoted(unit), expected });
    else if (two?.every((each) => !isSameUnit(unit, each)))
        faults.add('oneOf', { key: 'unit', values: { list: [...two] }, value: quoted(unit) });
}

/** A column with all rows needs a target for each row, and the other way round. */
function checkRows(at: unknown, target: ParsedTarget, faults: Faults): void {
    const ofRegisters = isPlain(at) && 'register' in at && at.rows !== undefined;
    const all = ofRegisters || (isPlain(at) && at.row === '*');
    if (all && !takesRows(target)) faults.add('rowsToOne');
    if (!all && takesRows(target) && target.type !== 'alarms') faults.add('oneToRows');
    if (!ofRegisters) return;
    // What would be written is one place, and not that of each row.
    if (target.type === 'outlet' || target.type === 'outletName' || target.type === 'setting')
        faults.add('rowsToOutlet');
    const most = mostRowsOf(target);
    const last = Number(at.first ?? 1) + Number(at.rows) - 1;
    if (most !== undefined && last > most) faults.add('rowsBeyond', { last, most });
}

/** The kinds of items that a target takes. */
export function kindsOf({ type }: ParsedTarget): readonly string[] {
    return FITTING[type];
}

/** What fits into the target. */
function checkKind({ kind }: Record<string, unknown>, target: ParsedTarget, faults: Faults): void {
    const kinds = kindsOf(target);
    if (KINDS.includes(kind as string) && !kinds.includes(kind as string))
        faults.add('kindOfTarget', { kinds: { list: kinds } });
}

function checkStates(states: unknown, target: ParsedTarget, faults: Faults): void {
    if (!isPlain(states) || Object.keys(states).length === 0) return faults.add('states');
    const meanings = meaningsOf(target);
    for (const meaning of Object.values(states)) {
        if (typeof meaning !== 'string' || meaning.length > LONGEST) return faults.add('states');
        if (target.type === 'alarms' && meaning !== '' && !isAlarmId(meaning))
            return faults.add('alarm', { value: quoted(meaning) });
        if (meanings && !meanings.includes(meaning))
            return faults.add('meaning', { value: quoted(meaning), values: { list: [...meanings] } });
    }
}
