import { Upsd } from '../world/upsd';
import { SnmpCard } from '../world/snmp-card';

export const DEVICE_ADDRESS = '192.0.2.5';
export const NUT_PORT = 3493;
export const SNMP_PORT = 161;

/** Settings of the node that reads the UPS. */
export const NUT_SETTINGS = Upsd.settings(DEVICE_ADDRESS, NUT_PORT);
export const SNMP_SETTINGS = (wire: 'snmp1' | 'snmp2c') => SnmpCard.settings(DEVICE_ADDRESS, SNMP_PORT, wire);
