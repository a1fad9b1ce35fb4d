import { bracketedHost } from '../shared/host';
import type { Parity, RtuEndpoint, TcpEndpoint } from './modbus-serial-line';

/** Address of a Modbus device as the node's settings declare it. */
export interface EndpointSettings {
    transport: 'tcp' | 'rtu';
    /** For `tcp`, like the next one. */
    host: string;
    port: number;
    /** For `rtu`, like all that follow. */
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

/** Name for errors and messages. */
export function hostOf(endpoint: TcpEndpoint | RtuEndpoint): string {
    return endpoint.transport === 'tcp' ? `${bracketedHost(endpoint.host)}:${endpoint.port}` : endpoint.path;
}
