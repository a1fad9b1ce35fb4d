import type { Environment } from '../../core/status/status';
import { AUX_PORTS, DIGITAL_INPUTS, SENSORS } from './generex-oids';
import { RULES } from './oids';
import { known, rawNumber, readNumber, readText } from './values';
import type { SnmpValue } from './transport';

const TENTHS = { ...RULES.integer, divisor: 10 };
const TEMPERATURE_UNIT = /^(°|deg\.?)? ?c(elsius)?$/i;
const HUMIDITY_UNIT = /^% ?(r\.?h\.?|rel\.?|humidity)?$/i;

/**
 * AUX ports and SENSORMANAGER of a GENEREX card. The unit text shows whether a sensor measures temperature or humidity; the first
 * sensor of each is used [inferred: the card does not say which one is in the room]. A contact is active when its value is on(1).
 * It is not documented whether the card has already inverted normally closed contacts [inferred: it has].
 */
export function readEnvironment(values: ReadonlyMap<string, SnmpValue>): Environment | undefined {
    const environment: Environment = {};
    for (const sensor of SENSORS) {
        const unit = readText(values.get(sensor.unit));
        const value = readNumber(values.get(sensor.value), TENTHS);
        if (unit === undefined || value === undefined) continue;
        if (TEMPERATURE_UNIT.test(unit)) environment.temperature ??= value;
        else if (HUMIDITY_UNIT.test(unit)) environment.humidity ??= value;
    }
    const contacts: Record<string, boolean> = {};
    for (const port of AUX_PORTS) contact(contacts, port.name, values.get(port.value));
    for (const input of DIGITAL_INPUTS) {
        contact(contacts, readText(values.get(input.location)) ?? input.name, values.get(input.value));
    }
    if (Object.keys(contacts).length) environment.contacts = contacts;
    return Object.keys(environment).length ? known(environment) : undefined;
}

function contact(contacts: Record<string, boolean>, name: string, value: SnmpValue): void {
    const raw = rawNumber(value);
    if (raw === 0 || raw === 1) contacts[name] = raw === 1;
}

/** `DD.MM.YYYY` (upsBatteryInstallationDate) as `YYYY-MM-DD`; undefined if it is not a date of the calendar. */
export function readInstallationDate(value: SnmpValue): string | undefined {
    const match = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(readText(value) ?? '');
    if (!match) return undefined;
    const [, day, month, year] = match.map(Number) as [number, number, number, number];
    const date = new Date(Date.UTC(year, month - 1, day));
    if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || year < 1970) return undefined;
    return date.toISOString().slice(0, 10);
}
