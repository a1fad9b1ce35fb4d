import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import { plausible } from '../../core/status/plausible';
import type { SettingValue } from '../../core/status/status';
import type { VariableType } from './client';
import { plainNumber, textOf, type Variables } from './values';

/** Read-only variables that say how the UPS is made or set up, and its own temperature. */
export const TOLD =
    /^(ups\.(power|realpower|delay|timer|temperature|beeper|start|test\.interval|type)\b|(input|output|battery)\.[a-z.]*(nominal|low|high|sensitivity|type|packs|capacity)\b)/;
/** Variables whose digits are no quantity. */
const TEXTS = /(\.|^)(id|serial|firmware|mfr|model|date|desc|name|contact|location|password|productid|vendorid)$/;
/** A countdown that does not run, or a delay that is not set, is told as a negative number or as 2^31 - 1. */
const COUNTS = /\.(timer|delay)\./;
/** As NUT's names are (RFC 9271 section 5.1): anything else is no name that a flow could use. */
export const VARIABLE_NAME = /^(?=.{3,128}$)[A-Za-z0-9][\w:-]*(\.[\w:-]+)+$/;

/** Settings under NUT's own names, with NUT's units (s, V, A, VA, W, Hz, %, °C: RFC 9271 section 5.1). */
export function readSettings(
    variables: Variables,
    writable: ReadonlySet<string>,
): Record<string, SettingValue> | undefined {
    const settings: Record<string, SettingValue> = {};
    for (const name of variables.keys()) {
        if ((!writable.has(name) && !TOLD.test(name)) || !VARIABLE_NAME.test(name)) continue;
        // Identity and measured load are in other groups of the status.
        if (name === 'ups.power' || name === 'ups.realpower') continue;
        const text = textOf(variables, name);
        if (text === undefined) continue;
        const number = TEXTS.test(name) ? undefined : plainNumber(text);
        if (number === undefined) settings[name] = text;
        else if (!isUnset(name, number)) settings[name] = number;
    }
    return Object.keys(settings).length ? settings : undefined;
}

function isUnset(name: string, value: number): boolean {
    if (COUNTS.test(name)) return value < 0 || value === 2 ** 31 - 1;
    if (name.startsWith('battery.charge.')) return value < 0 || value > 100;
    return name === 'ups.temperature' && plausible('temperature', value) === undefined;
}

/**
 * What to send for `value`, checked against what upsd says of the variable (ENUM, RANGE, STRING:n, NUMBER).
 * @throws UpsError not-supported, out-of-range
 */
export function writeValue(device: string, name: string, type: VariableType, value: SettingValue): string {
    if (!type.writable) throw new UpsError('not-supported', { device, command: `set ${name}` });
    const text = typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value).trim();
    if (type.choices) return choose(name, type.choices, text);
    const number = plainNumber(text);
    if (type.ranges?.length) {
        const fits = type.ranges.some(({ min, max }) => number !== undefined && number >= min && number <= max);
        const { min, max } = { min: type.ranges[0]!.min, max: type.ranges.at(-1)!.max };
        if (!fits) throw new UpsError('out-of-range', { property: name, value: text, min, max });
    } else if (type.number && number === undefined) {
        throw new UpsError('config-invalid', { property: name, value: text, expected: said('expected.number') });
    }
    if (type.maxLength !== undefined && text.length > type.maxLength) {
        throw new UpsError('config-invalid', {
            property: name,
            value: text,
            expected: said('expected.atMostCharacters', { count: type.maxLength }),
        });
    }
    return text;
}

/** A choice as upsd spells it: drivers write numbers with zeros that people leave out. */
function choose(name: string, choices: readonly string[], text: string): string {
    const number = plainNumber(text);
    const found =
        choices.find((choice) => choice.trim().toLowerCase() === text.toLowerCase()) ??
        choices.find((choice) => number !== undefined && plainNumber(choice) === number);
    if (found !== undefined) return found;
    throw new UpsError('config-invalid', { property: name, value: text, expected: choices.join(', ') });
}
