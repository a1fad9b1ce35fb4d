import type { ConnectionOptions } from 'node:tls';
import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../../lib/core/errors';

/** Node-RED's own `tls-config`; its types lack it. */
type TlsConfigNode = Node & { addTLSOptions(options: ConnectionOptions): ConnectionOptions };

/**
 * The certificates and trust settings of a `tls-config` node; undefined if none was chosen.
 * @param id of the `tls-config`, from the setting `tls` of a node
 * @throws UpsError config-missing: the chosen one does not exist, or is disabled
 */
export function tlsOptions(RED: NodeAPI, id: string | undefined): ConnectionOptions | undefined {
    if (!id) return undefined;
    const node = RED.nodes.getNode(id) as Partial<TlsConfigNode> | null;
    if (!node?.addTLSOptions) throw new UpsError('config-missing', { property: 'tls' });
    return node.addTLSOptions({});
}
