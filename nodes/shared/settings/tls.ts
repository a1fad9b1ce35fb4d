import type { ConnectionOptions } from 'node:tls';
import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../../lib/core/errors';

/** Node-RED's own `tls-config`; missing in its types. */
type TlsConfigNode = Node & { addTLSOptions(options: ConnectionOptions): ConnectionOptions };

/**
 * What a `tls-config` node says of certificates and trust; undefined where none was chosen.
 * @param id of the `tls-config`, as the setting `tls` of a node holds it
 * @throws UpsError config-missing: the one that was chosen is gone, or disabled
 */
export function tlsOptions(RED: NodeAPI, id: string | undefined): ConnectionOptions | undefined {
    if (!id) return undefined;
    const node = RED.nodes.getNode(id) as Partial<TlsConfigNode> | null;
    if (!node?.addTLSOptions) throw new UpsError('config-missing', { property: 'tls' });
    return node.addTLSOptions({});
}
