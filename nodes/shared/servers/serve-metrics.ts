import type { Node, NodeAPI } from 'node-red';
import type { Sentence, SentenceData } from '../../../lib/core/language/sentence';
import type { SettingsOf } from '../../../lib/core/settings';
import { metricsPage } from '../../../lib/protocols/metrics/metrics';
import { nutExporterPage } from '../../../lib/protocols/metrics/nut-exporter';
import { RefusalGate } from '../../../lib/protocols/shared/refusal-gate';
import { AllowedSenders } from '../../../lib/protocols/shared/senders';
import type { settings } from '../../servers/ups-metrics.settings';
import { flowOf } from '../runtime/flow-of';
import { StatusIndicator } from '../words/node-status';
import { wordsOf } from '../words/site-words';
import { statusText, toText } from '../words/texts';
import { measured, servedUpses, talliesOf } from './measured';
import { metricsEndpoints, type MetricsEndpoint, type WhyRefused } from './metrics-endpoints';

type Settings = SettingsOf<typeof settings>;

const own = (key: string, data?: SentenceData): Sentence => ({ key: `ups-metrics.said.${key}`, data });

/**
 * Serves the metrics of a node until the returned function is called.
 * @throws UpsError config-invalid: an entry of the allowed clients is wrong
 */
export function serveMetrics(RED: NodeAPI, node: Node, { site, path, clients, token }: Settings): () => void {
    const indicator = new StatusIndicator(node);
    const { httpNodeRoot } = RED.settings as { httpNodeRoot?: string | false };
    if (httpNodeRoot === false) {
        indicator.show('error', statusText(RED, 'noPages'));
        node.error(toText(RED, own('noPages')));
        return () => {};
    }
    const flow = flowOf(RED);
    const tallies = talliesOf(RED);
    const gate = new RefusalGate(flow.clock);
    const refused = (address: string, why: WhyRefused) => {
        // By the connection: what a header tells can be another one each time.
        const untold = gate.pass(address.split(', ')[0]!);
        if (untold === undefined) return;
        const chosen = flow.registry.siteOf(undefined, site || undefined);
        const what = own(`refused.${why}`, { address });
        const sentence = untold > 0 ? own('more', { what, more: untold }) : what;
        node.warn(toText(RED, sentence));
        chosen?.store.append({
            at: flow.clock.now(),
            kind: 'system',
            level: 'warning',
            source: node.name || 'ups-metrics',
            nodeId: node.id,
            text: wordsOf(RED, chosen).sentence(sentence),
            detail: { address, why, untold },
        });
    };
    const endpoint: MetricsEndpoint = {
        path,
        clients: new AllowedSenders(clients),
        token,
        page: (format) => metricsPage(measured(flow, tallies, site), format),
        exported: (name, format) => {
            const all = servedUpses(flow, tallies, site);
            if (name === '' && all.length > 1) return 'which';
            const ups =
                name === '' ? all[0] : (all.find((each) => each.name === name) ?? all.find(({ id }) => id === name));
            if (!ups) return 'unknown';
            const page = nutExporterPage(ups, name || ups.name, format);
            return page === undefined ? 'stale' : { page };
        },
        refused,
        serves: (isFirst) => {
            if (isFirst) indicator.show('ok', statusText(RED, 'listening'));
            else {
                indicator.show('error', statusText(RED, 'pathTaken'));
                node.warn(toText(RED, own('pathTaken', { path })));
            }
        },
    };
    return metricsEndpoints(RED).add(endpoint);
}
