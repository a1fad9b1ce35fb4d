import type { NodeAPI } from 'node-red';
import type * as Serve from '../shared/servers/serve-metrics';
import { whenFlowsStarted } from '../shared/runtime/flow-start';
import { checkSettings } from '../shared/settings/check-settings';
import { defineNode } from '../shared/settings/define-node';
import { settings } from './ups-metrics.settings';

export = (RED: NodeAPI) => {
    defineNode(RED, settings, ({ node, settings: own }) => {
        // Loaded with the first node: other installations do not need it.
        const { serveMetrics } = require('../shared/servers/serve-metrics') as typeof Serve;
        let stop = () => {};
        whenFlowsStarted(RED, node, () => {
            stop = checkSettings(RED, node, () => serveMetrics(RED, node, own)) ?? stop;
        });
        node.on('close', (done: () => void) => {
            stop();
            done();
        });
    });
};
