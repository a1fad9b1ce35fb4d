import { createHash } from 'node:crypto';
import type { IClientOptions } from 'mqtt';
import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../../lib/core/errors';
import type { Broker } from '../../../lib/protocols/mqtt/mqtt-link';

/** What Node-RED's own `mqtt-broker` makes of its settings (10-mqtt.js of 4.1 and 5: `setOptions`); its types lack it. */
type BrokerNode = Node & { brokerurl: string; options: IClientOptions };

const PORTS: Readonly<Record<string, number>> = {
    ...{ 'mqtt:': 1883, 'tcp:': 1883, 'mqtts:': 8883, 'ssl:': 8883, 'tls:': 8883, 'ws:': 80, 'wss:': 443 },
};

/**
 * Server, TLS and log-in of a `mqtt-broker` node. Its session, will and client id are its own.
 * @param id of the `mqtt-broker`, from the setting `broker` of a node
 * @throws UpsError config-missing: the chosen one does not exist, or is disabled; config-invalid: its server is none
 */
export function brokerOf(RED: NodeAPI, id: string): Broker {
    const node = RED.nodes.getNode(id) as Partial<BrokerNode> | null;
    if (!node?.brokerurl || !node.options) throw new UpsError('config-missing', { property: 'broker' });
    const url = URL.parse(node.brokerurl);
    const port = url && (Number(url.port) || PORTS[url.protocol]);
    // The address itself may contain a log-in.
    if (!url?.hostname || !port) throw new UpsError('config-invalid', { property: 'broker', value: node.name ?? '' });
    const { will: _, clientId: __, clean: ___, reconnectPeriod: ____, properties: _____, ...options } = node.options;
    return { url: node.brokerurl, options, host: url.hostname.replaceAll(/^\[|\]$/g, ''), port };
}

/** Tells brokers apart without telling their secrets. */
export function brokerMark({ url, options }: Broker): string {
    const plain = JSON.stringify([url, options], (_key, value: unknown) => (typeof value === 'function' ? '' : value));
    return createHash('sha256').update(plain).digest('hex').slice(0, 32);
}
