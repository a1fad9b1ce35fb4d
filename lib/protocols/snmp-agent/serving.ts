import type { UpsCommand } from '../../core/driver';
import type { ServedBattery } from '../../core/served/served-battery';
import type { ServedUps } from '../../core/served/served-ups';
import type { AllowedSenders } from '../shared/senders';
import type { AgentUser, UsmFault } from './usm';
import type { EngineTime, Unanswered } from './messages';
import type { TrapReceiver } from './traps/trap-outbox';

export type AgentVersion = '1' | '2c' | '3';

export interface AgentCommunity {
    community: string;
    senders: AllowedSenders;
    write: boolean;
}

/** Why a request was refused, for people. */
export type AgentRefusal = Unanswered | UsmFault | 'stranger' | 'too-many' | 'version' | 'no-ups' | 'repeated';

/** What stands behind one UPS of an agent. */
export interface ServedTarget {
    served(): ServedUps | undefined;
    /** Absent: it has no battery of many blocks. */
    battery?(): ServedBattery | undefined;
    supports(command: UpsCommand): boolean;
    /** Rejects if it was not done. In a dry run it is only said. @param by for people */
    order(command: UpsCommand, by: string): Promise<unknown>;
}

/** What an agent serves and to whom, until a deploy puts another in its place. */
export interface AgentServing {
    /** E.g. `Ridethrough 1.2.0`. */
    readonly version: string;
    readonly versions: readonly AgentVersion[];
    readonly senders: AllowedSenders;
    readonly communities: readonly AgentCommunity[];
    readonly users: readonly AgentUser[];
    /** snmpEngineID, hexadecimal. */
    readonly engineId: string;
    engineTime(): EngineTime;
    /** Nobody writes without it. */
    readonly writes: boolean;
    /** What is sent for a number that is not known. */
    readonly unknownAs: 'no-such-instance' | '-1';
    /** Names of its UPSs, which are contexts; the first one is served without a name, too. */
    readonly names: readonly string[];
    target(name: string): ServedTarget | undefined;
    refused(address: string, reason: AgentRefusal): void;
    /** A SET that was not carried out. */
    setRefused?(refusal: SetRefusal): void;
    /** Who gets traps; absent: nobody. */
    readonly receivers?: readonly TrapReceiver[];
    /** What has to outlive the process, by name. Absent: nothing does. */
    readonly memory?: AgentMemory;
}

export interface AgentMemory {
    read(name: string): unknown;
    /** @returns false if it could not be kept now */
    write(name: string, value: unknown): boolean;
}

/** Why a SET was not carried out. */
export type SetFault = 'no-right' | 'no-object' | 'read-only' | 'wrong-value' | 'not-now';

export interface SetRefusal {
    address: string;
    /** For people: the user, or `community`. */
    who: string;
    /** Name of the UPS as it is served. */
    ups: string;
    /** The instance that was at fault, and what it was to be. */
    oid: string;
    value: string;
    fault: SetFault;
}
