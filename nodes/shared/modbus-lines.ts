import { ModbusLinePool } from '../../lib/protocols/modbus/line-pool';
import { systemClock } from './hub';

/** One for each process, for all kinds of nodes: a serial port can be opened but once. */
export const modbusLines = new ModbusLinePool(systemClock);
