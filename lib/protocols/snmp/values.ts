import { isIP } from 'node:net';
import { plausible } from '../../core/status/plausible';
import { readText as sharedReadText } from '../shared/read-text';
import type { NumberRule } from './oids';
import type { SnmpValue } from './transport';

const NUMERIC_TEXT = /^[+-]?\d+(\.\d+)?$/;
/** Words with one blank between: nothing of it has to be taken out, and this is found out much faster. */
const ONE_LINE = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;
const OID_TEXT = /^\.?\d+(\.\d+)+$/;

/** The number that an agent sent, in any type: INTEGER, Gauge32, or text that holds a number. */
export function rawNumber(value: SnmpValue): number | undefined {
    if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
    if (typeof value !== 'string') return undefined;
    const text = value.replace(/\0.*$/s, '').trim();
    return NUMERIC_TEXT.test(text) ? Number(text) : undefined;
}

/** `value` in SI units by `rule`; undefined for sentinels and impossible values. */
export function readNumber(value: SnmpValue, rule: NumberRule): number | undefined {
    const raw = rawNumber(value);
    return raw === undefined ? undefined : scaled(raw, rule, rule.divisor);
}

/** `raw` in SI units by `rule`, with the divisor learned for this device. */
export function scaled(raw: number, rule: NumberRule, divisor: number): number | undefined {
    if (rule.unknown.includes(raw)) return undefined;
    const value = raw / divisor;
    if (value < (rule.min ?? -Infinity) || value > (rule.max ?? Infinity)) return undefined;
    return rule.kind === undefined ? value : plausible(rule.kind, value);
}

/**
 * One line of text: cut at NUL (cards pad with it) and at the first line break (some cards send a memory dump after it), then
 * cleaned by the shared readText; undefined if nothing is left.
 */
export function readText(value: SnmpValue, max?: number): string | undefined {
    if (typeof value !== 'string') return sharedReadText(value, max);
    if (ONE_LINE.test(value)) return sharedReadText(value, max);
    const [line = ''] = value
        .replace(/\0.*$/s, '')
        .trim()
        .split(/[\r\n]/);
    // Cards pad between words, too.
    return sharedReadText(line.replace(/[\s\p{Cc}]+/gu, ' '), max);
}

/** A dotted OID without a leading dot, also if the card sends it as text. An IP address is not an OID. */
export function readOid(value: SnmpValue): string | undefined {
    if (typeof value !== 'string') return undefined;
    const text = value.replace(/\0.*$/s, '').trim();
    if (!OID_TEXT.test(text) || isIP(text)) return undefined;
    return text.replace(/^\./, '');
}

/** The name of an enumeration's raw number; undefined for numbers without a name. */
export function readEnum<T extends string>(value: SnmpValue, names: Readonly<Record<number, T>>): T | undefined {
    const raw = rawNumber(value);
    return raw === undefined ? undefined : names[raw];
}

export { definedOnly as known } from '../../core/defined-only';
