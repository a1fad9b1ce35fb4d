/** Ridethrough without Node-RED: the interface for other programs. Everything else in lib is internal and may change. */
export { SystemClock, type Clock } from './core/clock';
export { UpsError, type UpsErrorCode } from './core/errors';
export type { CommandResult, DriverEvents, DriverState, UpsCommand, UpsDriver } from './core/driver';
export { UPS_EVENTS, UPS_EVENT_IDS, type EventLevel, type UpsEventId } from './core/events/ids';
export type { EventInfo, EventMessage, Evidence, JobResult } from './core/messages';
export type { PartialStatus, UpsStatus } from './core/status/status';
export { emptyStatus } from './core/status/status';
export type { AlarmId } from './core/status/alarms';
export { UpsUnit } from './core/unit/ups-unit';
export type { UnitOptions } from './core/unit/unit-options';
export { openStore, type Store, type StoreOptions } from './store';
export { SnmpDriver, type SnmpDriverOptions } from './protocols/snmp/driver';
export { RccmdSender, type HostOutcome, type SendRequest } from './protocols/rccmd/sender';
export { RccmdReceiver, type ReceiverConfig, type ReceiverEvents } from './protocols/rccmd/receiver';
export { SimulatedUps, type SimulatedUpsOptions } from './simulation/simulated-ups';
export { SimulatedDriver } from './simulation/simulated-driver';
export type { AskingRequest, DoorChange, DoorLogQuery, RidethroughDoor, RoleOf } from './door';
export type * from './views';
