import type { Node, NodeAPI } from 'node-red';
import { EVENT_LEVELS, type EventLevel } from '../../lib/core/events/ids';
import { UpsError } from '../../lib/core/errors';
import { settingChoice } from '../../lib/protocols/shared/setting-number';
import { checkSettings } from '../shared/check-settings';
import { hub } from '../shared/hub';
import { attachJob, type JobConfig } from '../shared/job';

interface UpsLogConfig extends JobConfig {
    text: string;
    level: EventLevel;
}

export = (RED: NodeAPI) => {
    function UpsLog(this: Node, config: UpsLogConfig) {
        RED.nodes.createNode(this, config);
        const level = () => settingChoice('level', config.level, EVENT_LEVELS, 'info') as EventLevel;
        checkSettings(RED, this, () => {
            level();
            if (!config.site && hub.sites.size === 0) throw new UpsError('config-missing', { property: 'site' });
        });
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
                        level: level(),
                        source: this.name || message.event.source || 'ups-log',
                    },
                });
            },
        });
    }
    RED.nodes.registerType('ups-log', UpsLog as never);
};
