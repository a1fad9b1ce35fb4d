import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { SerialPort } from 'serialport';
import type { Clock } from '../../lib/core/clock';
import { UpsError } from '../../lib/core/errors';
import type { ModbusDevice } from '../../lib/protocols/modbus-server/device';
import { noFaults, type ModbusFaults } from '../../lib/protocols/modbus-server/faults';
import { ModbusRtuServer } from '../../lib/protocols/modbus-server/rtu-server';
import { ModbusTcpServer, type ModbusServerEvents } from '../../lib/protocols/modbus-server/tcp-server';

/** A serial port with 8 data bits. */
export interface SerialSettings {
    path: string;
    baudRate: number;
    parity: 'none' | 'even' | 'odd';
    stopBits: 1 | 2;
}

/** A serial port to open, or an open line. */
export type SerialLine = Duplex | SerialSettings;

export interface ModbusEndpointOptions {
    clock: Clock;
    device: ModbusDevice;
    /** Unit id of the device. Default 1. */
    unitId?: number;
    /** Serves Modbus TCP. Port 0: any free port. */
    tcp?: { port?: number; address?: string; mostClients?: number };
    /** Serves Modbus RTU. */
    rtu?: SerialLine;
}

/** The Modbus servers of a simulated device: over TCP, a serial line, or both, with the same faults. */
export class ModbusEndpoint extends EventEmitter<ModbusServerEvents & { lineClosed: [] }> {
    readonly faults: ModbusFaults = noFaults();
    private readonly tcp?: ModbusTcpServer;
    private rtu?: ModbusRtuServer;
    private port?: SerialPort;

    constructor(private readonly options: ModbusEndpointOptions) {
        super();
        const { clock, device, unitId = 1, tcp } = options;
        if (!tcp) return;
        const units = (id: number) => (id === unitId ? device : undefined);
        this.tcp = this.follow(new ModbusTcpServer({ ...tcp, clock, units, faults: this.faults }));
    }

    /** TCP port; 0 without TCP. */
    get tcpPort(): number {
        return this.tcp?.port ?? 0;
    }

    /** Number of clients connected over TCP. */
    get clients(): number {
        return this.tcp?.clients ?? 0;
    }

    /** Number of requests answered, or suppressed by a fault. */
    get requests(): number {
        return (this.tcp?.requests ?? 0) + (this.rtu?.requests ?? 0);
    }

    /** @throws UpsError port-in-use, port-forbidden, host-unreachable (the serial line cannot be opened) */
    async start(): Promise<void> {
        await this.tcp?.start();
        const { rtu, clock, device, unitId = 1 } = this.options;
        if (!rtu) return;
        try {
            const line = 'path' in rtu ? await this.open(rtu) : rtu;
            const units = (id: number) => (id === unitId || id === 0 ? device : undefined);
            this.rtu = this.follow(new ModbusRtuServer({ clock, units, line, faults: this.faults }));
            this.rtu.start();
        } catch (error) {
            await this.stop();
            throw error;
        }
    }

    /** Disconnects all TCP clients, like a restart; they may connect again. */
    dropClients(): void {
        this.tcp?.dropClients();
    }

    /** Idempotent. */
    async stop(): Promise<void> {
        this.rtu?.stop();
        await this.tcp?.stop();
        const { port } = this;
        this.port = undefined;
        if (port?.isOpen) await new Promise<void>((resolve) => port.close(() => resolve()));
    }

    private follow<T extends ModbusTcpServer | ModbusRtuServer>(server: T): T {
        server.on('refused', (refused) => this.emit('refused', refused));
        server.on('failure', (error) => this.emit('failure', error));
        return server;
    }

    private async open(line: SerialSettings): Promise<Duplex> {
        const port = new SerialPort({ ...line, dataBits: 8, autoOpen: false });
        await new Promise<void>((resolve, reject) => {
            port.open((error) => {
                if (error)
                    reject(
                        new UpsError('host-unreachable', { host: line.path, reason: error.message }, { cause: error }),
                    );
                else resolve();
            });
        });
        port.on('error', (error) => this.emit('failure', error));
        port.on('close', () => this.port && this.emit('lineClosed'));
        this.port = port;
        return port;
    }
}
