import type { Node, NodeAPI } from 'node-red';
import type { Sentence, SentenceData } from '../../../lib/core/language/sentence';
import type { SettingsOf } from '../../../lib/core/settings';
import { metricsPage } from '../../../lib/protocols/metrics/metrics';
import { nutExporterPage } from '../../../lib/protocols/metrics/nut-exporter';
import { RecentClients } from '../../../lib/protocols/metrics/recent-clients';
import { RefusalGate } from '../../../lib/protocols/shared/refusal-gate';
import { AllowedSenders } from '../../../lib/protocols/shared/senders';
import type { settings } from '../../servers/ups-metrics.settings';
import { flowOf } from '../runtime/flow-of';
import { StatusIndicator } from '../words/node-status';
import { wordsOf } from '../words/site-words';
import { statusText, toText } from '../words/texts';
import { measured, servedUpses, talliesOf } from './measured';
import { metricsEndpoints, type MetricsEndpoint, type WhyRefused } from './metrics-endpoints';
import { announceServer, runningServers } from './running-servers';

type Settings = SettingsOf<typeof settings>;

const own = (key: string, data?: SentenceData): Sentence => ({ key: `ups-metrics.said.${key}`, data });

/**
 * Serves the metrics of a node until the returned function is called.
 * @throws UpsError config-invalid: an entry of the allowed clients is wrong
 */
export function serveMetrics(RED: NodeAPI, node: Node, { site, path, clients, token }: Settings): () => void {
    const allowed = new AllowedSenders(clients);
    const indicator = new StatusIndicator(node);
    const flow = flowOf(RED);
    const recent = new RecentClients(flow.clock);
    let unserved: Sentence | undefined;
    const conceal = announceServer(RED, node.id, () => ({
        id: node.id,
        type: node.type,
        name: node.name || path,
        ...(site && { site }),
        path,
        ...(unserved && { error: toText(RED, unserved) }),
        clients: recent.list().map((client) => ({ ...client })),
    }));
    const { httpNodeRoot } = RED.settings as { httpNodeRoot?: string | false };
    if (httpNodeRoot === false) {
        indicator.show('error', statusText(RED, 'noPages'));
        unserved = own('noPages');
        node.error(toText(RED, unserved));
        return conceal;
    }
    // Counts from now on.
    talliesOf(RED);
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
        clients: allowed,
        token,
        page: (format) => metricsPage(measured(RED, site, runningServers(RED)), format),
        exported: (name, format) => {
            const all = servedUpses(RED, site);
            if (name === '' && all.length > 1) return 'which';
            const ups =
                name === '' ? all[0] : (all.find((each) => each.name === name) ?? all.find(({ id }) => id === name));
            if (!ups) return 'unknown';
            const page = nutExporterPage(ups, name || ups.name, format);
            return page === undefined ? 'stale' : { page };
        },
        refused,
        asked: (address, request) => recent.note(address, request),
        serves: (isFirst) => {
            unserved = isFirst ? undefined : own('pathTaken', { path });
            indicator.show(isFirst ? 'ok' : 'error', statusText(RED, isFirst ? 'listening' : 'pathTaken'));
            if (unserved) node.warn(toText(RED, unserved));
        },
    };
    const remove = metricsEndpoints(RED).add(endpoint);
    return () => {
        conceal();
        remove();
    };
}
