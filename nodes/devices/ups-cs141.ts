import type { NodeAPI } from 'node-red';
import { createCs141Driver, sharedCs141 } from '../../lib/protocols/cs141/create-driver';
import { defineDevice } from '../shared/device/define-device';
import { flowOf } from '../shared/runtime/flow-of';
import { modbusLinesOf } from '../shared/device/modbus-lines';
import { tlsOptions } from '../shared/settings/tls';
import { settings } from './ups-cs141.settings';

export = (RED: NodeAPI) => {
    // Several units may share a serial line, also with relay modules.
    const shared = sharedCs141(flowOf(RED).clock, modbusLinesOf(RED));
    defineDevice(RED, settings, {
        driver: (own, { clock, deployed }) =>
            createCs141Driver({ ...own, tls: tlsOptions(RED, own.tls) }, clock, shared, (problem) =>
                deployed?.warn(problem),
            ),
        // Each log-in would use up one of the card's sessions.
        trySettings: { http: false },
        sharesPort: true,
    });
};
