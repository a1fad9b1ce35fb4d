import type { BatteryFlags, BatteryIdentity, BatterySweep, CardSettings } from '../../core/batteries/model';
import type { Counts } from './modbus-values';

/** What a card says of itself within a second. */
export interface CardFlags extends BatteryFlags {
    /** How many modules and strings it counts; undefined: none, more than there can be, or not told. */
    counts?: Counts;
    /** The number of modules as told, if there are none, or too many. */
    wrongCount?: number;
    /** The agent has started anew since the last time. */
    restarted?: boolean;
}

/** One pass over all blocks and strings, request by request, so that flags can be read between. It is whole, or nothing. */
export interface SweepRun {
    /**
     * One request. `more`: there are further ones; `pause`: the card is busy, go on later; `done`: `result` may be called.
     * @throws UpsError what the card has answered to some of it is worth nothing any more
     */
    step(): Promise<'more' | 'pause' | 'done'>;
    /** @param flags the last that were read */
    result(flags: BatteryFlags): BatterySweep;
    /** Told by the card in this pass. */
    readonly identity?: BatteryIdentity;
}

/** A way to a BACS system: Modbus or SNMP. One request at a time. */
export interface BacsPath {
    /** @throws UpsError device-silent, device-refused, access-denied, protocol, interrupted */
    flags(): Promise<CardFlags>;
    /** It reads by a spare way meanwhile: everything, or the sweeps. */
    readonly spare?: 'flags' | 'sweeps' | undefined;
    /** ms from the begin of a sweep to that of the next, where this way has a pace of its own. */
    readonly sweepMs?: number | undefined;
    /** Begins a pass; an unfinished one is given up. */
    sweep(counts: Counts): SweepRun;
    /** Names and limits, where this way tells them. @throws UpsError */
    settings?(): Promise<CardSettings>;
    /** Who it is, where a sweep does not tell. @throws UpsError */
    identity?(): Promise<BatteryIdentity>;
    /** Another card, or the same after a restart: nothing that was learned holds. */
    forget(): void;
    /** Ends what is under way. Idempotent, never throws. */
    close(): Promise<void>;
}
