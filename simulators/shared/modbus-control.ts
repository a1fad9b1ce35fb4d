import { UpsError } from '../../lib/core/errors';
import type { ControlWords } from './control-words';
import { numberOption } from './cli';
import type { ModbusEndpoint, SerialSettings } from './modbus-endpoint';

/** The commands of `handleModbusControl`, for `--help`. */
export const MODBUS_CONTROL_HELP = `  silent on|off                answer nothing
  slow MILLISECONDS            delay each answer
  busy COUNT|on|off            answer the next COUNT requests, or all, with exception 6
  stall BYTES|off              stop after BYTES of an answer and stay silent
  damaged on|off               wrong checksums on the serial line
  drop                         disconnect all TCP clients`;

/** Options of `parseArgs` for a `ModbusEndpoint`. */
export const MODBUS_OPTIONS = {
    port: { type: 'string', default: '1502' },
    address: { type: 'string', default: '127.0.0.1' },
    unit: { type: 'string', default: '1' },
    serial: { type: 'string' },
    baud: { type: 'string', default: '9600' },
    parity: { type: 'string', default: 'none' },
    stop: { type: 'string', default: '1' },
    both: { type: 'boolean', default: false },
} as const;

export const MODBUS_OPTIONS_HELP = `  --port N           TCP port; 0 = any (default 1502)
  --address A        loopback address to listen on (default 127.0.0.1)
  --unit N           slave address (default 1)
  --serial PATH      serve RTU on this serial port instead, with --baud (9600), --parity none|even|odd, --stop 1|2
  --both             RTU and TCP at once`;

export interface ModbusPlace {
    unitId: number;
    tcp?: { port: number; address: string };
    rtu?: SerialSettings;
}

/** @throws UpsError config-invalid */
export function modbusPlace(values: {
    port: string;
    address: string;
    unit: string;
    serial?: string;
    baud: string;
    parity: string;
    stop: string;
    both: boolean;
}): ModbusPlace {
    const { address, serial, parity, stop } = values;
    const unitId = numberOption('unit', values.unit);
    const tcp = serial && !values.both ? undefined : { port: numberOption('port', values.port), address };
    if (serial === undefined) return { unitId, tcp };
    if (parity !== 'none' && parity !== 'even' && parity !== 'odd')
        throw new UpsError('config-invalid', { property: 'parity', value: parity, expected: 'none, even or odd' });
    if (stop !== '1' && stop !== '2')
        throw new UpsError('config-invalid', { property: 'stop', value: stop, expected: '1 or 2' });
    const baudRate = numberOption('baud', values.baud);
    return { unitId, tcp, rtu: { path: serial, baudRate, parity, stopBits: stop === '1' ? 1 : 2 } };
}

/**
 * Runs a command of the control channel for the faults of a Modbus device.
 * @returns false if the line is another command
 * @throws UpsError config-invalid (invalid argument)
 */
export function handleModbusControl(endpoint: ModbusEndpoint, words: ControlWords): boolean {
    const { faults } = endpoint;
    const [word] = words.args;
    switch (words.verb) {
        case 'silent':
            faults.silent = words.onOff();
            return true;
        case 'slow':
            faults.slowMs = words.number(0);
            return true;
        case 'busy':
            faults.busy = word === 'on' ? Infinity : word === 'off' ? 0 : words.number(0);
            return true;
        case 'stall':
            faults.stallAfter = word === 'off' ? undefined : words.number(0);
            return true;
        case 'damaged':
            faults.damaged = words.onOff();
            return true;
        case 'drop':
            endpoint.dropClients();
            return true;
        default:
            return false;
    }
}
