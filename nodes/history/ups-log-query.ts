import type { NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { textOf } from '../../lib/store/csv';
import { logRequest, type LogRequest } from '../../lib/store/log-request';
import { flowOf } from '../shared/runtime/flow-of';
import { defineNode } from '../shared/settings/define-node';
import { StatusIndicator } from '../shared/words/node-status';
import { asSentence, errorText, statusText } from '../shared/words/texts';
import { settings } from './ups-log-query.settings';

export = (RED: NodeAPI) => {
    defineNode(RED, settings, ({ node, settings: { site: chosen, format, ofSite, ...filter } }) => {
        const indicator = new StatusIndicator(node);
        const { registry, clock } = flowOf(RED);
        const sourceOf = (wanted: string) =>
            registry.sources().find(({ id, name }) => id === wanted || name === wanted);
        const read = async (message: LogRequest): Promise<unknown> => {
            // A deploy may have replaced the site.
            const site = registry.siteOf(undefined, chosen);
            if (!site) throw new UpsError('config-missing', { property: 'site' });
            const asked = logRequest(filter, message, clock.now(), sourceOf);
            const query = ofSite ? { ...asked, site: site.id } : asked;
            return format === 'csv' ? textOf(await site.store.exportLogCsv(query)) : site.store.searchLog(query);
        };
        node.on('input', (message, send, done) => {
            read(message as LogRequest)
                .then((payload) => {
                    indicator.show('ok', `${statusText(RED, 'done')} ${timeOfDay(clock.now())}`);
                    send({ ...message, payload } as never);
                    done();
                })
                .catch((error: unknown) => {
                    indicator.show('error', `${statusText(RED, 'failed')} ${timeOfDay(clock.now())}`);
                    done(asSentence(errorText(RED, error)));
                });
        });
    });
};

const timeOfDay = (at: number): string => new Date(at).toTimeString().slice(0, 8);
