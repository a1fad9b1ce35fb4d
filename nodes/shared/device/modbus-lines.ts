import { ModbusLinePool } from '../../../lib/protocols/modbus/line-pool';
import { onePerFlow } from '../runtime/flow-of';

/** Shared by all kinds of nodes, because a serial port can be opened only once. */
export const modbusLinesOf = onePerFlow(({ clock }) => new ModbusLinePool(clock));
