import { bracketedHost } from '../shared/host';
import { targetOf } from '../snmp/config';
import { HostAddress } from '../snmp/host-address';
import { NetSnmpTransport } from '../snmp/net-snmp-transport';
import { toUpsError } from '../snmp/refusals';
import type { SnmpSetVarbind, SnmpTransport } from '../snmp/transport';
import type { BacsSettings } from './create-driver';

/**
 * Sets one object of a card, e.g. the one by which a user pauses the equalizing: which one that is, is printed nowhere.
 * @param oid numeric, with or without a leading dot
 * @param value a whole number is sent as INTEGER, anything else as OCTET STRING
 * @throws UpsError device-silent, device-refused, access-denied, host-unreachable
 */
export async function writeBacsObject(
    settings: NonNullable<BacsSettings['snmp']>,
    oid: string,
    value: string,
    transport?: SnmpTransport,
): Promise<void> {
    const target = targetOf(settings);
    const open = transport ?? new NetSnmpTransport(target, new HostAddress(target.host, target.timeoutMs));
    try {
        await open.set([varbindOf(oid.replace(/^\./, ''), value.trim())]);
    } catch (error) {
        throw toUpsError(error, `${bracketedHost(target.host)}:${target.port}`, oid);
    } finally {
        open.close();
    }
}

function varbindOf(oid: string, value: string): SnmpSetVarbind {
    return /^-?\d{1,10}$/.test(value) ? { oid, type: 'integer', value: Number(value) } : { oid, type: 'text', value };
}
