import type { Clock } from '../../core/clock';
import type { UpsError } from '../../core/errors';
import { bracketedHost } from '../shared/host';
import { settingNumber } from '../shared/setting-number';
import { readTarget, type SnmpSettings } from './config';
import { SnmpDriver } from './driver';
import { HostAddress } from './host-address';
import { lookAround } from './look-around';
import { NetSnmpTransport } from './net-snmp-transport';
import { Silence } from './silence';
import { TrapReceivers } from './traps';

export interface SnmpDriverSettings extends SnmpSettings {
    /** Seconds between polls; 1 by default. */
    interval?: string | number;
    /** Empty or 0: no traps. 162 usually needs privileges. */
    trapPort?: string | number;
    /** Local address to receive traps on; every one by default. */
    trapAddress?: string;
}

/**
 * A driver for one RFC 1628 card on the real network, from what the user typed.
 * @param warning told what does not stop the polling: port-in-use, port-forbidden
 * @param traps shared by all drivers of a process, for a port can be bound but once
 * @throws UpsError config-missing, config-invalid
 */
export function createSnmpDriver(
    settings: SnmpDriverSettings,
    clock: Clock,
    warning: (error: UpsError) => void,
    traps = new TrapReceivers(clock),
): SnmpDriver {
    const target = readTarget(settings);
    const seconds = settingNumber('interval', settings.interval, 1, 0.1, 3600, false);
    const port = settingNumber('trapPort', settings.trapPort, 0, 0, 65535, true);
    const address = new HostAddress(target.host, target.timeoutMs);
    const place = `${bracketedHost(target.host)}:${target.port}`;
    return new SnmpDriver({
        clock,
        host: place,
        intervalMs: seconds * 1000,
        transport: new NetSnmpTransport(target, address),
        silence: new Silence(clock, () => lookAround(clock, address, target.port, target.version)),
        traps:
            port === 0
                ? undefined
                : (hint) =>
                      traps.register({
                          port,
                          address: settings.trapAddress,
                          from: address,
                          user: target.user,
                          hint,
                          warning,
                      }),
    });
}
