import { ObjectType } from 'net-snmp';
import type { ServedObject, WireValue } from './object-tree';

export const LARGEST_INTEGER = 2 ** 31 - 1;
/** Of a DisplayString (RFC 2579). */
const MOST_OCTETS = 255;

/** @param value undefined: not known now */
type Make = (oid: string, value: () => WireValue | undefined, write?: ServedObject['write']) => ServedObject;

export const integer: Make = (oid, value, write) => ({
    oid,
    type: ObjectType.Integer,
    value: () => {
        const known = value();
        const whole = Math.trunc(Number(known));
        if (known === undefined || Number.isNaN(whole)) return undefined;
        return Math.max(-LARGEST_INTEGER - 1, Math.min(LARGEST_INTEGER, whole));
    },
    write,
});
export const text: Make = (oid, value, write) => ({
    oid,
    type: ObjectType.OctetString,
    value: () => displayString(value()),
    write,
});
export const oidOf: Make = (oid, value, write) => ({ oid, type: ObjectType.OID, value, write });
export const ticks: Make = (oid, value) => ({ oid, type: ObjectType.TimeTicks, value: () => unsigned(value()) });
export const counter: Make = (oid, value) => ({ oid, type: ObjectType.Counter, value: () => unsigned(value()) });
export const gauge: Make = (oid, value) => ({ oid, type: ObjectType.Gauge, value: () => unsigned(value()) });

function unsigned(value: WireValue | undefined): number | undefined {
    const whole = Math.trunc(Number(value));
    return Number.isNaN(whole) ? undefined : Math.max(0, whole) % 2 ** 32;
}

/** A text that does not fit into one answer would end every walk at its place. */
function displayString(value: WireValue | undefined): WireValue | undefined {
    if (typeof value !== 'string' || value.length * 3 <= MOST_OCTETS) return value;
    const octets = Buffer.from(value);
    if (octets.length <= MOST_OCTETS) return value;
    let end = MOST_OCTETS;
    // No character is cut in two.
    while ((octets[end]! & 0xc0) === 0x80) end--;
    return octets.toString('utf8', 0, end);
}

export function inRange(value: WireValue, min: number, max: number): boolean {
    return typeof value === 'number' && value >= min && value <= max;
}

export interface SystemTexts {
    description: string;
    objectId: string;
    contact: string;
    name: string;
    location: string;
}

const SYSTEM = '1.3.6.1.2.1.1';

/** The system group (RFC 3418, section 2). `upTime` in 1/100 s. */
export function systemGroup(system: SystemTexts, upTime: () => number): ServedObject[] {
    return [
        text(`${SYSTEM}.1.0`, () => system.description),
        oidOf(`${SYSTEM}.2.0`, () => system.objectId),
        ticks(`${SYSTEM}.3.0`, upTime),
        text(`${SYSTEM}.4.0`, () => system.contact),
        text(`${SYSTEM}.5.0`, () => system.name),
        text(`${SYSTEM}.6.0`, () => system.location),
        integer(`${SYSTEM}.7.0`, () => 72),
    ];
}

const ENGINE = '1.3.6.1.6.3.10.2.1';
/** Octets of a message that an engine takes (RFC 3411, section 5), as its reports say it. */
export const LARGEST_MESSAGE = 65_507;

/** The group snmpEngine (RFC 3411, section 5): a receiver of SNMPv3 traps must know the engine of their user. */
export function engineGroup(engineId: string, time: () => { boots: number; seconds: number }): ServedObject[] {
    return [
        { oid: `${ENGINE}.1.0`, type: ObjectType.OctetString, value: () => Buffer.from(engineId, 'hex') },
        integer(`${ENGINE}.2.0`, () => time().boots),
        integer(`${ENGINE}.3.0`, () => time().seconds),
        integer(`${ENGINE}.4.0`, () => LARGEST_MESSAGE),
    ];
}
