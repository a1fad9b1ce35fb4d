import { UpsError } from '../../core/errors';
import { said, type Sentence } from '../../core/language/sentence';
import type { SettingValue } from '../../core/status/status';
import type { MapItem } from '../device-map/device-map';
import { quantityOf, rawOf, stateOf, statesOf, stepOf } from './values';

/** Where the rotary switch stands; `other`: in neither of the two positions in which settings can be written. */
export type OperationMode = 'user' | 'pc' | 'other';

/** What the rules need to know of the device now. */
export interface Present {
    /** Undefined: not known. */
    mode: OperationMode | undefined;
    settings: Readonly<Record<string, SettingValue>>;
    /** The map tells the unit of the deep discharge threshold. */
    hasDodUnit: boolean;
}

/** Only in User-Mode (DURAmax manual, "Configuration Settings"). */
const USER_MODE: ReadonlySet<string> = new Set(['deepDischargeThreshold', 'maxBufferSeconds']);
const TIMES: ReadonlySet<string> = new Set(['maxBufferSeconds', 'delaySeconds', 'shutdownSeconds', 'idleSeconds']);
export const THRESHOLD = 'deepDischargeThreshold';

interface Bounds {
    min: number;
    /** Undefined: not known. */
    max?: number;
    /** `min` itself is not allowed. */
    above?: boolean;
    whole?: boolean;
}

/** Why the mode forbids to write a setting; undefined: it does not (DURAmax manual, "Writing configuration settings"). */
export function modeForbids(name: string, mode: OperationMode | undefined): Sentence | undefined {
    if (mode !== 'user' && mode !== 'pc') return said('duramax.noMode');
    return USER_MODE.has(name) && mode !== 'user' ? said('duramax.userMode') : undefined;
}

/**
 * Checks a value by the rules of the DURAmax manual and the limits of the map.
 * @returns the value, and the raw number to write
 * @throws UpsError setting-refused, config-invalid: nothing may be sent
 */
export function checkedWrite(
    name: string,
    given: SettingValue,
    confirm: boolean,
    item: MapItem,
    present: Present,
): { value: SettingValue; raw: number } {
    const locked = modeForbids(name, present.mode);
    if (locked) throw refused(name, locked);
    const value =
        item.kind === 'state' ? checkedState(name, given, confirm, item) : checkedNumber(name, given, item, present);
    const raw = rawOf(item, value);
    if (raw === undefined) {
        const step = stepOf(item);
        throw invalid(name, given, step === undefined ? said('expected.value') : said('duramax.step', { step }));
    }
    return { value, raw };
}

/** The bounds of a number: what holds for each of its kind, and the limits of the map. */
export function boundsOf(name: string, { set }: Pick<MapItem, 'set'>, present: Present): Bounds {
    if (name === THRESHOLD && unitOf(present) === '%') return { min: 0, max: 100 };
    const { min, max } = set ?? {};
    const isTime = TIMES.has(name);
    const least = min !== undefined && (isTime ? min >= 0 : min > 0) ? { min } : { min: 0, above: !isTime };
    return { ...least, max, whole: isTime };
}

/** The unit of the deep discharge threshold; undefined: not known now. */
export function unitOf({ settings, hasDodUnit }: Present): string | undefined {
    return hasDodUnit ? (settings.dodUnit as string | undefined) : 'V';
}

function checkedState(name: string, given: SettingValue, confirm: boolean, item: MapItem): string {
    const states = statesOf(item) ?? [];
    const state = stateOf(given);
    if (!states.includes(state)) throw invalid(name, given, said('expected.choice', { choices: states.join(', ') }));
    if (name === 'dodProtection' && state === 'off' && !confirm) throw refused(name, said('duramax.confirm'));
    return state;
}

function checkedNumber(name: string, given: SettingValue, item: MapItem, present: Present): number {
    const quantity = typeof given === 'string' && name !== THRESHOLD ? undefined : quantityOf(given);
    if (!quantity || !Number.isFinite(quantity.number)) throw invalid(name, given, said('expected.number'));
    const { number, unit } = quantity;
    if (name === THRESHOLD) checkUnit(given, unit, present);
    const { min, max, above, whole } = boundsOf(name, item, present);
    const isOutside =
        (above ? number <= min : number < min) ||
        (max !== undefined && number > max) ||
        (whole === true && !Number.isInteger(number));
    if (isOutside) throw invalid(name, given, expectedOf({ min, max, above, whole }));
    checkOrder(name, number, present);
    return number;
}

/** A value in V while the threshold is in %, or the other way round. */
function checkUnit(given: SettingValue, unit: string | undefined, present: Present): void {
    const own = unitOf(present);
    if (own === undefined) throw refused(THRESHOLD, said('duramax.noUnit'));
    if (unit !== undefined && unit !== own)
        throw refused(THRESHOLD, said('duramax.unit', { value: String(given), unit: own }));
}

/** The battery has to last below the voltage at which it takes over. */
function checkOrder(name: string, number: number, present: Present): void {
    const { settings } = present;
    const { [THRESHOLD]: deep, bufferThreshold: buffer } = settings;
    if (unitOf(present) !== 'V') return;
    if (name === THRESHOLD && typeof buffer === 'number' && number >= buffer)
        throw refused(name, said('duramax.below', { value: number, buffer }));
    if (name === 'bufferThreshold' && typeof deep === 'number' && number <= deep)
        throw refused(name, said('duramax.above', { value: number, deep }));
}

function expectedOf({ min, max, above, whole }: Bounds): Sentence {
    const kind = whole ? 'whole' : 'number';
    if (max !== undefined) return said(`expected.${kind}Between`, { min, max });
    return above ? said('expected.numberAbove', { min }) : said(`expected.${kind}From`, { min });
}

function refused(property: string, reason: Sentence): UpsError {
    return new UpsError('setting-refused', { property, reason });
}

function invalid(property: string, value: SettingValue, expected: Sentence): UpsError {
    return new UpsError('config-invalid', { property, value: String(value), expected });
}
