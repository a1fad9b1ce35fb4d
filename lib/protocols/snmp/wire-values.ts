import snmp from 'net-snmp';
import type { SnmpValue } from './transport';

const ABSENT: ReadonlySet<number> = new Set([
    snmp.ObjectType.NoSuchObject,
    snmp.ObjectType.NoSuchInstance,
    snmp.ObjectType.EndOfMibView,
]);

/** net-snmp's varbind value of any type as an SnmpValue. */
export function fromWire(type: number, value: unknown): SnmpValue {
    if (ABSENT.has(type)) return undefined;
    if (type === snmp.ObjectType.Counter64) {
        return Buffer.isBuffer(value) && value.length > 0 ? Number(BigInt(`0x${value.toString('hex')}`)) : null;
    }
    if (type === snmp.ObjectType.Opaque) return Buffer.isBuffer(value) ? fromOpaque(value) : null;
    if (Buffer.isBuffer(value)) return fromOctets(value);
    if (typeof value === 'boolean') return value ? 1 : 0;
    return typeof value === 'number' || typeof value === 'string' ? value : null;
}

/** Text as UTF-8 if valid, else as Latin-1, which old cards use for ° and ü. */
function fromOctets(octets: Buffer): string {
    const text = octets.toString('utf8');
    return text.includes('\ufffd') ? octets.toString('latin1') : text;
}

/** Floats are sent as Opaque: 9f 78 04 + IEEE 754 single, 9f 79 08 + double (NET-SNMP-TC); other Opaque values become text. */
function fromOpaque(octets: Buffer): SnmpValue {
    if (octets.length === 7 && octets.readUIntBE(0, 3) === 0x9f7804) return octets.readFloatBE(3);
    if (octets.length === 11 && octets.readUIntBE(0, 3) === 0x9f7908) return octets.readDoubleBE(3);
    return fromOctets(octets);
}
