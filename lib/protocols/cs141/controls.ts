import type { CommandResult, UpsCommand } from '../../core/driver';
import { commandName } from '../../core/driver';
import { UpsError } from '../../core/errors';
import type { ModbusLine } from '../modbus/line';
import type { Register } from './maps';

export interface ControlsOptions {
    host: string;
    line: ModbusLine;
    unitId: number;
    addressOffset: 0 | 1;
}

/** The coil for a command; undefined with a delay, which the card does not support. */
function coilFor(command: UpsCommand): string | undefined {
    if (command.type === 'startup' && command.seconds === 0) return 'control.turn on';
    if (command.type === 'shutdown' && command.seconds === 0 && command.restoreSeconds === undefined) {
        return command.scope === 'output' ? 'control.shut down' : undefined;
    }
    return undefined;
}

/**
 * Writes coils. By the CS141 manual, only "Section OEM: RITTAL PMC Extension" has writable coils. Everything else, including
 * digital outputs and AUX ports, is read-only (functions 3 and 4).
 */
export class Controls {
    constructor(
        private readonly options: ControlsOptions,
        private readonly registers: readonly Register[],
    ) {}

    supports(command: UpsCommand): boolean {
        return this.register(command) !== undefined;
    }

    /** @throws UpsError not-supported, device-refused, device-silent */
    async execute(command: UpsCommand): Promise<CommandResult> {
        const { host, line, unitId, addressOffset } = this.options;
        const register = this.register(command);
        if (!register) throw new UpsError('not-supported', { device: host, command: commandName(command) });
        const address = register.address + addressOffset;
        await line.writeCoil(unitId, address, true);
        // Some coils may reset as soon as they have acted: reading 0 is not a failure.
        const [state] = await line.read(unitId, { table: 'coil', address, count: 1 });
        return { confirmed: state === 1, detail: register.name };
    }

    private register(command: UpsCommand): Register | undefined {
        const means = coilFor(command);
        return means === undefined ? undefined : this.registers.find((each) => each.means === means);
    }
}
