import { choice, invalid, secret, user, type AllOf, type FieldFault } from '../../../lib/core/settings';

/** RFC 3414 section 11.2: passwords shorter than this are refused. */
const SHORTEST_KEY = 8;

/** A password, from which RFC 3414 derives the key. */
function key(protocol: 'authProtocol' | 'privProtocol', v3: AllOf) {
    return secret({
        required: true,
        when: { ...v3, [protocol]: { not: 'none' } },
        check: (typed) =>
            typed.length < SHORTEST_KEY ? invalid('atLeastCharacters', '', { count: SHORTEST_KEY }) : undefined,
    });
}

/**
 * Version and credentials of a node that uses SNMP. Privacy without authentication is refused, never silently left out:
 * `privacyNeedsAuthentication` reports it, and `showPrivacy` of the editor hides the row only if it has no effect.
 * @param when the condition under which the node speaks SNMP
 */
export function snmpFieldsWhen(when: AllOf) {
    const v3 = { ...when, version: '3' };
    return {
        version: choice(['1', '2c', '3'], { icon: 'shield', width: 'short', default: '2c', when }),
        community: secret({ default: 'public', example: 'public', when: { ...when, version: { not: '3' } } }),
        user: user({ required: true, when: v3 }),
        authProtocol: choice(['none', 'md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512'], {
            icon: 'check',
            width: 'medium',
            credential: 'text',
            default: 'none',
            when: v3,
        }),
        authKey: key('authProtocol', v3),
        privProtocol: choice(['none', 'des', 'aes', 'aes256b', 'aes256r'], {
            icon: 'lock',
            width: 'medium',
            credential: 'text',
            default: 'none',
            when: v3,
        }),
        privKey: key('privProtocol', v3),
    };
}

export const snmpFields = snmpFieldsWhen({});

/** The check `checks.authProtocol` for a node with `snmpFields`. */
export function privacyNeedsAuthentication(settings: {
    authProtocol: string;
    privProtocol: string;
}): FieldFault | undefined {
    const { authProtocol, privProtocol } = settings;
    if (privProtocol === 'none' || authProtocol !== 'none') return undefined;
    return invalid('authentication', authProtocol);
}
