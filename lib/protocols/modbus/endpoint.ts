import { bracketedHost } from '../shared/host';
import type { Parity, RtuEndpoint, TcpEndpoint } from './modbus-serial-line';

/** Where a Modbus device is, as the settings of a node say it. */
export interface EndpointSettings {
    transport: 'tcp' | 'rtu';
    /** `tcp` */
    host: string;
    port: number;
    /** `rtu`, as all that follows */
    path: string;
    baudRate: number;
    parity: Parity;
    stopBits: 1 | 2;
}

export function endpointOf(settings: EndpointSettings): TcpEndpoint | RtuEndpoint {
    const { transport, host, port, path, baudRate, parity, stopBits } = settings;
    if (transport === 'tcp') return { transport, host, port };
    return { transport, path, baudRate, parity, stopBits };
}

/** For errors and people. */
export function hostOf(endpoint: TcpEndpoint | RtuEndpoint): string {
    return endpoint.transport === 'tcp' ? `${bracketedHost(endpoint.host)}:${endpoint.port}` : endpoint.path;
}
