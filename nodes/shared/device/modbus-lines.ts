import { ModbusLinePool } from '../../../lib/protocols/modbus/line-pool';
import { onePerFlow } from '../runtime/flow-of';

/** For all kinds of nodes: a serial port can be opened but once. */
export const modbusLinesOf = onePerFlow(({ clock }) => new ModbusLinePool(clock));
