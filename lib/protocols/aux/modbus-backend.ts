import type { Clock } from '../../core/clock';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import { endpointOf, hostOf, type EndpointSettings } from '../modbus/endpoint';
import type { ModbusLine } from '../modbus/line';
import type { RtuEndpoint, TcpEndpoint } from '../modbus/modbus-serial-line';
import type { Wanted } from '../modbus/read-plan';
import { RegisterReader } from '../modbus/register-reader';
import type { AuxBackend } from './backend';
import type { AuxPort } from './ports';

export interface ModbusAuxSettings extends EndpointSettings {
    /** 1..247 on a serial line; 0 would be a broadcast, which no device answers. */
    unitId: number;
    /** Seconds to wait for each answer. */
    timeout: number;
}

export interface ModbusAuxPlace {
    endpoint: TcpEndpoint | RtuEndpoint;
    unitId: number;
    timeoutMs: number;
}

const HIGHEST_ADDRESS = 65_535;

export function modbusAuxPlace(settings: ModbusAuxSettings): ModbusAuxPlace {
    const { unitId, timeout } = settings;
    return { endpoint: endpointOf(settings), unitId, timeoutMs: timeout * 1000 };
}

/**
 * Addresses of the ports: outputs are coils (functions 1 and 5), inputs are discrete inputs (function 2), as protocol addresses
 * counted from 0. @throws UpsError config-invalid
 */
export function modbusAddresses(ports: readonly AuxPort[]): Wanted[] {
    return ports.map(({ address, output }, index) => {
        const typed = address?.trim() ?? '';
        const number = typed === '' ? index : Number(typed);
        if (Number.isInteger(number) && number >= 0 && number <= HIGHEST_ADDRESS) {
            return { table: output ? 'coil' : 'discrete', address: number, length: 1 };
        }
        const expected = said('expected.coil', { max: HIGHEST_ADDRESS });
        throw new UpsError('config-invalid', { property: 'ports', value: typed, expected });
    });
}

/** Relays and inputs of a Modbus module of any maker. Ports that the module refuses are unknown; the others keep working. */
export class ModbusBackend implements AuxBackend {
    readonly readsBack = true;
    private readonly reader: RegisterReader;

    constructor(
        clock: Clock,
        private readonly line: ModbusLine,
        private readonly place: ModbusAuxPlace,
        private readonly addresses: readonly Wanted[],
    ) {
        const { endpoint, unitId } = place;
        this.reader = new RegisterReader({ clock, line, unitId, host: hostOf(endpoint), addressOffset: 0 }, addresses);
    }

    async read(): Promise<(boolean | undefined)[]> {
        const values = await this.reader.read();
        return this.addresses.map(({ table, address }) => {
            const bit = values.get(table, address);
            return bit === undefined ? undefined : bit === 1;
        });
    }

    async write(port: number, closed: boolean): Promise<void> {
        await this.line.writeCoil(this.place.unitId, this.addresses[port]!.address, closed);
    }

    async close(): Promise<void> {
        this.reader.interrupt();
        await this.line.close();
    }
}
