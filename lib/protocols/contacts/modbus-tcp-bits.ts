import type { Clock } from '../../core/clock';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import { exceptionOf } from '../modbus/line';
import { ModbusSerialLine } from '../modbus/modbus-serial-line';
import type { BitTable, ModbusBits } from './modbus-input';

export interface ModbusTcpOptions {
    host: string;
    port: number;
    unitId: number;
    timeoutMs: number;
}

/** The bits of a Modbus TCP device. After an error the connection is closed, and the next read opens a new one. */
export class ModbusTcpBits implements ModbusBits {
    private readonly line: ModbusSerialLine;

    constructor(
        clock: Clock,
        private readonly options: ModbusTcpOptions,
    ) {
        const { host, port, timeoutMs } = options;
        this.line = new ModbusSerialLine(clock, { endpoint: { transport: 'tcp', host, port }, timeoutMs });
    }

    async read(table: BitTable, address: number, count: number): Promise<boolean[]> {
        const block = { table: table === 'coils' ? ('coil' as const) : table, address, count };
        try {
            return (await this.line.read(this.options.unitId, block)).map((bit) => bit === 1);
        } catch (error) {
            const exception = exceptionOf(error);
            if (exception === undefined) throw error;
            const reason = said('modbus.exceptionAt', { code: exception, address });
            const data = { ...(error as UpsError).data, host: this.options.host, reason, exception };
            throw new UpsError('device-refused', data, { cause: error });
        }
    }

    close(): Promise<void> {
        return this.line.close();
    }
}
