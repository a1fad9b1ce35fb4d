import { UpsError } from '../../core/errors';
import { said, type Told } from '../../core/language/sentence';
import { hostSetting } from '../shared/host';
import { settingChoice, settingNumber } from '../shared/setting-number';
import type { SnmpVersion } from './transport';

export const AUTH_PROTOCOLS = ['md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512'] as const;
export const PRIV_PROTOCOLS = ['des', 'aes', 'aes256b', 'aes256r'] as const;
export type AuthProtocol = (typeof AUTH_PROTOCOLS)[number];
export type PrivProtocol = (typeof PRIV_PROTOCOLS)[number];

/** An SNMPv3 user (RFC 3414). Privacy requires authentication. */
export interface SnmpUser {
    name: string;
    auth?: { protocol: AuthProtocol; key: string };
    priv?: { protocol: PrivProtocol; key: string };
}

/** Address, version and credentials of an agent. */
export interface SnmpTarget {
    host: string;
    port: number;
    version: SnmpVersion;
    /** v1 and v2c */
    community: string;
    /** v3 */
    user?: SnmpUser;
    /** v3: contextName; empty for nearly every card. */
    context?: string;
    /** Milliseconds to wait for each answer. */
    timeoutMs: number;
    /** Further attempts after the first. */
    retries: number;
}

/** Settings as typed; each may be missing or text. */
export interface SnmpSettings {
    host?: string;
    port?: string | number;
    version?: string | number;
    timeout?: string | number;
    retries?: string | number;
    community?: string;
    user?: string;
    authProtocol?: string;
    authKey?: string;
    privProtocol?: string;
    privKey?: string;
    context?: string;
}

/** RFC 3414 section 11.2: passwords must have at least 8 characters. */
const SHORTEST_KEY = 8;

/** A target as the node's settings declare it. */
export interface TargetSettings {
    host: string;
    port: number;
    version: SnmpVersion;
    /** Seconds to wait for each answer. */
    timeout: number;
    retries: number;
    /** v1 and v2c */
    community: string;
    /** v3, like all that follow. */
    user?: string;
    authProtocol?: 'none' | AuthProtocol;
    authKey?: string;
    privProtocol?: 'none' | PrivProtocol;
    privKey?: string;
    context?: string;
}

export function targetOf(settings: TargetSettings): SnmpTarget {
    const { host, port, version, timeout, retries, community, context } = settings;
    const isV3 = version === '3';
    return {
        host,
        port,
        version,
        community,
        user: isV3 ? userOf(settings) : undefined,
        context: isV3 ? context || undefined : undefined,
        timeoutMs: Math.round(timeout * 1000),
        retries,
    };
}

function userOf({ user = '', authProtocol, authKey, privProtocol, privKey }: TargetSettings): SnmpUser {
    return { name: user, auth: keyed(authProtocol, authKey), priv: keyed(privProtocol, privKey) };
}

function keyed<P extends string>(protocol: 'none' | P | undefined, key = '') {
    return protocol === undefined || protocol === 'none' ? undefined : { protocol, key };
}

/**
 * A target from settings as typed. Defaults: port 161, v2c, community `public`, 2 s, 1 retry.
 * @throws UpsError config-missing {property}, config-invalid {property, value, expected}; secrets never appear in `value`
 */
export function readTarget(settings: SnmpSettings): SnmpTarget {
    const host = hostSetting('host', settings.host);
    const typed = String(settings.version ?? '').replace(/^v/i, '');
    const version = settingChoice('version', typed, ['1', '2c', '3'], '2c') as SnmpVersion;
    return {
        host,
        port: settingNumber('port', settings.port, 161, 1, 65535, true),
        version,
        community: settings.community || 'public',
        user: version === '3' ? readUser(settings) : undefined,
        context: version === '3' ? settings.context || undefined : undefined,
        timeoutMs: Math.round(settingNumber('timeout', settings.timeout, 2, 0.05, 60, false) * 1000),
        retries: settingNumber('retries', settings.retries, 1, 0, 10, true),
    };
}

function readUser(settings: SnmpSettings): SnmpUser {
    const name = settings.user?.trim();
    if (!name) throw new UpsError('config-missing', { property: 'user' });
    const auth = readProtocol('auth', AUTH_PROTOCOLS, settings.authProtocol, settings.authKey);
    const priv = readProtocol('priv', PRIV_PROTOCOLS, settings.privProtocol, settings.privKey);
    if (priv && !auth) throw invalid('authProtocol', 'none', said('expected.authProtocol'));
    return { name, auth, priv };
}

function readProtocol<T extends string>(
    kind: 'auth' | 'priv',
    protocols: readonly T[],
    chosen: string | undefined,
    key: string | undefined,
): { protocol: T; key: string } | undefined {
    if (!chosen || chosen === 'none') return undefined;
    const protocol = protocols.find((each) => each === chosen);
    if (!protocol) throw invalid(`${kind}Protocol`, chosen, ['none', ...protocols].join(', '));
    if (!key) throw new UpsError('config-missing', { property: `${kind}Key` });
    if (key.length < SHORTEST_KEY) {
        throw new UpsError('config-invalid', {
            property: `${kind}Key`,
            expected: said('expected.atLeastCharacters', { count: SHORTEST_KEY }),
        });
    }
    return { protocol, key };
}

function invalid(property: string, value: string, expected: Told): UpsError {
    return new UpsError('config-invalid', { property, value, expected });
}
