import { UpsError } from '../../core/errors';
import { formatMac, parseMac } from '../../core/addresses/mac';
import { said } from '../../core/language/sentence';
import { entriesOf } from '../../core/split-list';
import { parseHosts } from '../shared/hosts';
import type { Probe } from '../shared/probe';

export interface WakeHost {
    /** `00:1b:21:3c:4d:5e`; also identifies the host in the journal. */
    mac: string;
    /** Name for people; default: the MAC address. */
    name: string;
    /** Undefined: the host is not probed. */
    probe?: Probe;
}

/** A row of the dialog. */
export interface WakeRow {
    name?: string;
    mac?: string;
    check?: 'none' | 'tcp' | 'ping';
    address?: string;
    port?: string | number | undefined;
}

const MOST_HOSTS = 512;
const SSH_PORT = 22;

/** A list of MAC addresses, without duplicates. @throws UpsError config-missing, config-invalid */
export function parseMacs(list: string | readonly string[] | undefined): WakeHost[] {
    const macs = entriesOf(list ?? '').map((entry) => formatMac(parseMac(entry)));
    return bounded(
        'mac',
        [...new Set(macs)].map((mac) => ({ mac, name: mac })),
    );
}

/** The rows of a staged wake, in order. @throws UpsError config-missing, config-invalid with the invalid row */
export function parseRows(rows: readonly WakeRow[] | undefined): WakeHost[] {
    if (rows !== undefined && !Array.isArray(rows)) {
        throw new UpsError('config-invalid', {
            property: 'hosts',
            value: typeof rows,
            expected: said('expected.hostList'),
        });
    }
    const hosts = (rows ?? []).map((row) => {
        const mac = formatMac(parseMac(String(row.mac ?? '')));
        return { mac, name: row.name?.trim() || mac, probe: probeOf(row) };
    });
    const twice = hosts.find(({ mac }, index) => hosts.findIndex((other) => other.mac === mac) !== index);
    if (!twice) return bounded('hosts', hosts);
    throw new UpsError('config-invalid', {
        property: 'hosts',
        value: twice.mac,
        expected: said('expected.eachMacOnce'),
    });
}

function probeOf({ check, address, port }: WakeRow): Probe | undefined {
    if (!check || check === 'none') return undefined;
    const text = address?.trim() ?? '';
    // Rejects text that the `ping` program could take for an option.
    const [host] = /[\s,;]/.test(text) ? [] : parseHosts(text, SSH_PORT);
    const number = port === undefined || port === '' ? host?.port : Number(port);
    const known = check === 'ping' || check === 'tcp';
    if (known && host && number !== undefined && Number.isInteger(number) && number >= 1 && number <= 65535) {
        return check === 'ping' ? { kind: 'ping', host: host.host } : { kind: 'tcp', host: host.host, port: number };
    }
    throw new UpsError('config-invalid', {
        property: 'hosts',
        value: `${check} ${text}:${port ?? ''}`.slice(0, 100),
        expected: said('expected.probe'),
    });
}

function bounded(property: string, hosts: WakeHost[]): WakeHost[] {
    if (!hosts.length) throw new UpsError('config-missing', { property });
    if (hosts.length <= MOST_HOSTS) return hosts;
    throw new UpsError('config-invalid', {
        property,
        value: hosts.length,
        expected: said('expected.atMostHosts', { most: MOST_HOSTS }),
    });
}
