import type { TrapTarget } from '../shared/snmp/trap-sender';
import type { DeviceOptions } from './device';
import type { ValueFaults } from './mib/serve';

export interface RmcuUser {
    name: string;
    password: string;
    /** Control: all screens but User Setup (RMCU manual, "User Login"). */
    access: 'Control' | 'Admin';
    /** SNMPv3: MD5 and AES-128 are what the device has (RMCU manual, "User Setup"). Keys of at least 8 characters. */
    snmp?: { authKey: string; privKey: string };
}

/** Names and passwords of a new device (RMCU manual, "User Login"). */
export const FACTORY_USERS: readonly RmcuUser[] = [
    { name: 'control', password: 'control', access: 'Control' },
    { name: 'admin', password: 'admin', access: 'Admin' },
];

/** RMCU manual, "User Setup". */
export const MOST_USERS = 8;

export interface RmcuOptions extends DeviceOptions {
    /** Default 127.0.0.1. */
    address?: string;
    /** UDP port of the SNMP agent. 0 (default): any free port; read `port` after `start()`. */
    port?: number;
    /** TCP port of the pages. 0 (default): any free port; read `httpPort` after `start()`. */
    httpPort?: number;
    /** Community for reading. Default `public`. */
    community?: string;
    /** Community for reading and writing. Default `private`. */
    writeCommunity?: string;
    /** Default read-write. */
    agentAccess?: 'read-write' | 'read-only';
    /** Eight at most. Default: control and admin, without SNMPv3. */
    users?: readonly RmcuUser[];
    /** The one destination of traps; none by default. */
    trap?: TrapTarget;
    /** Shape of the objects: scalars in SMIv2 (default), or tables in SMIv1. */
    shape?: 'scalars' | 'table';
    /** Hexadecimal; default: derived from address and port. */
    engineId?: string;
}

/** Faults of the device; they can be changed at any time. */
export interface RmcuFaults extends ValueFaults {
    /** Answers nothing and sends nothing, like an unplugged network cable. */
    silent: boolean;
    /** Delay of answers, real milliseconds. */
    slowMs: number;
    /** Pages end after so many bytes, in good order, or by a broken connection. */
    cutPage?: { bytes: number; broken: boolean };
}

export interface RmcuEvents {
    /** A variable was written. */
    set: [{ oid: string; value: unknown }];
    /** An SNMP request or a log-in was refused. */
    refused: [{ reason: string }];
    /** A trap was sent, or failed with `error`. */
    trap: [{ trap: number; host: string; port: number; error?: string }];
}
