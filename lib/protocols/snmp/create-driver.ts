import type { Clock } from '../../core/clock';
import type { UpsError } from '../../core/errors';
import type { DeviceMap } from '../device-map/device-map';
import { SNMP_MAPS } from '../device-map/maps';
import { bracketedHost } from '../shared/host';
import { targetOf, type TargetSettings } from './config';
import { SnmpDriver } from './driver';
import { HostAddress } from './host-address';
import { diagnoseSilence } from './silence-diagnosis';
import { NetSnmpTransport } from './net-snmp-transport';
import { SilenceReason } from './silence-reason';
import { TrapReceivers } from './traps';

export interface SnmpDriverSettings extends TargetSettings {
    /** Seconds between polls. */
    interval: number;
    /** `auto` (default): found out; `rfc1628`; the id of a shipped map; `own`: the map below. */
    dialect?: string;
    /** The user's own map, for the dialect `own`. */
    map?: DeviceMap;
    /** UDP port for traps; absent or 0: no traps. 162 usually needs privileges. */
    trapPort?: number;
    /** Local address to receive traps on; default: all addresses. */
    trapAddress?: string;
    /** Told the object identifier of each trap of the device. */
    onTrap?(oid: string): void;
    /** The trap port is open, also when that took several attempts: what was warned of it is over. */
    onListening?(): void;
}

/**
 * A driver for one SNMP card on the real network.
 * @param warning receives errors that do not stop polling: port-in-use, port-forbidden
 * @param traps shared by all drivers of a process, since a process can bind a port only once
 */
export function createSnmpDriver(
    settings: SnmpDriverSettings,
    clock: Clock,
    warning: (error: UpsError) => void,
    traps = new TrapReceivers(clock),
): SnmpDriver {
    const target = targetOf(settings);
    const { interval, trapPort: port = 0, dialect = 'auto', map } = settings;
    const isOwn = dialect === 'own' && map !== undefined;
    const address = new HostAddress(target.host, target.timeoutMs);
    const place = `${bracketedHost(target.host)}:${target.port}`;
    return new SnmpDriver({
        clock,
        host: place,
        intervalMs: interval * 1000,
        transport: new NetSnmpTransport(target, address),
        maps: isOwn ? [map] : SNMP_MAPS,
        ...(dialect === 'auto' ? {} : { dialect: isOwn ? map.id : dialect }),
        silence: new SilenceReason(clock, () => diagnoseSilence(clock, address, target.port, target.version)),
        traps:
            port === 0
                ? undefined
                : (hint) => {
                      const subscription = traps.register({
                          port,
                          address: settings.trapAddress,
                          from: address,
                          user: target.user,
                          hint,
                          named: settings.onTrap,
                          warning,
                      });
                      void subscription.listening.then(() => settings.onListening?.());
                      return subscription;
                  },
    });
}
