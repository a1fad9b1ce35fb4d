import type { DeviceMap } from '../device-map';
import { ADELSYSTEM_CBI } from './adelsystem-cbi';
import { APC_POWERNET } from './apc-powernet';
import { APC_SMART_UPS } from './apc-smart-ups';
import { CYBERPOWER } from './cyberpower';
import { EATON_MGE } from './eaton-mge';
import { EATON_XUPS } from './eaton-xups';
import { SOCOMEC, SOCOMEC_NETVISION5 } from './socomec';
import { SOCOMEC_PDU } from './socomec-pdu';

/** The shipped maps of cards that speak SNMP, the order in which they are tried. */
export const SNMP_MAPS: readonly DeviceMap[] = [
    APC_POWERNET,
    CYBERPOWER,
    EATON_XUPS,
    EATON_MGE,
    SOCOMEC,
    SOCOMEC_NETVISION5,
    SOCOMEC_PDU,
];

/** The shipped maps of devices that speak Modbus. */
export const MODBUS_MAPS: readonly DeviceMap[] = [APC_SMART_UPS, ADELSYSTEM_CBI];
