import { TrapReceivers } from '../../../lib/protocols/snmp/traps';
import { onePerFlow } from '../runtime/flow-of';

/** For all devices: a port can be bound but once. */
export const trapReceiversOf = onePerFlow(({ clock }) => new TrapReceivers(clock));
