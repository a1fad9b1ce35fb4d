import type { NodeAPI } from 'node-red';
import { whenFlowsStarted } from '../shared/runtime/flow-start';
import { checkSettings } from '../shared/settings/check-settings';
import { defineNode } from '../shared/settings/define-node';
import type * as Mqtt from '../shared/server/mqtt-node';
import { settings } from './ups-mqtt.settings';

export = (RED: NodeAPI) => {
    defineNode(RED, settings, ({ node, settings: own }) => {
        // Loaded with the first node: other installations do not need it.
        const { MqttNode } = require('../shared/server/mqtt-node') as typeof Mqtt;
        const running = checkSettings(RED, node, () => new MqttNode(RED, node, own));
        if (!running) return;
        // By then all UPSs are there: what a UPS has left at the broker is taken back if it is not.
        whenFlowsStarted(RED, node, () => running.follow());
        node.on('close', (removed: boolean, done: () => void) => {
            running.close(removed).then(done, (error: Error) => {
                node.warn(error.message);
                done();
            });
        });
    });
};
