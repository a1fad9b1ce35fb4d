import type { NodeAPI } from 'node-red';
import { createDeltaDriver } from '../../lib/protocols/delta/create-driver';
import { LinePool } from '../../lib/protocols/delta/line-pool';
import { defineDevice } from '../shared/device/define-device';
import { settings } from './ups-delta.settings';

export = (RED: NodeAPI) => {
    // Several UPSs on one line are several nodes with one connection.
    const pool = new LinePool();
    defineDevice(RED, settings, {
        driver: (own, { clock }) => createDeltaDriver(own, clock, pool),
        sharesPort: true,
    });
};
