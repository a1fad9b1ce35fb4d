import type { Node, NodeAPI } from 'node-red';
import type { UpsDriver } from '../../lib/core/driver';
import { createSnmpDriver } from '../../lib/protocols/snmp/create-driver';
import { attachDevice, type DeviceConfig } from '../shared/device/device';
import { flowOf } from '../shared/runtime/flow-of';
import { registerDeviceTry } from '../shared/device/try-device';
import { SNMP_CREDENTIALS } from '../shared/settings/snmp-credentials';
import { trapReceiversOf } from '../shared/device/trap-receivers';

interface UpsSnmpConfig extends DeviceConfig {
    host: string;
    port: string | number;
    version: '1' | '2c' | '3';
    /** Empty: no traps. */
    trapPort: string | number;
    /** Seconds to wait for each answer. */
    timeout: string | number;
    retries: string | number;
}

interface UpsSnmpCredentials {
    community?: string;
    user?: string;
    authProtocol?: string;
    authKey?: string;
    privProtocol?: string;
    privKey?: string;
}

export = (RED: NodeAPI) => {
    function UpsSnmp(this: Node<UpsSnmpCredentials> & { driver?: UpsDriver }, config: UpsSnmpConfig) {
        RED.nodes.createNode(this, config);
        // The card lives in real time, even where a simulator makes the unit's clock run faster.
        // Sensors ask it for objects of their own.
        this.driver = attachDevice(RED, this, config, ({ warn }) =>
            createSnmpDriver({ ...config, ...this.credentials }, flowOf(RED).clock, warn, trapReceiversOf(RED)),
        );
    }
    // Traps are for the node that stays.
    registerDeviceTry(RED, 'ups-snmp', ({ config, credentials }) =>
        createSnmpDriver({ ...config, ...credentials, trapPort: '' }, flowOf(RED).clock, () => {}),
    );
    RED.nodes.registerType('ups-snmp', UpsSnmp as never, { credentials: SNMP_CREDENTIALS });
};
