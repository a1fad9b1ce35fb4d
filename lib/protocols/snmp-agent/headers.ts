import { BerReader, OCTETS, SEQUENCE } from './ber';

export interface CommunityHeader {
    /** 0 = v1, 1 = v2c */
    version: 0 | 1;
    community: Buffer;
}

/** What stands in clear in front of each v3 message (RFC 3412, section 6; RFC 3414, section 2.4). */
export interface UsmHeader {
    version: 3;
    messageId: number;
    maxSize: number;
    hasAuthentication: boolean;
    hasPrivacy: boolean;
    isReportable: boolean;
    engineId: Buffer;
    boots: number;
    seconds: number;
    user: string;
    /** msgAuthenticationParameters, a part of the message. */
    digest: Buffer;
}

const VERSION_3 = 3;
/** User-based security model (RFC 3411, section 5). */
const USM = 3;

/** Undefined: no SNMP message, or one of a version or security model that does not exist here. */
export function readHeader(message: Buffer): CommunityHeader | UsmHeader | undefined {
    const outer = new BerReader(message).enter(SEQUENCE);
    const version = outer?.integer();
    if (!outer || version === undefined) return undefined;
    if (version === 0 || version === 1) {
        const community = outer.take(OCTETS);
        return community && { version, community };
    }
    return version === VERSION_3 ? readUsm(outer) : undefined;
}

function readUsm(outer: BerReader): UsmHeader | undefined {
    const global = outer.enter(SEQUENCE);
    const messageId = global?.integer();
    const maxSize = global?.integer();
    const flags = global?.take(OCTETS)?.[0];
    const model = global?.integer();
    const security = outer.enter(OCTETS)?.enter(SEQUENCE);
    const engineId = security?.take(OCTETS);
    const boots = security?.integer();
    const seconds = security?.integer();
    const user = security?.take(OCTETS);
    const digest = security?.take(OCTETS);
    if (messageId === undefined || messageId < 0 || maxSize === undefined || flags === undefined) return undefined;
    if (model !== USM || !engineId || boots === undefined || seconds === undefined || !user || !digest)
        return undefined;
    return {
        version: VERSION_3,
        messageId,
        maxSize,
        hasAuthentication: (flags & 1) !== 0,
        hasPrivacy: (flags & 2) !== 0,
        isReportable: (flags & 4) !== 0,
        engineId,
        boots,
        seconds,
        user: user.toString('utf8'),
        digest,
    };
}
