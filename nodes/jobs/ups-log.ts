import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { attachJob, type JobConfig } from '../shared/job';

interface UpsLogConfig extends JobConfig {
    text: string;
    level: 'info' | 'warning' | 'alarm';
}

export = (RED: NodeAPI) => {
    function UpsLog(this: Node, config: UpsLogConfig) {
        RED.nodes.createNode(this, config);
        const sentence = (fill: (template: string) => string) => fill(config.text || '{{event.text}}');
        attachJob(RED, this, config, {
            type: 'ups-log',
            describe: ({ text }) => sentence(text),
            run: ({ message, site, text }) => {
                if (!site) return Promise.reject(new UpsError('config-missing', { property: 'site' }));
                return Promise.resolve({
                    summary: sentence(text),
                    entry: {
                        kind: 'log',
                        level: config.level || 'info',
                        source: this.name || message.event.source || 'ups-log',
                    },
                });
            },
        });
    }
    RED.nodes.registerType('ups-log', UpsLog as never);
};
