import type { Clock } from '../../lib/core/clock';
import type { SnmpUser } from '../../lib/protocols/snmp/config';
import type { SimulatedUps } from '../../lib/simulation/simulated-ups';
import type { ObjectSource } from './object-makers';
import type { WireVarbind } from './responder';
import type { TrapTarget } from './trap-sender';

export interface CardOptions {
    ups: SimulatedUps;
    clock: Clock;
    /** 0 (default) = any free port; read `port` after `start()`. */
    port?: number;
    /** Default 127.0.0.1. Any 127.x.y.z gives another card on the same port. */
    address?: string;
    /** May read. Default `public`. */
    community?: string;
    /** May read and write. Default: the same as `community`. */
    writeCommunity?: string;
    /** v3 users; all may write. */
    users?: readonly SnmpUser[];
    trapTargets?: readonly TrapTarget[];
    /** Least distance between two traps of the same kind, seconds of the clock. Default 5 (RFC 1628). */
    trapGapSeconds?: number;
    /** Hexadecimal; default: made of the address and port. */
    engineId?: string;
    /** Serve the maker's extensions (battery condition, installation date, …) as well. Default true. */
    extensions?: boolean;
    system?: Partial<ObjectSource['system']>;
}

/** Ways in which a card misbehaves; change them at any time. */
export interface CardFaults {
    /** Answers nothing and sends no trap, as if its network cable were pulled. */
    silent: boolean;
    /** Answers so much later, real milliseconds. */
    slowMs: number;
    /** Answers with bytes that are not SNMP. */
    garbage: boolean;
    /** Sends Gauge32 where RFC 1628 has INTEGER, as some makers do. */
    wrongTypes: boolean;
}

export interface CardEvents {
    /** A variable was written. */
    set: [{ oid: string; value: WireVarbind['value'] }];
    /** A request was refused: wrong community, user or key, or not SNMP at all. */
    refused: [{ reason: string }];
    /** A trap or inform left (or did not). */
    trap: [{ trap: number; host: string; port: number; error?: string }];
}
