import type { DeviceMap } from '../device-map';
import { adelsystemCbi } from './adelsystem-cbi';
import { apcSmartUps } from './apc-smart-ups';

/** The shipped maps of cards that speak SNMP, the order in which they are tried. */
export const SNMP_MAPS: readonly DeviceMap[] = [];

/** The shipped maps of devices that speak Modbus. */
export const MODBUS_MAPS: readonly DeviceMap[] = [apcSmartUps, adelsystemCbi];
