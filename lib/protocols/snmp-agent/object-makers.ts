import { ObjectType } from 'net-snmp';
import type { ServedObject, WireValue } from './object-tree';

export const LARGEST_INTEGER = 2 ** 31 - 1;

/** @param value undefined: not known now */
type Make = (oid: string, value: () => WireValue | undefined, write?: ServedObject['write']) => ServedObject;

export const integer: Make = (oid, value, write) => ({
    oid,
    type: ObjectType.Integer,
    value: () => {
        const known = value();
        if (known === undefined) return undefined;
        const whole = Math.trunc(Number(known));
        return Math.max(-LARGEST_INTEGER - 1, Math.min(LARGEST_INTEGER, whole));
    },
    write,
});
export const text: Make = (oid, value, write) => ({ oid, type: ObjectType.OctetString, value, write });
export const oidOf: Make = (oid, value, write) => ({ oid, type: ObjectType.OID, value, write });
export const ticks: Make = (oid, value) => ({ oid, type: ObjectType.TimeTicks, value: () => unsigned(value()) });
export const counter: Make = (oid, value) => ({ oid, type: ObjectType.Counter, value: () => unsigned(value()) });
export const gauge: Make = (oid, value) => ({ oid, type: ObjectType.Gauge, value: () => unsigned(value()) });

function unsigned(value: WireValue | undefined): number | undefined {
    return value === undefined ? undefined : Math.max(0, Math.trunc(Number(value))) % 2 ** 32;
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
