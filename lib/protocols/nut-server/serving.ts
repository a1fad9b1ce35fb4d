import type { UpsCommand } from '../../core/driver';
import type { SettingValue } from '../../core/status/status';
import type { NutUsers } from './users';

/** A variable that a client may write, as the UPS describes it. */
export interface WritableVariable {
    min?: number;
    max?: number;
    choices?: readonly SettingValue[];
    isNumber: boolean;
}

export type NutWrite = { command: UpsCommand; name: string } | { setting: string; value: SettingValue };

/** Who writes. */
export interface NutWriter {
    user: string;
    address: string;
}

/** One name under which a UPS is served. */
export interface NutAlias {
    /** As set; clients may write it in any case. */
    readonly name: string;
    readonly description: string;
    readonly listed: boolean;
    /** Undefined: nothing may be told now. */
    variables(): ReadonlyMap<string, string> | undefined;
    /** Why `variables` is undefined: the device is silent, or has not been read yet. */
    readonly absence: 'DATA-STALE' | 'DRIVER-NOT-CONNECTED';
    /** What can be written, by variable; empty unless writes are on. */
    writable(): ReadonlyMap<string, WritableVariable>;
    /** Instant commands that the UPS can carry out now; empty unless writes are on. */
    commands(): readonly string[];
    /** The command that `name` means for this UPS. */
    command(name: string, seconds: number | undefined): UpsCommand | undefined;
    /** Carries out a write that the client may do; rejects when it failed. In a dry run it is only written down. */
    write(write: NutWrite, writer: NutWriter): Promise<void>;
    /** Orders the shutdown of all clients of this name. In a dry run it is only written down. */
    force(writer: NutWriter): void;
}

/** Its address is not allowed; there are too many clients; it does not read its answers; a deploy has changed its user, or wants TLS. */
export type RefusedBecause = 'not-allowed' | 'too-many' | 'unread' | 'logged-out';

/** What a server serves: made anew by each deploy, while its clients stay connected. */
export interface NutServing {
    /** For VER and server.info. */
    readonly version: string;
    readonly users: NutUsers;
    /** Further clients are refused. */
    readonly mostClients: number;
    /** Whether a client at this address may connect. */
    allows(address: string): boolean;
    /** A client was refused or cut off. */
    refused(address: string, reason: RefusedBecause): void;
    /** Nothing is told without TLS. */
    readonly requireTls: boolean;
    /** Nothing is read without a user. */
    readonly loginToRead: boolean;
    /** The UPS that a client at `address` means by `name`. */
    alias(name: string, address: string): NutAlias | undefined;
    /** Names in LIST UPS for this client, each with the UPS that it means. */
    listed(address: string): readonly (readonly [name: string, alias: NutAlias])[];
    /** The last client that was logged in to this name has left. */
    allHaveLeft(alias: string): void;
    /** A wrong user or password, or too little right: `user` as the client sent it. */
    denied(address: string, user: string, request: string): void;
}
