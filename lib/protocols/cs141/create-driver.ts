import type { ConnectionOptions } from 'node:tls';
import type { Clock } from '../../core/clock';
import { UpsError } from '../../core/errors';
import { endpointOf, hostOf, type EndpointSettings } from '../modbus/endpoint';
import { ModbusLinePool } from '../modbus/line-pool';
import type { RtuEndpoint, TcpEndpoint } from '../modbus/modbus-serial-line';
import { bracketedHost } from '../shared/host';
import { Cs141Driver } from './driver';
import { HttpClient } from './http-client';
import { CardReport, KeyedQueue } from './http-report';
import { registerMap } from './maps';
import { sensorModule } from './sensor-modules';

export interface Cs141Settings extends EndpointSettings {
    unitId: number;
    /** Id of a register map. */
    map: string;
    /** `zero`: addresses are sent as printed in the CS141 manual; `one`: addresses are sent plus one. */
    addressing: 'zero' | 'one';
    /** `inferred`: if no register reports an outage, the driver infers it from measured values; `told`: by registers only. */
    outages: 'inferred' | 'told';
    /** Seconds between polls. */
    interval: number;
    /** Seconds for each answer. */
    timeout: number;
    /** Id of a sensor module. */
    sensors: string;
    /** Factor from the raw number of a sensor to its value. */
    sensorScale: number;
    /** Also reads the report over HTTP. */
    http: boolean;
    /** Address of the web interface; empty: `http://` and the host. */
    httpUrl: string;
    /** Seconds between reports. */
    httpInterval: number;
    tls?: ConnectionOptions;
    user?: string;
    password?: string;
}

/** Lines and log-in queues that drivers share. */
export interface Cs141Shared {
    lines: ModbusLinePool;
    queue: KeyedQueue;
}

/**
 * One for each process, since a serial port can be opened only once. @param lines those of the process, if other kinds of devices
 * use Modbus lines, too
 */
export function sharedCs141(clock: Clock, lines = new ModbusLinePool(clock)): Cs141Shared {
    return { lines, queue: new KeyedQueue() };
}

/** A driver for one card. @throws UpsError config-invalid for an unknown map or sensor module */
export function createCs141Driver(
    settings: Cs141Settings,
    clock: Clock,
    shared: Cs141Shared,
    warn?: (error: unknown) => void,
): Cs141Driver {
    const endpoint = endpointOf(settings);
    const { unitId, addressing, outages, interval, timeout, sensorScale, http } = settings;
    const map = known('map', settings.map, registerMap);
    const sensors = known('sensors', settings.sensors, sensorModule);
    const timeoutMs = timeout * 1000;
    const report = http ? reportOf(settings, endpoint, clock, shared.queue, timeoutMs) : undefined;
    return new Cs141Driver({
        clock,
        host: hostOf(endpoint),
        intervalMs: interval * 1000,
        // Last, since every line that is taken must be given back: nothing after this throws.
        line: shared.lines.take({ endpoint, timeoutMs }),
        unitId,
        addressOffset: addressing === 'one' ? 1 : 0,
        map,
        sensors,
        sensorScale,
        inferOutages: outages === 'inferred',
        report,
        warn,
    });
}

function reportOf(
    { user = '', password = '', httpUrl, httpInterval, tls }: Cs141Settings,
    endpoint: TcpEndpoint | RtuEndpoint,
    clock: Clock,
    queue: KeyedQueue,
    timeoutMs: number,
): CardReport {
    const base = new URL(httpUrl || `http://${endpoint.transport === 'tcp' ? bracketedHost(endpoint.host) : ''}`);
    const client = new HttpClient(clock, base, Math.max(5000, timeoutMs), tls);
    return new CardReport({ clock, client, user, password, intervalMs: httpInterval * 1000, queue });
}

function known<T>(property: string, id: string, find: (id: string) => T | undefined): T {
    const found = find(id);
    if (found === undefined) throw new UpsError('config-invalid', { property, value: id });
    return found;
}
