import type { Clock } from '../../lib/core/clock';
import type { SnmpUser } from '../../lib/protocols/snmp/config';
import type { SimulatedUps } from '../../lib/simulation/simulated-ups';
import type { ObjectSource } from '../../lib/protocols/snmp-agent/ups-mib/source';
import type { WireVarbind } from '../../lib/protocols/snmp-agent/responder';
import type { TrapTarget } from '../shared/snmp/trap-sender';

export interface CardOptions {
    ups: SimulatedUps;
    clock: Clock;
    /** 0 (default): any free port; read `port` after `start()`. */
    port?: number;
    /** Default 127.0.0.1. Each 127.x.y.z address can have a card on the same port. */
    address?: string;
    /** Community for reading. Default `public`. */
    community?: string;
    /** Community for reading and writing. Default: the same as `community`. */
    writeCommunity?: string;
    /** v3 users; all may write. */
    users?: readonly SnmpUser[];
    trapTargets?: readonly TrapTarget[];
    /** Minimum time between two traps of the same kind, seconds of the clock. Default 5 (RFC 1628). */
    trapGapSeconds?: number;
    /** Hexadecimal; default: derived from address and port. */
    engineId?: string;
    /** Also serves the maker's extensions (battery condition, installation date, ...). Default true. */
    extensions?: boolean;
    system?: Partial<ObjectSource['system']>;
}

/** Faults of the card; they can be changed at any time. */
export interface CardFaults {
    /** Answers nothing and sends no traps, like a card with an unplugged network cable. */
    silent: boolean;
    /** Delay of answers, real milliseconds. */
    slowMs: number;
    /** Answers with bytes that are not SNMP. */
    garbage: boolean;
    /** Sends Gauge32 where RFC 1628 defines INTEGER, like some makers. */
    wrongTypes: boolean;
}

export interface CardEvents {
    /** A variable was written. */
    set: [{ oid: string; value: WireVarbind['value'] }];
    /** A request was refused: wrong community, user or key, or not SNMP. */
    refused: [{ reason: string }];
    /** A trap or inform was sent, or failed with `error`. */
    trap: [{ trap: number; host: string; port: number; error?: string }];
}
