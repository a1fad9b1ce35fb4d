import type { Node, NodeAPI } from 'node-red';
import { createDeltaDriver, type DeltaSettings } from '../../lib/protocols/delta/create-driver';
import { LinePool } from '../../lib/protocols/delta/line-pool';
import { attachDevice, type DeviceConfig } from '../shared/device/device';
import { registerDeviceTry } from '../shared/device/try-device';
import { flowOf } from '../shared/runtime/flow-of';

type UpsDeltaConfig = DeviceConfig & Omit<DeltaSettings, 'interval'>;

export = (RED: NodeAPI) => {
    // Several UPSs on one line are several nodes with one connection.
    const pool = new LinePool();
    function UpsDelta(this: Node, config: UpsDeltaConfig) {
        RED.nodes.createNode(this, config);
        // A serial line lives in real time, even where a simulator makes the unit's clock run faster.
        attachDevice(RED, this, config, () => createDeltaDriver(config, flowOf(RED).clock, pool));
    }
    registerDeviceTry(RED, 'ups-delta', ({ config }) => createDeltaDriver(config, flowOf(RED).clock, pool), {
        sharesPort: true,
    });
    RED.nodes.registerType('ups-delta', UpsDelta as never);
};
