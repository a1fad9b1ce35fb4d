import type { BatterySweep } from './batteries/model';
import type { UpsError } from './errors';
import type { EventLevel } from './events/ids';
import { plainText, type Told } from './language/sentence';
import type { PartialStatus, SettingValue } from './status/status';

/** All commands to a UPS, the same for every protocol. */
export type UpsCommand =
    | { type: 'shutdown'; seconds: number; restoreSeconds?: number; scope: 'output' | 'system' }
    | { type: 'abort-shutdown' }
    | { type: 'startup'; seconds: number }
    | { type: 'reboot'; seconds: number }
    | { type: 'auto-restart'; on: boolean }
    | { type: 'test'; test: 'quick' | 'battery' | 'full' | 'custom' | 'self' | 'abort'; minutes?: number }
    | { type: 'buzzer'; state: 'on' | 'off' | 'mute' }
    | { type: 'outlet'; outlet: string; action: 'on' | 'off' | 'cycle' }
    /** On again after a protection has switched the supply off for good; a device refuses it while the fault lasts. */
    | { type: 'latch-reset' }
    /** `confirm`: a person has confirmed a value that can do harm. */
    | { type: 'set'; setting: string; value: SettingValue; confirm?: boolean };

export type UpsCommandType = UpsCommand['type'];

/** The name of a command for errors and people, e.g. `outlet 3` or `test battery`. */
export function commandName(command: UpsCommand): string {
    switch (command.type) {
        case 'test':
            return `test ${command.test}`;
        case 'outlet':
            return `outlet ${command.outlet} ${command.action}`;
        case 'set':
            return `set ${command.setting}`;
        default:
            return command.type;
    }
}

/** `confirmed`: the result was read back from the device. Otherwise the device accepted the command, and nobody has checked the effect. */
export interface CommandResult {
    confirmed: boolean;
    /** More about the result, for people. */
    detail?: Told;
}

/** The state of the connection between a driver and its device; the node's status is derived from it. */
export type DriverState =
    | { state: 'idle' }
    | { state: 'connecting' }
    | { state: 'ready'; since: number }
    /** The device does not answer, or refuses; `code` is an UpsErrorCode, `data` is the data of that error. */
    | { state: 'waiting'; code: string; reason: string; data?: UpsError['data'] }
    | { state: 'closed' };

/** The state of a driver that waits because of `error`. */
export function waitingFor(error: UpsError): DriverState {
    const { code, data, message } = error;
    return { state: 'waiting', code, reason: plainText(data.reason ?? message), data };
}

/** Whether `next` is the same state as `before`. The same silence for another reason is another state. */
export function sameState(before: DriverState, next: DriverState): boolean {
    if (before.state !== 'waiting' || next.state !== 'waiting') return before.state === next.state;
    return before.code === next.code && before.data?.why === next.data?.why;
}

/** The properties of a setting of the device. `min` and `max` are in `unit`. */
export interface SettingInfo {
    writable: boolean;
    /** It can be written at other times: the present state of the device forbids it. */
    lockedNow?: boolean;
    min?: number;
    max?: number;
    options?: readonly SettingValue[];
    unit?: string;
    /** The value that the device is delivered with. */
    default?: SettingValue;
    /** A number may also be a text with its unit, such as `19.2 V`, which is checked. */
    takesUnit?: boolean;
    /** Settings on which its value depends: of several that are written together, they go first. */
    after?: readonly string[];
}

/** One entry of the log that a device keeps of itself. */
export interface DeviceHistoryEntry {
    /** Epoch ms; absent if the device does not tell. By the clock of the device, which may be wrong. */
    at?: number;
    /** In the words of the device. */
    text: string;
    level?: EventLevel;
}

/**
 * What one path has learned about its device (units, habits, limits of the agent), JSON. The unit stores it for each path, over restarts; a
 * path never uses what another path has learned.
 */
export interface DriverMemory {
    get(): unknown;
    keep(value: unknown): void;
}

export interface DriverEvents {
    /** Absent if nothing is stored, e.g. in tests. */
    readonly memory?: DriverMemory;
    /** A complete reading. `further`: it is the reading before with more of the same poll, and confirms nothing. */
    status(reading: PartialStatus, further?: boolean): void;
    state(state: DriverState): void;
}

/**
 * What a device told for one item of its map, before the map gives it a meaning: a number, a text, null for "nothing"; absent if the device does
 * not have it or did not answer. An item of all rows of a table has one for each row.
 */
export type RawItem =
    | { raw?: number | string | null }
    | { rows: readonly { row: string; raw?: number | string | null }[] };

/** One path to one UPS. Owned by a device node; feeds the logical unit; executes its commands. */
export interface UpsDriver {
    start(events: DriverEvents): void;
    /** Polls now (a trap came, or a person asks), without waiting for the interval. Several calls cause one poll. */
    pollNow(): void;
    /** Polls faster while an outage or an alarm is active. */
    setUrgent(urgent: boolean): void;
    /** Whether this device can carry out a command. The answer is a hint, and is known after the first reading. */
    supports(command: UpsCommand): boolean;
    /** @throws UpsError not-supported, out-of-range, device-silent, device-refused, access-denied */
    execute(command: UpsCommand): Promise<CommandResult>;
    /**
     * Asks the device how long its own shutdown countdown still runs: seconds; 0 if none runs; undefined if the device does not report it.
     * Absent if the device reports no more than each reading contains.
     * @throws UpsError device-silent, device-refused, access-denied
     */
    shutdownCountdown?(): Promise<number | undefined>;
    /**
     * Reads the log that the device keeps of its own events and alarms, oldest first, anew at each call. Absent if the device has none (CS141
     * manual, "Premium function: The UPS alert history").
     * @throws UpsError device-silent, device-refused, access-denied
     */
    history?(): Promise<DeviceHistoryEntry[]>;
    /** Settings by name; absent if the driver knows none. */
    settingsInfo?(): Record<string, SettingInfo>;
    /** The objects by which the device tells of itself, where it could be several: `rfc1628`, or the id of a device map. */
    readonly speaks?: string;
    /** The raw values of its latest reading, by the items of its device map. Absent, or undefined, if it is not read by a map. */
    rawItems?(): Readonly<Record<string, RawItem>> | undefined;
    /** Of a device by a map with blocks or strings: what its last reading tells of them. */
    battery?(): BatterySweep | undefined;
    /** The states that a channel may have; undefined: they are not known, or it may have any. Absent if nothing tells them. */
    channelStates?(name: string): readonly string[] | undefined;
    /** The device answers, but its readings would not show an outage; people must know that. */
    readonly outagesUnseen?: boolean;
    /** Idempotent, bounded, never throws. */
    stop(): Promise<void>;
}
