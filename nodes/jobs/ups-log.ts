import type { Node, NodeAPI } from 'node-red';
import { EVENT_LEVELS, type EventLevel } from '../../lib/core/events/ids';
import { UpsError } from '../../lib/core/errors';
import type { EventMessage } from '../../lib/core/messages';
import { settingChoice } from '../../lib/protocols/shared/setting-number';
import { checkSettings } from '../shared/check-settings';
import { flowOf } from '../shared/flow-of';
import { attachJob, type JobConfig } from '../shared/job';

interface UpsLogConfig extends JobConfig {
    text: string;
    level: EventLevel;
}

/** Of the clock of the UPS. */
const AT_ONCE_MS = 5000;

/** By a timing: then it is news of its own. @param now epoch ms */
function wasHeldBack(message: EventMessage, now: number, speed: number): boolean {
    const { firing, active, since } = message.event;
    if (firing === undefined) return false;
    // A timing dates anew what it lets through: of an end nobody knows any more when it came.
    return !active || (now - since) * speed >= AT_ONCE_MS;
}

export = (RED: NodeAPI) => {
    function UpsLog(this: Node, config: UpsLogConfig) {
        RED.nodes.createNode(this, config);
        const level = () => settingChoice('level', config.level, EVENT_LEVELS, 'info') as EventLevel;
        checkSettings(RED, this, () => {
            level();
            if (!config.site && flowOf(RED).registry.sites().length === 0)
                throw new UpsError('config-missing', { property: 'site' });
        });
        const sentence = (fill: (template: string) => string) => fill(config.text || '{{event.text}}');
        attachJob(RED, this, config, {
            type: 'ups-log',
            describe: ({ text }) => sentence(text),
            run: ({ message, site, text, clock }) => {
                if (!site) return Promise.reject(new UpsError('config-missing', { property: 'site' }));
                return Promise.resolve({
                    summary: sentence(text),
                    entry: {
                        kind: 'log',
                        level: level(),
                        source: this.name || message.event.source || 'ups-log',
                        inPlaceOfEvent:
                            message.event.episode !== '' &&
                            !wasHeldBack(message, clock.now(), flowOf(RED).registry.clockOf(message).speed),
                    },
                });
            },
        });
    }
    RED.nodes.registerType('ups-log', UpsLog as never);
};
