import { said } from './language/sentence';
/** The values that other nodes send for "on" (MQTT, Home Assistant, Modbus, dashboards), in lower case. */
const ON = ['true', '1', 'on', 'yes', 'active', 'alarm'];
const OFF = ['false', '0', 'off', 'no', 'inactive', ''];
const CLOSED = ['true', '1', 'on', 'yes', 'closed', 'high'];
const OPEN = ['false', '0', 'off', 'no', 'open', 'low'];

/** For error messages: the values that `asSwitch` accepts. */
export const SWITCH_WORDS = said('expected.switch');
/** For error messages: the values that `asClosed` accepts. */
export const CONTACT_WORDS = said('expected.contact');

/**
 * Reads a plain value as on (true: something begins) or off (false: it ends); undefined if it is neither. The case does not matter; blanks
 * around the value are ignored.
 */
export function asSwitch(value: unknown): boolean | undefined {
    return value === null ? false : wordOf(value, ON, OFF);
}

/** Reads a value as closed (true) or open (false) contact; undefined if it is neither. An empty value (null, '') is no reading. */
export function asClosed(value: unknown): boolean | undefined {
    return wordOf(value, CLOSED, OPEN);
}

/** The words that `asFlag` reads, in lower case. */
export const FLAG_WORDS = { on: ['true', '1', 'yes', 'on'], off: ['false', '0', 'no', 'off'] } as const;

/** Reads a setting that may come as text from the environment: 1, true, yes, on, and their opposites; undefined for any other value. */
export function asFlag(value: unknown): boolean | undefined {
    return wordOf(value, FLAG_WORDS.on, FLAG_WORDS.off);
}

function wordOf(value: unknown, yes: readonly string[], no: readonly string[]): boolean | undefined {
    if (typeof value === 'boolean') return value;
    if (typeof value !== 'number' && typeof value !== 'string') return undefined;
    const word = String(value).trim().toLowerCase();
    if (yes.includes(word)) return true;
    return no.includes(word) ? false : undefined;
}
