import type { UpsError } from './errors';
import { plainText, type Told } from './language/sentence';
import type { PartialStatus, SettingValue } from './status/status';

/** Everything that can be asked of a UPS, whatever protocol it speaks. */
export type UpsCommand =
    | { type: 'shutdown'; seconds: number; restoreSeconds?: number; scope: 'output' | 'system' }
    | { type: 'abort-shutdown' }
    | { type: 'startup'; seconds: number }
    | { type: 'reboot'; seconds: number }
    | { type: 'auto-restart'; on: boolean }
    | { type: 'test'; test: 'quick' | 'battery' | 'full' | 'custom' | 'self' | 'abort'; minutes?: number }
    | { type: 'buzzer'; state: 'on' | 'off' | 'mute' }
    | { type: 'outlet'; outlet: string; action: 'on' | 'off' | 'cycle' }
    | { type: 'set'; setting: string; value: SettingValue };

export type UpsCommandType = UpsCommand['type'];

/** For errors and people, e.g. `outlet 3` or `test battery`. */
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

/** `confirmed`: read back from the device. Otherwise accepted, not confirmed. */
export interface CommandResult {
    confirmed: boolean;
    /** What there is to say of it. */
    detail?: Told;
}

/** How a driver stands with its device; the node's status is derived from it. */
export type DriverState =
    | { state: 'idle' }
    | { state: 'connecting' }
    | { state: 'ready'; since: number }
    /** It does not answer, or answers with a refusal; `code` is an UpsErrorCode, `data` what belongs to it. */
    | { state: 'waiting'; code: string; reason: string; data?: UpsError['data'] }
    | { state: 'closed' };

/** A driver waits because of `error`. */
export function waitingFor(error: UpsError): DriverState {
    const { code, data, message } = error;
    return { state: 'waiting', code, reason: plainText(data.reason ?? message), data };
}

/** Whether there is nothing new in `next`. Another reason for the same silence is news. */
export function sameState(before: DriverState, next: DriverState): boolean {
    if (before.state !== 'waiting' || next.state !== 'waiting') return before.state === next.state;
    return before.code === next.code && before.data?.why === next.data?.why;
}

/** What is known of a setting before anything is written to it. `min`, `max` in `unit`. */
export interface SettingInfo {
    writable: boolean;
    min?: number;
    max?: number;
    options?: readonly SettingValue[];
    unit?: string;
}

/**
 * What one path has learned of its device (units, habits, limits of the agent), JSON. The unit keeps it by path, over restarts; what one
 * path taught is never used for another.
 */
export interface DriverMemory {
    get(): unknown;
    keep(value: unknown): void;
}

export interface DriverEvents {
    /** Absent where nobody keeps anything, e.g. in tests. */
    readonly memory?: DriverMemory;
    /** A complete reading. */
    status(reading: PartialStatus): void;
    state(state: DriverState): void;
}

/** One path to one UPS. Owned by a device node; feeds the logical unit; executes its commands. */
export interface UpsDriver {
    start(events: DriverEvents): void;
    /** Poll now (a trap came, or somebody asks), without waiting for the interval. Coalesced. */
    pollNow(): void;
    /** Poll faster while an outage or an alarm is on. */
    setUrgent(urgent: boolean): void;
    /** Which commands this device can do; known after the first reading, and then a hint. */
    supports(command: UpsCommand): boolean;
    /** @throws UpsError not-supported, out-of-range, device-silent, device-refused, access-denied */
    execute(command: UpsCommand): Promise<CommandResult>;
    /**
     * Asks the device now how long its own shutdown countdown still runs: seconds; 0 when none runs; undefined when it does not tell.
     * Absent where nothing can be asked beyond what each reading tells.
     * @throws UpsError device-silent, device-refused, access-denied
     */
    shutdownCountdown?(): Promise<number | undefined>;
    /** Settings by name; absent where a driver knows none. */
    settingsInfo?(): Record<string, SettingInfo>;
    /** It answers, but what it reads would not show an outage; people have to know. */
    readonly outagesUnseen?: boolean;
    /** Idempotent, bounded, never throws. */
    stop(): Promise<void>;
}
