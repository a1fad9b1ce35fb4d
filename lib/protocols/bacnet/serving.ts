import type { UpsCommand } from '../../core/driver';
import type { ServedUps } from '../../core/served/served-ups';
import type { Endpoint } from '../shared/listener';
import type { AllowedSenders } from '../shared/senders';

/** Why a request was refused, for people. */
export type BacnetRefusal =
    | 'stranger'
    | 'too-many'
    | 'malformed'
    | 'no-right'
    | 'wrong-password'
    | 'too-many-passwords';

/** What stands behind one UPS of a device. */
export interface ServedTarget {
    served(): ServedUps | undefined;
    supports(command: UpsCommand): boolean;
    /** Rejects if it was not done. In a dry run it is only said. @param by for people */
    order(command: UpsCommand, by: string): Promise<unknown>;
}

/** Communication by DeviceCommunicationControl (clause 16.1). */
export type Communication = 'enabled' | 'disabled' | 'no-initiation';

/** What a device serves and to whom, until a deploy puts another in its place. */
export interface BacnetServing {
    /** 0 to 4194302, one of its own in the whole network. */
    readonly deviceId: number;
    readonly deviceName: string;
    readonly description: string;
    readonly location: string;
    readonly modelName: string;
    readonly vendorId: number;
    /** E.g. `1.2.0`. */
    readonly version: string;
    /** Of the BACnet network that it stands in; 0: not known. */
    readonly networkNumber: number;
    readonly apduTimeoutMs: number;
    readonly senders: AllowedSenders;
    /** Nobody writes without it. */
    readonly writes: boolean;
    /** BACnet has no log-in: these addresses may write. */
    readonly writers: AllowedSenders;
    /** Of DeviceCommunicationControl; '': nobody may. */
    readonly password: string;
    /** Where it registers as a foreign device. */
    readonly bbmd?: Endpoint & { ttlSeconds: number };
    readonly unknownAs: 'nan' | '-1';
    readonly shutdownSeconds: number;
    /** Numbers of its UPSs, 1 to 4193: their objects begin at this × 1000. */
    readonly numbers: readonly number[];
    target(number: number): ServedTarget | undefined;
    /** Calls `changed` when a UPS stands otherwise. @returns ends it */
    follow(changed: () => void): () => void;
    /** Small durable values. */
    kept(name: string): unknown;
    keep(name: string, value: unknown): void;
    refused(address: string, reason: BacnetRefusal): void;
    /** A client has switched communication. */
    controlled(address: string, communication: Communication, minutes: number | undefined): void;
}
