import type { NodeAPI } from 'node-red';
import type * as Bacnet from '../shared/server/bacnet-node';
import { checkSettings } from '../shared/settings/check-settings';
import { defineNode } from '../shared/settings/define-node';
import { settings } from './ups-bacnet-server.settings';

export = (RED: NodeAPI) => {
    defineNode(RED, settings, ({ node, settings: own }) => {
        // Loaded with the first node: other installations do not need it.
        const { BacnetNode } = require('../shared/server/bacnet-node') as typeof Bacnet;
        const running = checkSettings(RED, node, () => new BacnetNode(RED, node, own));
        if (!running) return;
        node.on('close', (removed: boolean, done: () => void) => {
            running.close(removed).then(done, (error: Error) => {
                node.warn(error.message);
                done();
            });
        });
    });
};
