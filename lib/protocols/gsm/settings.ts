import { SerialModemTransport, TcpModemTransport, type ModemTransport } from './transport';

export type ModemMode = 'auto' | 'pdu' | 'text';

/** Where to find a modem. */
export interface ModemPlace {
    transport: 'serial' | 'tcp';
    /** For `serial`, like the next one. */
    path: string;
    baudRate: number;
    /** For `tcp`. */
    host: string;
    port: number;
}

export interface ModemSettings {
    mode: ModemMode;
    /** Digits, with or without a leading +; empty: that of the SIM. */
    serviceCentre: string;
    /** Empty: the SIM requires none. */
    pin: string;
}

export function modemTransport({ transport, path, baudRate, host, port }: ModemPlace): ModemTransport {
    return transport === 'tcp' ? new TcpModemTransport(host, port) : new SerialModemTransport(path, baudRate);
}
