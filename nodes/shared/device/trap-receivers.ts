import { onePerFlow } from '../runtime/flow-of';
import { snmpTraps } from './protocols';

/** Shared by all devices, because a port can be bound only once. */
export const trapReceiversOf = onePerFlow(({ clock }) => new (snmpTraps().TrapReceivers)(clock));
