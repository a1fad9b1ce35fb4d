import type { NodeAPI } from 'node-red';
import type * as Modbus from '../shared/server/modbus-node';
import { checkSettings } from '../shared/settings/check-settings';
import { defineNode } from '../shared/settings/define-node';
import { settings } from './ups-modbus-server.settings';

export = (RED: NodeAPI) => {
    defineNode(RED, settings, ({ node, settings: own }) => {
        // Loaded with the first node: other installations do not need it.
        const { ModbusNode } = require('../shared/server/modbus-node') as typeof Modbus;
        const running = checkSettings(RED, node, () => new ModbusNode(RED, node, own));
        if (!running) return;
        node.on('close', (removed: boolean, done: () => void) => {
            running.close(removed).then(done, (error: Error) => {
                node.warn(error.message);
                done();
            });
        });
    });
};
