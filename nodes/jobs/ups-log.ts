import type { NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import type { EventMessage } from '../../lib/core/messages';
import { checkSettings } from '../shared/settings/check-settings';
import { defineJob } from '../shared/job/define-job';
import { flowOf } from '../shared/runtime/flow-of';
import { settings } from './ups-log.settings';

/** ms of the UPS's clock. */
const AT_ONCE_MS = 5000;

/** Whether a timing has delayed the message: then it is an entry of its own. @param now epoch ms */
function isDelayed(message: EventMessage, now: number, speed: number): boolean {
    const { firing, active, since } = message.event;
    if (firing === undefined) return false;
    // A timing gives each message a new time: for an off edge, its original time is not known any more.
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
