import { onePerFlow } from '../runtime/flow-of';
import { modbus } from './protocols';

/** Shared by all kinds of nodes, because a serial port can be opened only once. */
export const modbusLinesOf = onePerFlow(({ clock }) => new (modbus().ModbusLinePool)(clock));
