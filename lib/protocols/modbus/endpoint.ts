import { UpsError } from '../../core/errors';
import { bracketedHost, hostSetting } from '../shared/host';
import { settingChoice, settingNumber } from '../shared/setting-number';
import type { Parity, RtuEndpoint, TcpEndpoint } from './modbus-serial-line';

/** Where a Modbus device is, as a user types it into a node; everything may be missing or text. */
export interface EndpointSettings {
    /** `tcp` (default) or `rtu`. */
    transport?: string;
    host?: string;
    /** 502 by default. */
    port?: string | number;
    path?: string;
    /** 9600 by default. */
    baudRate?: string | number;
    /** `none` by default. */
    parity?: string;
    stopBits?: string | number;
}

const PARITIES: readonly string[] = ['none', 'even', 'odd'] satisfies Parity[];

/** @throws UpsError config-missing, config-invalid */
export function endpointOf(settings: EndpointSettings): TcpEndpoint | RtuEndpoint {
    if (settingChoice('transport', settings.transport, ['tcp', 'rtu'], 'tcp') === 'tcp') {
        const host = hostSetting('host', settings.host);
        return { transport: 'tcp', host, port: settingNumber('port', settings.port, 502, 1, 65_535, true) };
    }
    const path = settings.path?.trim();
    if (!path) throw new UpsError('config-missing', { property: 'path' });
    return {
        transport: 'rtu',
        path,
        baudRate: settingNumber('baudRate', settings.baudRate, 9600, 50, 4_000_000, true),
        parity: settingChoice('parity', settings.parity, PARITIES, 'none') as Parity,
        stopBits: settingNumber('stopBits', settings.stopBits, 1, 1, 2, true) as 1 | 2,
    };
}

/** For errors and people. */
export function hostOf(endpoint: TcpEndpoint | RtuEndpoint): string {
    return endpoint.transport === 'tcp' ? `${bracketedHost(endpoint.host)}:${endpoint.port}` : endpoint.path;
}
