import type { DeviceMap } from '../device-map';
import { simulatedDuramax } from './simulated-duramax';

/** The shipped maps of cards that speak SNMP, the order in which they are tried. */
export const SNMP_MAPS: readonly DeviceMap[] = [];

/** The shipped maps of devices that speak Modbus. */
export const MODBUS_MAPS: readonly DeviceMap[] = [];

/** The shipped maps of devices that answer requests with frames. */
export const FRAME_MAPS: readonly DeviceMap[] = [simulatedDuramax];
