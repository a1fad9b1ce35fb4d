import type { NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import type { EventMessage } from '../../lib/core/messages';
import { checkSettings } from '../shared/settings/check-settings';
import { defineJob } from '../shared/job/define-job';
import { flowOf } from '../shared/runtime/flow-of';
import { settings } from './ups-log.settings';

/** Of the clock of the UPS. */
const AT_ONCE_MS = 5000;

/** By a timing: then it is news of its own. @param now epoch ms */
function isDelayed(message: EventMessage, now: number, speed: number): boolean {
    const { firing, active, since } = message.event;
    if (firing === undefined) return false;
    // A timing dates anew what it lets through: of an end nobody knows any more when it came.
    return !active || (now - since) * speed >= AT_ONCE_MS;
}

export = (RED: NodeAPI) => {
    defineJob(RED, settings, ({ node, settings: { text: template, level, site: chosen } }) => {
        const { registry } = flowOf(RED);
        checkSettings(RED, node, () => {
            if (!chosen && registry.sites().length === 0) throw new UpsError('config-missing', { property: 'site' });
        });
        return {
            describe: ({ text }) => text(template),
            run: ({ message, site, text, clock }) => {
                if (!site) return Promise.reject(new UpsError('config-missing', { property: 'site' }));
                const speed = registry.clockOf(message).speed;
                return Promise.resolve({
                    summary: text(template),
                    entry: {
                        kind: 'log',
                        level,
                        source: node.name || message.event.source || 'ups-log',
                        inPlaceOfEvent: message.event.episode !== '' && !isDelayed(message, clock.now(), speed),
                    },
                });
            },
        };
    });
};
