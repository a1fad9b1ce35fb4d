import { isMail, isOneMail, splitMails } from '../../lib/core/addresses/mail';
import { entries, host as hostEntry, hostBeforePort, isEnv, isHost, isUrl, type Verdict } from './entry-checks';
import type { EditorNode } from './red';
import { hasDefault, settingOf } from './settings';
import { label, t } from './texts';

// Checks for `defaults.<property>.validate`. What is missing or empty is its default, if it has one.

export interface NumberOptions {
    min?: number;
    max?: number;
    integer?: boolean;
    optional?: boolean;
}

const trimmed = (value: unknown) => String(value ?? '').trim();
const isEmpty = (value: unknown) => (Array.isArray(value) ? value.length === 0 : trimmed(value) === '');
/** The first that is wrong of several. */
export const firstWrong = (verdicts: readonly Verdict[]): Verdict => verdicts.find((each) => each !== true) ?? true;

function number(type: string, property: string, value: unknown, options: NumberOptions = {}): Verdict {
    const { min, max, integer = true, optional = false } = options;
    const text = trimmed(value);
    if (text === '' && (optional || hasDefault(type, property))) return true;
    const number = Number(text);
    const inRange = text !== '' && !(min !== undefined && number < min) && !(max !== undefined && number > max);
    if (Number.isFinite(number) && inRange && (!integer || Number.isInteger(number))) return true;
    const kind = min === undefined ? 'number' : max === undefined ? 'numberFrom' : 'numberBetween';
    return t(`check.${kind}`, { field: label(type, property), min, max });
}

/** The load of a `ups-unit` or `ups-simulator`, of which a UPS carries no more than it is rated for. */
function load(node: EditorNode, value: unknown): Verdict {
    const known = number(node.type, 'loadVA', value, { min: 1, integer: false, optional: true });
    const rated = Number(settingOf(node, 'ratedVA'));
    if (known !== true || isEmpty(value) || !(rated >= 1)) return known;
    return Number(value) <= rated || t('check.load', { value, rated });
}

function required(type: string, property: string, value: unknown): Verdict {
    if (!isEmpty(value) || hasDefault(type, property)) return true;
    return t('check.required', { field: label(type, property) });
}

function length(type: string, property: string, value: unknown, max: number): Verdict {
    return String(value ?? '').length <= max || t('check.length', { field: label(type, property), max });
}

/** Node-RED takes a name that is the id of a config node for a reference, and starts nothing where one refers to itself. */
function ownName(type: string, value: unknown, id: string | undefined): Verdict {
    return !id || value !== id || t('check.ownName', { field: label(type, 'name') });
}

function config(type: string, property: string, value: unknown, configType: string): Verdict {
    const chosen = value && value !== '_ADD_' && RED.nodes.node(value);
    return Boolean(chosen) || t('check.config', { field: label(type, property), type: configType });
}

/** A host whose port has a field of its own. */
function host(type: string, property: string, value: unknown): Verdict {
    const text = trimmed(value);
    if (text === '') return required(type, property, value);
    if (isHost(text)) return true;
    if (isUrl(text)) return t('check.hostUrl', { value: text });
    return t(isHost(hostBeforePort(text) ?? '') ? 'check.hostOnly' : 'check.host', { value: text });
}

function list(
    type: string,
    property: string,
    value: unknown,
    entry: (entry: string) => Verdict = hostEntry,
    { optional = false } = {},
): Verdict {
    const found = entries(value);
    if (found.length) return firstWrong(found.map(entry));
    return optional || hasDefault(type, property) || t('check.listEmpty', { field: label(type, property) });
}

function day(type: string, property: string, value: unknown): Verdict {
    const text = trimmed(value);
    return text === '' || isDay(text) || t('check.day', { field: label(type, property) });
}

/** `YYYY-MM-DD`, of a day that exists. */
function isDay(text: string): boolean {
    const date = new Date(`${text}T00:00:00Z`);
    return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(date.getTime()) && date.toJSON().startsWith(text);
}

function emails(type: string, property: string, value: unknown): Verdict {
    const found = splitMails(String(value ?? ''));
    if (!found.length) return t('check.required', { field: label(type, property) });
    // A wildcard is an address only when the job runs.
    const wrong = found.find((entry) => !isMail(entry) && !isEnv(entry) && !entry.includes('{{'));
    return wrong === undefined || t('check.email', { value: wrong });
}

/** One address, with or without a name before it. */
function email(type: string, property: string, value: unknown): Verdict {
    const text = trimmed(value);
    if (text === '') return t('check.required', { field: label(type, property) });
    return isOneMail(text) || isEnv(text) || t('check.email', { value: text });
}

export const check = { number, load, required, length, ownName, config, host, list, day, emails, email };
