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
    /** Are addresses sent as the CS141 manual prints them (`zero`), or one more (`one`)? */
    addressing: 'zero' | 'one';
    /** `inferred`: concluded from measured values where no register tells an outage; `told`: by registers only. */
    outages: 'inferred' | 'told';
    /** Seconds between polls. */
    interval: number;
    /** Seconds for each answer. */
    timeout: number;
    /** Id of a sensor module. */
    sensors: string;
    /** A sensor's number times this is its value. */
    sensorScale: number;
    /** Read the report over HTTP, too. */
    http: boolean;
    /** Address of the web interface; where it is empty, `http://` and the host. */
    httpUrl: string;
    /** Seconds between reports. */
    httpInterval: number;
    tls?: ConnectionOptions;
    user?: string;
    password?: string;
}

/** Lines and log-ins that drivers share. */
export interface Cs141Shared {
    lines: ModbusLinePool;
    queue: KeyedQueue;
}

/** One for each process: a serial port can be opened but once. `lines`: those of this process, if other kinds of devices use some. */
export function sharedCs141(clock: Clock, lines = new ModbusLinePool(clock)): Cs141Shared {
    return { lines, queue: new KeyedQueue() };
}

/** A driver for one card. @throws UpsError config-invalid: a map or a module that nobody knows */
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
        // Taken last: what has been taken must be given back.
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
