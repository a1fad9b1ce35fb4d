import type { SerialPort } from 'serialport';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import { serialPorts } from '../shared/packages';
import { serialFailure } from '../shared/serial-failure';
import type { ModemLine, SerialLines } from './serial-input';

export type OutputLineState = 'unchanged' | 'on' | 'off';

export interface SerialPortOptions {
    path: string;
    /** States for DTR and RTS: they supply the contacts of many cables, and on some they command a shutdown. */
    dtr: OutputLineState;
    rts: OutputLineState;
}

/** Modem signals do not depend on the speed, but opening a port requires one. */
const ANY_BAUD_RATE = 2400;

/**
 * The modem signals of a serial port through the package serialport, which does not support RI. After an error, the next read
 * opens the port again.
 */
export class SerialPortLines implements SerialLines {
    private port: SerialPort | undefined;
    private closed = false;

    /** @param Port for tests: serialport's mock */
    constructor(
        private readonly options: SerialPortOptions,
        private readonly Port: typeof SerialPort = serialPorts().SerialPort,
    ) {}

    async get(): Promise<Record<ModemLine, boolean>> {
        const port = this.port?.isOpen ? this.port : await this.open();
        try {
            const { cts, dcd, dsr } = await call<{ cts: boolean; dcd: boolean; dsr: boolean }>((done) =>
                port.get(done as never),
            );
            return { CTS: cts, DCD: dcd, DSR: dsr };
        } catch (error) {
            await this.shut(port);
            const reason = said('serial.signals', { why: (error as Error).message });
            throw new UpsError('device-refused', { host: this.options.path, reason }, { cause: error });
        }
    }

    async close(): Promise<void> {
        this.closed = true;
        if (this.port) await this.shut(this.port);
    }

    private async open(): Promise<SerialPort> {
        const { path, dtr, rts } = this.options;
        const port = new this.Port({ path, baudRate: ANY_BAUD_RATE, autoOpen: false });
        // The failing read reports the error, too; without a listener it would end the process.
        port.on('error', () => {});
        try {
            await call<void>((done) => port.open(done as never));
        } catch (error) {
            throw serialFailure(error, path);
        }
        this.port = port;
        if (this.closed) {
            await this.shut(port);
            throw new UpsError('interrupted', {});
        }
        if (dtr !== 'unchanged' || rts !== 'unchanged') {
            // set() always sets both; opening the port has already asserted them.
            const signals = { dtr: dtr !== 'off', rts: rts !== 'off' };
            await call<void>((done) => port.set(signals, done as never)).catch((error: Error) =>
                this.refused(port, error),
            );
        }
        return port;
    }

    private async refused(port: SerialPort, error: Error): Promise<never> {
        await this.shut(port);
        const reason = said('serial.dtrRts', { why: error.message });
        throw new UpsError('device-refused', { host: this.options.path, reason }, { cause: error });
    }

    /** A port that has disappeared cannot be closed: the error is ignored. */
    private async shut(port: SerialPort): Promise<void> {
        if (port === this.port) this.port = undefined;
        if (port.isOpen) await call<void>((done) => port.close(done as never)).catch(() => undefined);
    }
}

function call<T>(start: (done: (error: Error | null, value: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => start((error, value) => (error ? reject(error) : resolve(value))));
}
