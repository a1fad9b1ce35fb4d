import type { ConnectionOptions } from 'node:tls';
import type { NodeAPI } from 'node-red';
import { UpsError } from '../../../lib/core/errors';
import { said } from '../../../lib/core/language/sentence';
import { settingChoice } from '../../../lib/protocols/shared/setting-number';
import { SHORTEST_SECRET } from '../../../lib/protocols/remote/signature';
import { tlsOptions } from './tls';

export interface RemoteCredentials {
    secret?: string;
}

/** The secret that both sides share. @throws UpsError config-missing; config-invalid when it is too short */
export function readSecret(credentials: RemoteCredentials | undefined): string {
    const secret = credentials?.secret ?? '';
    if (!secret) throw new UpsError('config-missing', { property: 'secret' });
    if (secret.length < SHORTEST_SECRET) {
        const expected = said('expected.atLeastCharacters', { count: SHORTEST_SECRET });
        throw new UpsError('config-invalid', { property: 'secret', value: `${secret.length} characters`, expected });
    }
    return secret;
}

/**
 * TLS as the dialog chose it; undefined: plain HTTP.
 * @throws UpsError config-missing: the tls-config that was chosen is gone; config-invalid
 */
export function tlsOf(
    RED: NodeAPI,
    { security, tls }: { security?: string; tls?: string },
): ConnectionOptions | undefined {
    if (settingChoice('security', security, ['tls', 'none'], 'tls') === 'none') return undefined;
    return tlsOptions(RED, tls) ?? {};
}
