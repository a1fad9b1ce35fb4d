import type { NodeAPI } from 'node-red';
import { whenFlowsStarted } from '../shared/runtime/flow-start';
import { checkSettings } from '../shared/settings/check-settings';
import { defineNode } from '../shared/settings/define-node';
import type * as Agent from '../shared/server/snmp-agent-node';
import { registerTry } from '../shared/admin/try-now';
import type * as TryTrap from '../shared/server/try-agent-trap';
import { settings } from './ups-snmp-agent.settings';

export = (RED: NodeAPI) => {
    defineNode(RED, settings, ({ node, settings: own }) => {
        // Loaded with the first node: other installations do not need it.
        const { SnmpAgentNode } = require('../shared/server/snmp-agent-node') as typeof Agent;
        const running = checkSettings(RED, node, () => new SnmpAgentNode(RED, node, own));
        if (!running) return;
        whenFlowsStarted(RED, node, () => running.follow());
        node.on('close', (removed: boolean, done: () => void) => {
            running.close(removed).then(done, (error: Error) => {
                node.warn(error.message);
                done();
            });
        });
    });
    registerTry(RED, settings.type, (request) => {
        const { tryAgentTrap } = require('../shared/server/try-agent-trap') as typeof TryTrap;
        return tryAgentTrap(RED, request);
    });
};
