import type { NodeAPI } from 'node-red';
import { LinePool } from '../../lib/protocols/delta/line-pool';
import { defineDevice } from '../shared/device/define-device';
import { delta } from '../shared/device/protocols';
import { settings } from './ups-delta.settings';

export = (RED: NodeAPI) => {
    // Several UPSs on one line are several nodes with one connection.
    const pool = new LinePool();
    defineDevice(RED, settings, {
        driver: (own, { clock }) => delta().createDeltaDriver(own, clock, pool),
        sharesPort: true,
    });
};
