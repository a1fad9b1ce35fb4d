import type { Clock } from '../../core/clock';
import type { UpsError } from '../../core/errors';
import { endpointOf, hostOf, type EndpointSettings } from '../modbus/endpoint';
import type { ModbusLinePool } from '../modbus/line-pool';
import { bracketedHost } from '../shared/host';
import { targetOf, type TargetSettings } from '../snmp/config';
import { HostAddress } from '../snmp/host-address';
import { NetSnmpTransport } from '../snmp/net-snmp-transport';
import type { TrapReceivers } from '../snmp/traps';
import { BacsDriver } from './driver';
import { FallbackPath } from './fallback-path';
import { ModbusReader } from './modbus-reader';
import type { SnmpDivisors } from './oids';
import { SnmpReader } from './snmp-reader';
import type { IndexBase } from './snmp-rows';

/** `both`: Modbus for flags and values; SNMP for what Modbus does not tell, and for the rest while Modbus fails. */
export type BacsWay = 'modbus' | 'snmp' | 'both';

export interface BacsSettings {
    way: BacsWay;
    /** For `modbus` and `both`: TCP or RTU. */
    modbus?: EndpointSettings & {
        unitId: number;
        /** `zero`: addresses are sent as printed; `one`: plus one. */
        addressing: 'zero' | 'one';
        /** Seconds for each answer. */
        timeout: number;
    };
    /** For `snmp` and `both`. */
    snmp?: TargetSettings & {
        /** Default: found out. */
        indexBase?: 'auto' | '0' | '1';
        /** Numbers for one V, °C, mΩ or A; what is left out is inferred. */
        divisors?: Partial<SnmpDivisors>;
        fahrenheit?: boolean;
        stringAlarms?: 'inferred' | 'none';
        /** UDP port for traps; absent or 0: none. */
        trapPort?: number;
        trapAddress?: string;
    };
    /** Seconds between two sweeps; default 10 by Modbus TCP, else 30. */
    interval?: number;
}

const TCP_SWEEP_S = 10;
/** A serial line carries a sweep in 2 to 9 s; SNMP asks 60 times. */
const SLOW_SWEEP_S = 30;
/** One lost answer on a serial line is noise. */
const RTU_FAILURES = 2;

/**
 * A driver for one BACS system on the real network.
 * @param lines those of the process: all nodes of a card share its connection
 * @param traps those of the process, for SNMP
 */
export function createBacsDriver(
    settings: BacsSettings,
    clock: Clock,
    lines: ModbusLinePool,
    warn?: (error: UpsError) => void,
    traps?: TrapReceivers,
): BacsDriver {
    const { way, modbus, snmp, interval } = settings;
    const bySnmp = way !== 'modbus' && snmp ? snmpOf(snmp, clock) : undefined;
    const hint = bySnmp && snmp?.trapPort && traps ? trapsOf(snmp, bySnmp.address, traps, warn) : undefined;
    const shared = { clock, ...(warn && { warn }), ...(hint && { traps: hint }) };
    if (way === 'snmp' || !modbus) {
        const { reader, host } = bySnmp ?? snmpOf(snmp!, clock);
        return new BacsDriver({ ...shared, host, path: reader, sweepMs: (interval ?? SLOW_SWEEP_S) * 1000 });
    }
    const endpoint = endpointOf(modbus);
    const isTcp = endpoint.transport === 'tcp';
    const host = hostOf(endpoint);
    const { unitId, addressing, timeout } = modbus;
    const options = { clock, unitId, host, addressOffset: addressing === 'one' ? (1 as const) : (0 as const) };
    const spareOf = (first: ModbusReader) =>
        bySnmp
            ? new FallbackPath({
                  ...{ clock, host, first, spare: bySnmp.reader, spareSweepMs: (interval ?? SLOW_SWEEP_S) * 1000 },
                  ...(!isTcp && { failuresToSpare: RTU_FAILURES }),
                  ...(warn && { warn }),
              })
            : first;
    return new BacsDriver({
        ...shared,
        host,
        sweepMs: (interval ?? (isTcp ? TCP_SWEEP_S : SLOW_SWEEP_S)) * 1000,
        ...(!isTcp && { failuresToWaiting: RTU_FAILURES }),
        ...(bySnmp && { beside: bySnmp.reader }),
        // Last, since every line that is taken must be given back: nothing after this throws.
        path: spareOf(new ModbusReader({ ...options, line: lines.take({ endpoint, timeoutMs: timeout * 1000 }) })),
    });
}

type SnmpPart = NonNullable<BacsSettings['snmp']>;

function snmpOf(settings: SnmpPart, clock: Clock): { reader: SnmpReader; address: HostAddress; host: string } {
    const target = targetOf(settings);
    const { indexBase = 'auto', divisors, fahrenheit, stringAlarms } = settings;
    const address = new HostAddress(target.host, target.timeoutMs);
    const host = `${bracketedHost(target.host)}:${target.port}`;
    const reader = new SnmpReader({
        clock,
        host,
        transport: new NetSnmpTransport(target, address),
        ...(indexBase !== 'auto' && { indexBase: Number(indexBase) as IndexBase }),
        ...(divisors && { divisors }),
        ...(fahrenheit !== undefined && { fahrenheit }),
        ...(stringAlarms && { stringAlarms }),
    });
    return { reader, address, host };
}

function trapsOf(settings: SnmpPart, from: HostAddress, traps: TrapReceivers, warn?: (error: UpsError) => void) {
    const { user } = targetOf(settings);
    return (hint: () => void) =>
        traps.register({
            port: settings.trapPort!,
            address: settings.trapAddress,
            from,
            user,
            hint,
            warning: (error) => warn?.(error),
        });
}
