import { said } from './language/sentence';
/** What other nodes send for "on" and "off" (MQTT, Home Assistant, Modbus, dashboards), in lower case. */
const ON = ['true', '1', 'on', 'yes', 'active', 'alarm'];
const OFF = ['false', '0', 'off', 'no', 'inactive', ''];
const CLOSED = ['true', '1', 'on', 'yes', 'closed', 'high'];
const OPEN = ['false', '0', 'off', 'no', 'open', 'low'];

/** For error messages: what `asSwitch` understands. */
export const SWITCH_WORDS = said('expected.switch');
/** For error messages: what `asClosed` understands. */
export const CONTACT_WORDS = said('expected.contact');

/** Whether a plain value says that something begins (true) or ends (false); undefined when it says neither. Any case, trimmed. */
export function asSwitch(value: unknown): boolean | undefined {
    return value === null ? false : wordOf(value, ON, OFF);
}

/** Whether a reading says that a contact is closed; undefined when it says neither. Nothing (null, '') is no reading. */
export function asClosed(value: unknown): boolean | undefined {
    return wordOf(value, CLOSED, OPEN);
}

/** A setting that may come as text from the environment: 1, true, yes, on, and their contraries; undefined for anything else. */
export function asFlag(value: unknown): boolean | undefined {
    return wordOf(value, ['true', '1', 'yes', 'on'], ['false', '0', 'no', 'off']);
}

function wordOf(value: unknown, yes: readonly string[], no: readonly string[]): boolean | undefined {
    if (typeof value === 'boolean') return value;
    if (typeof value !== 'number' && typeof value !== 'string') return undefined;
    const word = String(value).trim().toLowerCase();
    if (yes.includes(word)) return true;
    return no.includes(word) ? false : undefined;
}
