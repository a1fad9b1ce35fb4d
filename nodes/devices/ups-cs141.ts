import type { NodeAPI } from 'node-red';
import { defineDevice } from '../shared/device/define-device';
import { modbusLinesOf } from '../shared/device/modbus-lines';
import { cs141 } from '../shared/device/protocols';
import { onePerFlow } from '../shared/runtime/flow-of';
import { tlsOptions } from '../shared/settings/tls';
import { settings } from './ups-cs141.settings';

export = (RED: NodeAPI) => {
    // Several units may share a serial line, also with relay modules.
    const sharedOf = onePerFlow(({ clock }) => cs141().sharedCs141(clock, modbusLinesOf(RED)));
    defineDevice(RED, settings, {
        driver: (own, { clock, deployed }) =>
            cs141().createCs141Driver({ ...own, tls: tlsOptions(RED, own.tls) }, clock, sharedOf(RED), (problem) =>
                deployed?.warn(problem),
            ),
        // Each log-in would use up one of the card's sessions.
        trySettings: { http: false },
        sharesPort: true,
    });
};
