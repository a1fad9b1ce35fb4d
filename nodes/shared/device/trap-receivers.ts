import { TrapReceivers } from '../../../lib/protocols/snmp/traps';
import { onePerFlow } from '../runtime/flow-of';

/** Shared by all devices, because a port can be bound only once. */
export const trapReceiversOf = onePerFlow(({ clock }) => new TrapReceivers(clock));
