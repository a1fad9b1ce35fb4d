import type { SettingsOf } from '../../../lib/core/settings';
import { hostKey, parseHosts } from '../../../lib/protocols/shared/hosts';
import { targetOf } from '../../../lib/protocols/snmp/config';
import { HostAddress } from '../../../lib/protocols/snmp/host-address';
import type { NotifyReceiver } from '../../../lib/protocols/snmp/notify/sender';
import type { settings } from '../../jobs/ups-trap.settings';

type DeclaredSettings = SettingsOf<typeof settings>;

export interface TrapSettings {
    receivers: { name: string; to: NotifyReceiver }[];
    /** Hexadecimal; empty if no engine is needed. */
    engineId: string;
    /** Its receivers check our count of starts. For an inform the receiver is the authoritative engine instead. */
    stamped: boolean;
    alarmRoot: string;
    lowBattMinutes: number;
    unknownMinutes: number;
    everyAlarm: boolean;
}

/** The resolved addresses of a node's receivers, kept between notifications: the name server may be unavailable when they are needed. */
export class KnownNames {
    private readonly addresses = new Map<string, HostAddress>();

    of(host: string, timeoutMs: number): HostAddress {
        const address = this.addresses.get(host) ?? new HostAddress(host, timeoutMs);
        this.addresses.set(host, address);
        return address;
    }

    /** Resolves all names while the name server is available. */
    learn(): void {
        // An unknown name is reported when something is sent to it.
        for (const address of this.addresses.values()) address.resolve().catch(() => undefined);
    }
}

export function trapSettings(declared: DeclaredSettings, names: KnownNames): TrapSettings {
    const { hosts, port: defaultPort, kind, version, engineId, alarmRoot } = declared;
    const { lowBattMinutes, unknownMinutes, everyAlarm } = declared;
    const inform = kind === 'inform';
    const receivers = parseHosts(hosts, defaultPort).map(({ host, port }) => {
        const { community, user, timeoutMs, retries } = targetOf({ ...declared, host, port });
        const address = names.of(host, timeoutMs);
        const to = { host: address, port, version, inform, community, user, timeoutMs, retries };
        return { name: hostKey({ host, port }), to };
    });
    return {
        receivers,
        engineId: engineId.replace(/^0x/i, ''),
        stamped: version === '3' && !inform,
        alarmRoot: alarmRoot.replace(/^\./, ''),
        lowBattMinutes,
        unknownMinutes,
        everyAlarm,
    };
}
