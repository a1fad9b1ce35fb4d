import { SerialModemTransport, TcpModemTransport, type ModemTransport } from './transport';

export type ModemMode = 'auto' | 'pdu' | 'text';

/** Where a modem is. */
export interface ModemPlace {
    transport: 'serial' | 'tcp';
    /** `serial` */
    path: string;
    baudRate: number;
    /** `tcp` */
    host: string;
    port: number;
}

export interface ModemSettings {
    mode: ModemMode;
    /** Digits, with or without a leading +; empty: the SIM's. */
    serviceCentre: string;
    /** Empty: the SIM asks for none. */
    pin: string;
}

export function modemTransport({ transport, path, baudRate, host, port }: ModemPlace): ModemTransport {
    return transport === 'tcp' ? new TcpModemTransport(host, port) : new SerialModemTransport(path, baudRate);
}
