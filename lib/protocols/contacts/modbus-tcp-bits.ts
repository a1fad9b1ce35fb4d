import type ModbusRTU from 'modbus-serial';
import type { Clock, TimerHandle } from '../../core/clock';
import { UpsError } from '../../core/errors';
import { modbusSerial } from '../shared/packages';
import type { BitTable, ModbusBits } from './modbus-input';

export interface ModbusTcpOptions {
    host: string;
    port: number;
    unitId: number;
    timeoutMs: number;
}

/** A Modbus TCP device, by modbus-serial. A connection in doubt is given up: the next read makes a new one. */
export class ModbusTcpBits implements ModbusBits {
    private readonly Client = modbusSerial();
    private client: ModbusRTU | undefined;
    private closed = false;

    constructor(
        private readonly clock: Clock,
        private readonly options: ModbusTcpOptions,
    ) {}

    async read(table: BitTable, address: number, count: number): Promise<boolean[]> {
        const client = (this.client ??= await this.connect());
        try {
            const answer =
                table === 'coils' ? client.readCoils(address, count) : client.readDiscreteInputs(address, count);
            const { data } = await this.inTime(answer);
            if (data.length < count) throw new Error(`${data.length} bits instead of ${count}`);
            return data.slice(0, count);
        } catch (error) {
            const { modbusCode, message } = error as Error & { modbusCode?: number };
            if (modbusCode !== undefined) {
                const reason = `Modbus exception ${modbusCode} at address ${address}`;
                throw new UpsError('device-refused', { host: this.options.host, reason }, { cause: error });
            }
            this.abandon();
            throw new UpsError('device-silent', { host: this.options.host, reason: message }, { cause: error });
        }
    }

    close(): Promise<void> {
        this.closed = true;
        this.abandon();
        return Promise.resolve();
    }

    private async connect(): Promise<ModbusRTU> {
        const { host, port, unitId, timeoutMs } = this.options;
        const client = new this.Client();
        // Told by the failing read, too; without a listener it would end the process.
        client.on('error', () => this.abandon(client));
        client.on('close', () => this.abandon(client));
        try {
            await this.inTime(client.connectTCP(host, { port }));
            if (this.closed) throw new Error('closed');
        } catch (error) {
            client.destroy(() => {});
            throw new UpsError('device-silent', { host, reason: (error as Error).message }, { cause: error });
        }
        client.setID(unitId);
        client.setTimeout(timeoutMs);
        return client;
    }

    private abandon(client = this.client): void {
        if (!client) return;
        if (client === this.client) this.client = undefined;
        client.destroy(() => {});
    }

    private async inTime<T>(work: Promise<T>): Promise<T> {
        let timer: TimerHandle;
        const late = new Promise<never>((_, reject) => {
            const { timeoutMs } = this.options;
            // A moment longer than modbus-serial waits itself, so that its own answer comes first.
            timer = this.clock.setTimeout(() => reject(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs + 100);
        });
        try {
            return await Promise.race([work, late]);
        } finally {
            this.clock.clearTimeout(timer);
        }
    }
}
