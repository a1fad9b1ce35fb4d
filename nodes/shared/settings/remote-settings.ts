import type { ConnectionOptions } from 'node:tls';
import type { NodeAPI } from 'node-red';
import { tlsOptions } from './tls';

/**
 * The TLS options of the chosen tls-config; undefined: plain HTTP.
 * @throws UpsError config-missing: the chosen tls-config does not exist
 */
export function tlsOf(
    RED: NodeAPI,
    { security, tls }: { security: 'tls' | 'none'; tls: string },
): ConnectionOptions | undefined {
    return security === 'none' ? undefined : (tlsOptions(RED, tls) ?? {});
}
