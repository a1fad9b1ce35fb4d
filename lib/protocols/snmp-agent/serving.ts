import type { UpsCommand } from '../../core/driver';
import type { ServedUps } from '../../core/served/served-ups';
import type { AllowedSenders } from '../shared/senders';
import type { AgentUser, UsmFault } from './usm';
import type { EngineTime, Unanswered } from './messages';

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
}
