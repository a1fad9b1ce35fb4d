import { choice, invalid, secret, user, type FieldFault } from '../../../lib/core/settings';

const V3 = { version: '3' } as const;
/** RFC 3414 section 11.2: passwords shorter than this are refused. */
const SHORTEST_KEY = 8;

/** A password, from which RFC 3414 derives the key. */
function key(protocol: 'authProtocol' | 'privProtocol') {
    return secret({
        required: true,
        when: { ...V3, [protocol]: { not: 'none' } },
        check: (typed) =>
            typed.length < SHORTEST_KEY ? invalid('atLeastCharacters', '', { count: SHORTEST_KEY }) : undefined,
    });
}

/**
 * Version and credentials of a node that uses SNMP. Privacy without authentication is refused, never silently left out:
 * `privacyNeedsAuthentication` reports it, and `showPrivacy` of the editor hides the row only if it has no effect.
 */
export const snmpFields = {
    version: choice(['1', '2c', '3'], { icon: 'shield', width: 'short', default: '2c' }),
    community: secret({ default: 'public', example: 'public', when: { version: { not: '3' } } }),
    user: user({ required: true, when: V3 }),
    authProtocol: choice(['none', 'md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512'], {
        icon: 'check',
        width: 'medium',
        credential: 'text',
        default: 'none',
        when: V3,
    }),
    authKey: key('authProtocol'),
    privProtocol: choice(['none', 'des', 'aes', 'aes256b', 'aes256r'], {
        icon: 'lock',
        width: 'medium',
        credential: 'text',
        default: 'none',
        when: V3,
    }),
    privKey: key('privProtocol'),
};

/** The check `checks.authProtocol` for a node with `snmpFields`. */
export function privacyNeedsAuthentication(settings: {
    authProtocol: string;
    privProtocol: string;
}): FieldFault | undefined {
    const { authProtocol, privProtocol } = settings;
    if (privProtocol === 'none' || authProtocol !== 'none') return undefined;
    return invalid('authentication', authProtocol);
}
