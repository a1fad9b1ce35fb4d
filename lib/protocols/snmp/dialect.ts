import type { BatterySweep } from '../../core/batteries/model';
import type { CommandResult, RawItem, SettingInfo, UpsCommand } from '../../core/driver';
import type { PartialStatus } from '../../core/status/status';

/**
 * The objects by which a card speaks of its UPS: those of RFC 1628, or those of its maker by a device map. Knows what is read, in which order, what
 * it means, and what can be commanded. The driver knows when.
 */
export interface Dialect {
    /** `rfc1628`, or the id of a map. */
    readonly id: string;
    /** Whether discovery is complete, so that a short poll gives a full reading. */
    readonly known: boolean;
    /** When the objects that decide on events were read in this poll, epoch ms; undefined before. */
    readonly decisiveAt?: number;
    /** The alarms of this poll were read. */
    readonly alarmsRead: boolean;
    /** What was read so far holds a value of the UPS. */
    readonly hasReading: boolean;
    /** How much of what was read so far says whether the mains are present; 2: the source of the output. */
    readonly mainsTold: 0 | 1 | 2;
    /** A request failed for the first time: the next slow round should run soon. */
    readonly needsRetrySoon: boolean;
    /** When the agent started, epoch ms, as far as it tells. */
    readonly since?: number;
    /** sysObjectID as last read; empty if it is not known. */
    readonly agent: string;

    /** Reads what the card is and which objects it has. @throws SnmpError */
    discover(): Promise<void>;
    /** Reads what decides on events, and live values. @throws SnmpError when nothing was read */
    readFast(): Promise<void>;
    /** Runs the next step of the slow round; resolves to false after the last. @throws SnmpError */
    refreshStep(): Promise<boolean>;
    /** What was read so far; undefined if it holds no value of a UPS. It learns from the reading. */
    status(alarmsUnread: boolean): PartialStatus | undefined;
    /** The next poll discovers the card from the beginning. */
    forgetAll(): void;
    /** From the next slow round on, asks again for all objects that this card lacked. */
    forgetMissing(): void;

    supports(command: UpsCommand): boolean;
    /** @throws UpsError not-supported, out-of-range, device-silent, device-refused, access-denied */
    execute(command: UpsCommand): Promise<CommandResult>;
    /** Seconds left of the device's shutdown countdown, 0 when none runs; undefined if the card does not tell. @throws UpsError */
    shutdownCountdown(): Promise<number | undefined>;
    settingsInfo(): Record<string, SettingInfo>;
    /** Of a device map: the states that a channel may have. */
    channelStates?(name: string): readonly string[] | undefined;
    /** Of a device map: the raw values that were read last, by item. */
    rawItems?(): Record<string, RawItem>;
    /** By a map: what the last reading tells of a battery of many blocks. */
    battery?(): BatterySweep | undefined;
}
