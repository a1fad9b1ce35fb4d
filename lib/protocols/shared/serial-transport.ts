import type { SerialPort } from 'serialport';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import { serialPorts } from './packages';
import { serialFailure } from './serial-failure';
import type { ByteConnection, ByteHandlers, ByteTransport } from './byte-transport';

export type SignalState = 'unchanged' | 'on' | 'off';

export interface SerialLineOptions {
    path: string;
    baudRate: number;
    /** `none` by default. */
    parity?: 'none' | 'even' | 'odd';
    /** 1 by default. */
    stopBits?: 1 | 2;
    /** `unchanged` by default. Some cables want these (NUT's belkin driver lowers DTR and raises RTS). */
    dtr?: SignalState;
    rts?: SignalState;
}

/** A serial port with 8 data bits; 8N1 by default (UPS serial protocol 1.44, "Communication Parameters"). */
export class SerialTransport implements ByteTransport {
    readonly speedChangeable = true;

    /** @param Port for tests: serialport's mock */
    constructor(
        private readonly options: SerialLineOptions,
        private readonly Port: typeof SerialPort = serialPorts().SerialPort,
    ) {}

    open(handlers: ByteHandlers): ByteConnection {
        const { path, baudRate, parity = 'none', stopBits = 1, dtr = 'unchanged', rts = 'unchanged' } = this.options;
        const port = new this.Port({ path, baudRate, dataBits: 8, parity, stopBits, autoOpen: false });
        let over = false;
        let reason: Error | undefined;
        port.on('error', (error: Error) => (reason = error));
        port.on('data', (bytes: Buffer) => {
            if (!over) handlers.data(bytes);
        });
        port.on('close', (error: Error | null | undefined) => {
            if (over) return;
            over = true;
            handlers.closed(error ?? reason);
        });
        const shut = () =>
            // A port that is already gone cannot be closed: as good as closed.
            port.isOpen ? call((done) => port.close(done)).catch(() => undefined) : Promise.resolve();
        const opening = call((done) => port.open(done)).catch((error) => Promise.reject(serialFailure(error, path)));
        const opened = opening.then(async () => {
            if (over) return shut();
            if (dtr === 'unchanged' && rts === 'unchanged') return;
            // set() sets both; opening has raised them already.
            await call((done) => port.set({ dtr: dtr !== 'off', rts: rts !== 'off' }, done)).catch((error: Error) => {
                const why = said('serial.dtrRts', { why: error.message });
                throw new UpsError('device-refused', { host: path, reason: why }, { cause: error });
            });
        });
        opened.catch(() => undefined);
        return {
            opened,
            write: (bytes) => {
                if (port.isOpen) port.write(Buffer.from(bytes));
            },
            setBaudRate: (rate) => call((done) => port.update({ baudRate: rate }, done)),
            close: async () => {
                over = true;
                // A port that is just being opened is closed once that is over.
                await opened.catch(() => undefined);
                await shut();
            },
        };
    }
}

function call(start: (done: (error: Error | null | undefined) => void) => void): Promise<void> {
    return new Promise((resolve, reject) => start((error) => (error ? reject(error) : resolve())));
}
