import type { NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { dataCsv, dataQueries, dataRows, readTables } from '../../lib/store/series/data-request';
import { flowOf } from '../shared/runtime/flow-of';
import { defineNode } from '../shared/settings/define-node';
import { StatusIndicator } from '../shared/words/node-status';
import { asSentence, errorText, statusText } from '../shared/words/texts';
import { settings } from './ups-data-query.settings';

export = (RED: NodeAPI) => {
    defineNode(RED, settings, ({ node, settings: { site: chosen, format, ...filter } }) => {
        const indicator = new StatusIndicator(node);
        const { registry, clock } = flowOf(RED);
        const read = async (message: object): Promise<unknown> => {
            // A deploy may have replaced the site.
            const { series, significantDigits } = registry.siteOf(undefined, chosen) ?? {};
            if (!series) throw new UpsError('config-missing', { property: 'site' });
            const known = series.series();
            const queries = dataQueries(known, filter, message, clock.now());
            const tables = await readTables(series, known, queries);
            if (format === 'csv') return dataCsv(tables, significantDigits);
            if (format === 'rows') return dataRows(tables);
            return filter.source ? tables[0] : tables;
        };
        node.on('input', (message, send, done) => {
            read(message)
                .then((payload) => {
                    indicator.show('ok', statusText(RED, 'done'));
                    send({ ...message, payload } as never);
                    done();
                })
                .catch((error: unknown) => {
                    indicator.show('error', statusText(RED, 'failed'));
                    done(asSentence(errorText(RED, error)));
                });
        });
    });
};
