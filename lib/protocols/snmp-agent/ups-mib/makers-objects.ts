import type { ServedUps } from '../../../core/served/served-ups';
import { integer, text } from '../object-makers';
import type { ServedObject } from '../object-tree';
import { round, UPS, type ObjectSource } from './source';

const SITE_MANAGER = `${UPS}.10`;
const AUX = `${UPS}.11`;
const SENSOR_MANAGER = `${UPS}.12`;
const MOST_OF_MANAGER = 8;
const MOST_OF_MONITOR = 64;
const MOST_OF_SENSOR_MANAGER = 4;
/** Of a SENSORMANAGER, inputs stand behind its eight sensors, and outputs behind its four inputs. */
const BEFORE = { input: 8, output: 12 } as const;
/** The names that our drivers give to contacts of a card. */
const NUMBERED = /^(aux|input|output)([1-9]\d?)$/;

/**
 * AUX ports (1.11), SENSORMANAGER (1.12) and SITEMANAGER (1.10) as the maker's cards have them (CS141 manual, "RFC 1628 MIB Overview"; values and units as lib/protocols/snmp
 * reads them): the ports and contacts that the UPS's own device tells. [inferred] Temperature is sensor 1 and humidity sensor 2, contacts without a number are inputs,
 * and inputs and outputs are told for both kinds of manager. Only what is there exists.
 */
export function makersObjects({ served }: ObjectSource): ServedObject[] {
    const contact = (name: string) => () => {
        const on = served().status?.environment?.contacts?.[name];
        return on === undefined ? undefined : Number(on);
    };
    return partsOf(served()).flatMap((part): ServedObject[] => {
        if (part.kind === 'sensor') {
            const { number, key, unit } = part;
            return [
                integer(`${SENSOR_MANAGER}.${number}.1.0`, () => round(served().status?.environment?.[key], 10)),
                text(`${SENSOR_MANAGER}.${number}.2.0`, () => served().site.location),
                text(`${SENSOR_MANAGER}.${number}.3.0`, () => unit),
            ];
        }
        const { kind, number, name } = part;
        const value = contact(name);
        if (kind === 'aux') return [integer(`${AUX}.${number}.0`, value)];
        const objects: ServedObject[] = [];
        if (number <= MOST_OF_SENSOR_MANAGER) {
            const entry = `${SENSOR_MANAGER}.${BEFORE[kind] + number}`;
            objects.push(
                integer(`${entry}.1.0`, value),
                text(`${entry}.2.0`, () => name),
            );
        }
        if (number <= MOST_OF_MANAGER)
            objects.push(integer(`${SITE_MANAGER}.${kind === 'output' ? 1 : 2}.${number}.0`, value));
        else if (kind === 'input') objects.push(integer(`${SITE_MANAGER}.5.${number}.0`, value));
        return objects;
    });
}

/** Of two moments with the same shape the same instances exist. */
export function makersShapeOf({ status }: ServedUps): string {
    const { contacts = {}, temperature, humidity } = status?.environment ?? {};
    return [temperature === undefined, humidity === undefined, ...Object.keys(contacts)].join();
}

type Part =
    | { kind: 'sensor'; number: 1 | 2; key: 'temperature' | 'humidity'; unit: string }
    | { kind: 'aux' | 'input' | 'output'; number: number; name: string };

function partsOf({ status }: ServedUps): Part[] {
    const { contacts = {}, temperature, humidity } = status?.environment ?? {};
    const parts: Part[] = [];
    if (temperature !== undefined) parts.push({ kind: 'sensor', number: 1, key: 'temperature', unit: '°C' });
    if (humidity !== undefined) parts.push({ kind: 'sensor', number: 2, key: 'humidity', unit: '%' });
    const named: string[] = [];
    const taken = new Set<number>();
    for (const name of Object.keys(contacts)) {
        const [, kind, digits] = NUMBERED.exec(name) ?? [];
        const number = Number(digits);
        if (kind === 'aux' && number <= 4) parts.push({ kind, number, name });
        else if (kind === 'output' && number <= MOST_OF_MANAGER) parts.push({ kind, number, name });
        else if (kind === 'input' && number <= MOST_OF_MONITOR) {
            parts.push({ kind, number, name });
            taken.add(number);
        } else named.push(name);
    }
    const free = Array.from({ length: MOST_OF_SENSOR_MANAGER }, (_, i) => i + 1).filter((each) => !taken.has(each));
    free.forEach((number, i) => {
        const name = named[i];
        if (name !== undefined) parts.push({ kind: 'input', number, name });
    });
    return parts;
}
