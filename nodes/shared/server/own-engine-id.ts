import { createHash } from 'node:crypto';
import { hostname, networkInterfaces } from 'node:os';

/** Enterprise 8072 (net-snmp), as cards of UPSs have it too (CS141 manual, "SNMP"); RFC 3411, section 5: 3 = a MAC address, 5 = octets of our own choice. */
const ENTERPRISE = '80001f88';
const NO_MAC = '00:00:00:00:00:00';
/** The bit of a MAC address that software has made (a bridge, a container). */
const LOCAL = 2;

/** snmpEngineID of this machine, hexadecimal: by the MAC address of its first network card; without one, by its name. */
export function ownEngineId(): string {
    const macs = Object.values(networkInterfaces())
        .flatMap((addresses) => addresses ?? [])
        .filter(({ internal, mac }) => !internal && mac !== NO_MAC)
        .map(({ mac }) => mac.replaceAll(':', '').toLowerCase());
    const isLocal = (mac: string) => (Number.parseInt(mac.slice(0, 2), 16) & LOCAL) !== 0;
    // Interfaces may come in any order.
    const [mac] = [...new Set(macs)].sort((a, b) => Number(isLocal(a)) - Number(isLocal(b)) || (a < b ? -1 : 1));
    if (mac) return `${ENTERPRISE}03${mac}`;
    return `${ENTERPRISE}05${createHash('sha256').update(hostname()).digest('hex').slice(0, 16)}`;
}
