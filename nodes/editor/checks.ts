import type { Verdict } from './entry-checks';
import { hasDefault } from './settings';
import { label, t } from './texts';

// Checks for `defaults.<property>.validate`. What is missing or empty is its default, if it has one.

export interface NumberOptions {
    min?: number;
    max?: number;
    integer?: boolean;
    optional?: boolean;
}

/** The first that is wrong of several. */
export const firstWrong = (verdicts: readonly Verdict[]): Verdict => verdicts.find((each) => each !== true) ?? true;

function number(type: string, property: string, value: unknown, options: NumberOptions = {}): Verdict {
    const { min, max, integer = true, optional = false } = options;
    const text = String(value ?? '').trim();
    if (text === '' && (optional || hasDefault(type, property))) return true;
    const number = Number(text);
    const inRange = text !== '' && !(min !== undefined && number < min) && !(max !== undefined && number > max);
    if (Number.isFinite(number) && inRange && (!integer || Number.isInteger(number))) return true;
    const kind = min === undefined ? 'number' : max === undefined ? 'numberFrom' : 'numberBetween';
    return t(`check.${kind}`, { field: label(type, property), min, max });
}

export const check = { number };
