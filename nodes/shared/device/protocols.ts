import type * as Bacs from '../../../lib/protocols/bacs/create-driver';
import type * as BacnetServer from '../../../lib/protocols/bacnet/create-server';
import type * as BacsObjects from '../../../lib/protocols/bacs/write-object';
import type * as Cs141 from '../../../lib/protocols/cs141/create-driver';
import type * as Cs141Served from '../../../lib/protocols/cs141/served/create-server';
import type * as Delta from '../../../lib/protocols/delta/create-driver';
import type * as Duracomm from '../../../lib/protocols/duracomm/create-driver';
import type * as Duramax from '../../../lib/protocols/duramax/create-driver';
import type * as IniFiles from '../../../lib/protocols/ini/device-file';
import type * as Modbus from '../../../lib/protocols/modbus/line-pool';
import type * as ModbusMap from '../../../lib/protocols/modbus-map/create-driver';
import type * as MqttServers from '../../../lib/protocols/mqtt/create-server';
import type * as Nut from '../../../lib/protocols/nut/create-driver';
import type * as NutServer from '../../../lib/protocols/nut-server/create-server';
import type * as Snmp from '../../../lib/protocols/snmp/create-driver';
import type * as SnmpAgent from '../../../lib/protocols/snmp-agent/create-server';
import type * as SnmpSender from '../../../lib/protocols/snmp/notify/sender';
import type * as SnmpTraps from '../../../lib/protocols/snmp/traps';

// Node-RED loads the file of every node type at its start. A protocol is loaded when the first node that speaks it is made, so that the other
// installations do not pay for it, and not only when the mains fail.

export const bacs = once(() => require('../../../lib/protocols/bacs/create-driver') as typeof Bacs);
export const bacsObjects = once(() => require('../../../lib/protocols/bacs/write-object') as typeof BacsObjects);
export const bacnetServer = once(() => require('../../../lib/protocols/bacnet/create-server') as typeof BacnetServer);
export const cs141 = once(() => require('../../../lib/protocols/cs141/create-driver') as typeof Cs141);
export const modbusServer = once(
    () => require('../../../lib/protocols/cs141/served/create-server') as typeof Cs141Served,
);
export const delta = once(() => require('../../../lib/protocols/delta/create-driver') as typeof Delta);
export const duracomm = once(() => require('../../../lib/protocols/duracomm/create-driver') as typeof Duracomm);
export const duramax = once(() => require('../../../lib/protocols/duramax/create-driver') as typeof Duramax);
export const iniFiles = once(() => require('../../../lib/protocols/ini/device-file') as typeof IniFiles);
export const modbus = once(() => require('../../../lib/protocols/modbus/line-pool') as typeof Modbus);
export const modbusMap = once(() => require('../../../lib/protocols/modbus-map/create-driver') as typeof ModbusMap);
export const mqttServer = once(() => require('../../../lib/protocols/mqtt/create-server') as typeof MqttServers);
export const nut = once(() => require('../../../lib/protocols/nut/create-driver') as typeof Nut);
export const nutServer = once(() => require('../../../lib/protocols/nut-server/create-server') as typeof NutServer);
export const snmp = once(() => require('../../../lib/protocols/snmp/create-driver') as typeof Snmp);
export const snmpAgent = once(() => require('../../../lib/protocols/snmp-agent/create-server') as typeof SnmpAgent);
export const snmpSender = once(() => require('../../../lib/protocols/snmp/notify/sender') as typeof SnmpSender);
export const snmpTraps = once(() => require('../../../lib/protocols/snmp/traps') as typeof SnmpTraps);

function once<T>(load: () => T): () => T {
    let loaded: T | undefined;
    return () => (loaded ??= load());
}
