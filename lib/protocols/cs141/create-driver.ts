import type { ConnectionOptions } from 'node:tls';
import type { Clock } from '../../core/clock';
import { UpsError } from '../../core/errors';
import { said, type Told } from '../../core/language/sentence';
import { endpointOf, hostOf, type EndpointSettings } from '../modbus/endpoint';
import { ModbusLinePool } from '../modbus/line-pool';
import type { RtuEndpoint, TcpEndpoint } from '../modbus/modbus-serial-line';
import { bracketedHost } from '../shared/host';
import { settingChoice, settingNumber, settingTick } from '../shared/setting-number';
import { Cs141Driver } from './driver';
import { HttpClient } from './http-client';
import { CardReport, TurnTaker } from './http-report';
import { REGISTER_MAPS, registerMap } from './maps';
import { sensorModule } from './sensor-modules';

/** What a user types into the node; everything may be missing or text. */
export interface Cs141Settings extends EndpointSettings {
    /** 1 by default. */
    unitId?: string | number;
    /** Id of a register map; `default` by default. */
    map?: string;
    /** Are addresses sent as the CS141 manual prints them (`zero`), or one more (`one`)? */
    addressing?: string;
    /** `inferred` (default): concluded from measured values where no register tells an outage; `told`: by registers only. */
    outages?: string;
    /** Seconds between polls; 1 by default. */
    interval?: string | number;
    /** Seconds for each answer; 2 by default. */
    timeout?: string | number;
    /** Id of a sensor module; `none` by default. */
    sensors?: string;
    /** A sensor's number times this is its value; 1 by default. */
    sensorScale?: string | number;
    /** Read the report over HTTP, too. */
    http?: boolean | string;
    /** Address of the web interface; `http://` and the host by default. */
    httpUrl?: string;
    /** Seconds between reports; 10 by default. */
    httpInterval?: string | number;
    tls?: ConnectionOptions;
    user?: string;
    password?: string;
}

/** Lines and log-ins that drivers share. */
export interface Cs141Shared {
    lines: ModbusLinePool;
    turns: TurnTaker;
}

/** One for each process: a serial port can be opened but once. `lines`: those of this process, if other kinds of devices use some. */
export function sharedCs141(clock: Clock, lines = new ModbusLinePool(clock)): Cs141Shared {
    return { lines, turns: new TurnTaker() };
}

/** A driver for one card. @throws UpsError config-missing, config-invalid; never with a secret in it */
export function createCs141Driver(
    settings: Cs141Settings,
    clock: Clock,
    shared: Cs141Shared,
    warn?: (error: unknown) => void,
): Cs141Driver {
    const endpoint = endpointOf(settings);
    const map = oneOf('map', settings.map, 'default', registerMap, () => REGISTER_MAPS.map(({ id }) => id).join(', '));
    const sensors = oneOf('sensors', settings.sensors, 'none', sensorModule, () => said('expected.sensorModule'));
    const addressing = settingChoice('addressing', settings.addressing, ['zero', 'one'], 'zero');
    const outages = settingChoice('outages', settings.outages, ['inferred', 'told'], 'inferred');
    const timeoutMs = seconds('timeout', settings.timeout, 2, 0.1, 10);
    const intervalMs = seconds('interval', settings.interval, 1, 0.2, 3600);
    const unitId = settingNumber('unitId', settings.unitId, 1, endpoint.transport === 'tcp' ? 0 : 1, 247, true);
    const measured = (settings.sensors?.trim() || 'none') !== 'none';
    const sensorScale = measured ? settingNumber('sensorScale', settings.sensorScale, 1, 0.0001, 1000, false) : 1;
    const http = settingTick('http', settings.http, false);
    const report = http ? reportOf(settings, endpoint, clock, shared.turns, timeoutMs) : undefined;
    return new Cs141Driver({
        clock,
        host: hostOf(endpoint),
        intervalMs,
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
    settings: Cs141Settings,
    endpoint: TcpEndpoint | RtuEndpoint,
    clock: Clock,
    turns: TurnTaker,
    timeoutMs: number,
): CardReport {
    const { user, password } = settings;
    if (!user) throw new UpsError('config-missing', { property: 'user' });
    if (!password) throw new UpsError('config-missing', { property: 'password' });
    const base = urlOf(settings.httpUrl, endpoint);
    const client = new HttpClient(clock, base, Math.max(5000, timeoutMs), settings.tls);
    const intervalMs = seconds('httpInterval', settings.httpInterval, 10, 2, 3600);
    return new CardReport({ clock, client, user, password, intervalMs, turns });
}

function urlOf(typed: string | undefined, endpoint: TcpEndpoint | RtuEndpoint): URL {
    const text = typed?.trim() || (endpoint.transport === 'tcp' ? webAddress(endpoint.host) : '');
    if (!text) throw new UpsError('config-missing', { property: 'httpUrl' });
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
        // A password in the address would end up here.
        throw new UpsError('config-invalid', {
            property: 'httpUrl',
            value: url?.host ?? '?',
            expected: said('expected.reportUrl'),
        });
    }
    return url;
}

/** URLs know no zones (WHATWG): a card that is reached by one needs an address of its own for its web interface. */
function webAddress(host: string): string {
    return host.includes('%') ? '' : `http://${bracketedHost(host)}`;
}

function oneOf<T>(
    property: string,
    typed: string | undefined,
    otherwise: string,
    find: (id: string) => T | undefined,
    expected: () => Told,
): T {
    const value = typed?.trim() || otherwise;
    const found = find(value);
    if (found === undefined) throw new UpsError('config-invalid', { property, value, expected: expected() });
    return found;
}

function seconds(
    property: string,
    typed: string | number | undefined,
    otherwise: number,
    min: number,
    max: number,
): number {
    return settingNumber(property, typed, otherwise, min, max, false) * 1000;
}
