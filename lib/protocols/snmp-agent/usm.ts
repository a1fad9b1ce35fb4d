import snmp from 'net-snmp';
import type { SnmpUser } from '../snmp/config';
import { netSnmpUser } from '../snmp/net-snmp-user';
import { COUNTER32, integer, OCTETS, OID, REPORT, SEQUENCE, tlv } from './ber';
import type { UsmHeader } from './headers';
import type { EngineTime } from './messages';
import { LARGEST_MESSAGE } from './object-makers';

/** Last arcs of usmStats (RFC 3414, section 5). */
const STATS = {
    'level-differs': 1,
    'outside-window': 2,
    'wrong-user': 3,
    'unknown-engine': 4,
    'wrong-key': 5,
    'not-decrypted': 6,
} as const;

export type UsmFault = keyof typeof STATS;

/** usmStats, 1.3.6.1.6.3.15.1.1, as BER, and the instance behind the last arc. */
const USM_STATS = [0x2b, 6, 1, 6, 3, 15, 1, 1];

/** RFC 3414, section 2.2.3, s. */
const WINDOW = 150;
const LAST_BOOTS = 2 ** 31 - 1;
const VERSION_3 = integer(3);
const EMPTY = tlv(OCTETS);
/** Parts of net-snmp that its type declarations lack. */
interface Internals {
    Authentication: {
        isAuthentic(message: Buffer, protocol: number, key: string, engineId: Buffer, digest: Buffer): boolean;
        writeParameters(message: Buffer, protocol: number, key: string, engineId: Buffer, digest: Buffer): void;
        getParametersLength(protocol: number): number;
    };
}

const { Authentication } = snmp as unknown as Internals;

export interface AgentUser extends SnmpUser {
    auth: NonNullable<SnmpUser['auth']>;
    write: boolean;
}

/**
 * The user-based security of our engine (RFC 3414, section 3.2). It looks at each message before anything of it is decrypted, in the order: engine, user, level,
 * digest, time. net-snmp looks neither at engine nor at time: it would carry out for ever what somebody has recorded once.
 */
export class Usm {
    private readonly engineId: Buffer;
    private readonly counters: Record<UsmFault, number> = {
        'level-differs': 0,
        'outside-window': 0,
        'wrong-user': 0,
        'unknown-engine': 0,
        'wrong-key': 0,
        'not-decrypted': 0,
    };

    /** @param engineId hexadecimal */
    constructor(
        engineId: string,
        private readonly users: readonly AgentUser[],
        private readonly time: () => EngineTime,
    ) {
        this.engineId = Buffer.from(engineId, 'hex');
    }

    /** The user who has sent it, or why it is refused. */
    check(message: Buffer, header: UsmHeader): AgentUser | UsmFault {
        if (!header.engineId.equals(this.engineId)) return 'unknown-engine';
        const user = this.users.find(({ name }) => name === header.user);
        if (!user) return 'wrong-user';
        if (!header.hasAuthentication || header.hasPrivacy !== (user.priv !== undefined)) return 'level-differs';
        const { authProtocol = 0 as never, authKey = '' } = netSnmpUser(user);
        if (!Authentication.isAuthentic(message, authProtocol, authKey, this.engineId, header.digest))
            return 'wrong-key';
        const { boots, seconds } = this.time();
        const isInTime = header.boots === boots && boots < LAST_BOOTS && Math.abs(header.seconds - seconds) <= WINDOW;
        return isInTime ? user : 'outside-window';
    }

    /**
     * The report for a message that was refused; undefined if its sender takes none. That of the time is authenticated: by it alone a manager corrects its clock.
     */
    report(header: UsmHeader, fault: UsmFault): Buffer | undefined {
        const count = (this.counters[fault] = (this.counters[fault] + 1) % LAST_BOOTS);
        if (!header.isReportable) return undefined;
        const user = fault === 'outside-window' ? this.users.find(({ name }) => name === header.user) : undefined;
        const { boots, seconds } = this.time();
        const key = user && netSnmpUser(user);
        const digest = Buffer.alloc(key ? Authentication.getParametersLength(key.authProtocol!) : 0);
        const security = tlv(
            SEQUENCE,
            tlv(OCTETS, this.engineId),
            integer(boots),
            integer(seconds),
            tlv(OCTETS, Buffer.from(user ? user.name : '')),
            tlv(OCTETS, digest),
            EMPTY,
        );
        const counter = tlv(OID, Buffer.from([...USM_STATS, STATS[fault], 0]));
        const variables = tlv(SEQUENCE, tlv(SEQUENCE, counter, integer(count, COUNTER32)));
        const pdu = tlv(REPORT, integer(header.messageId), integer(0), integer(0), variables);
        const global = tlv(
            SEQUENCE,
            integer(header.messageId),
            integer(LARGEST_MESSAGE),
            tlv(OCTETS, Buffer.from([key ? 1 : 0])),
            integer(3),
        );
        const scoped = tlv(SEQUENCE, tlv(OCTETS, this.engineId), EMPTY, pdu);
        const message = tlv(SEQUENCE, VERSION_3, global, tlv(OCTETS, security), scoped);
        if (!key) return message;
        // The digest stands in front of msgPrivacyParameters, which are empty, and of the scoped PDU.
        const start = message.length - scoped.length - EMPTY.length - digest.length;
        const place = message.subarray(start, start + digest.length);
        Authentication.writeParameters(message, key.authProtocol!, key.authKey!, this.engineId, place);
        return message;
    }
}
