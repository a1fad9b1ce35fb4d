import type { ConnectionOptions } from 'node:tls';
import type { NodeAPI } from 'node-red';
import { tlsOptions } from './tls';

/**
 * TLS as the dialog chose it; undefined: plain HTTP.
 * @throws UpsError config-missing: the tls-config that was chosen is gone
 */
export function tlsOf(
    RED: NodeAPI,
    { security, tls }: { security: 'tls' | 'none'; tls: string },
): ConnectionOptions | undefined {
    return security === 'none' ? undefined : (tlsOptions(RED, tls) ?? {});
}
