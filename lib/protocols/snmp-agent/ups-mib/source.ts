import type { UpsCommand } from '../../../core/driver';
import { UpsError } from '../../../core/errors';
import type { ServedUps } from '../../../core/served/served-ups';
import type { SettingValue, TestState } from '../../../core/status/status';
import { inRange, type SystemTexts } from '../object-makers';
import type { ServedObject, WireValue, WriteFault } from '../object-tree';
import type { AlarmRow } from '../alarm-rows';

/** upsMIB.upsObjects */
export const UPS = '1.3.6.1.2.1.33.1';
/** RFC 1628, section 4: upsIdentName, upsIdentAttachedDevices. */
const MOST_OCTETS = 63;

/** What an agent keeps of the objects of a UPS that the UPS itself does not tell. */
export interface ObjectState {
    /** Last arc of upsTestId: the test that a manager has started last; 1: none. */
    testId: number;
    /** upsTestSpinLock (TestAndIncr, RFC 2579). */
    spinLock: number;
    /** upsShutdownType, if the device has no such setting. */
    shutdownType: 'output' | 'system';
}

export const newObjectState = (): ObjectState => ({ testId: 1, spinLock: 1, shutdownType: 'output' });

/** The data of the served objects. */
export interface ObjectSource {
    /** Called at each request. */
    served(): ServedUps;
    /** Whether the UPS can do it; absent: whatever is asked. */
    supports?(command: UpsCommand): boolean;
    /** Orders a command. @throws UpsError */
    execute(command: UpsCommand): void;
    /** What the SET that is carried out has chosen for a setting; undefined: nothing. */
    chosen?(setting: string): SettingValue | undefined;
    /** Absent: a countdown to a start cannot be taken back. */
    abortStartup?(): void;
    /** sysUpTime, 1/100 s. */
    upTime(): number;
    alarms(): readonly AlarmRow[];
    state: ObjectState;
    /** sysUpTime at the start of the last test, and how long it has run, 1/100 s; undefined: not known. */
    testTimes(test: TestState): { started?: number; elapsed?: number };
    system: SystemTexts;
    agentVersion: string;
    /** Also serves the maker's additions (serial number, condition, installation date, apparent power, energy). */
    extensions: boolean;
    /** Also those of the battery's halves, of ports, contacts and sensors. */
    parts?: boolean;
}

/** A whole number in units of 1/scale; undefined stays so. */
export const round = (value: number | undefined, scale = 1) =>
    value === undefined ? undefined : Math.round(value * scale);

export function setting({ served }: ObjectSource, name: string): SettingValue | undefined {
    return served().status?.settings?.[name];
}

type Written = NonNullable<ServedObject['write']>;

/** A written value is a command, if it is valid and the UPS can do it. */
export function commands(
    source: ObjectSource,
    isValid: (value: string | number | Buffer) => boolean,
    commandOf: (value: string | number | Buffer) => UpsCommand | undefined,
): Written {
    return {
        check: (value) => {
            if (!isValid(value)) return 'wrong-value';
            const command = commandOf(value);
            return command && source.supports?.(command) === false ? 'inconsistent-value' : undefined;
        },
        apply: (value) => {
            const command = commandOf(value);
            if (command) source.execute(command);
        },
    };
}

/** A DisplayString of 63 octets at most (RFC 1628), without control characters: it also goes into the event log. */
export function setText(source: ObjectSource, name: string): Written {
    const written = commands(
        source,
        (value) => !/\p{Cc}/u.test(String(value)),
        (value) => ({ type: 'set', setting: name, value: String(value) }),
    );
    const check = (value: WireValue): WriteFault | undefined =>
        Buffer.byteLength(String(value)) > MOST_OCTETS ? 'wrong-length' : written.check(value);
    return { ...written, check };
}

/** @param bounds undefined: any */
export function setNumber(source: ObjectSource, name: string, bounds: () => [number, number] | undefined): Written {
    return commands(
        source,
        (value) => {
            const between = bounds();
            return typeof value === 'number' && (!between || inRange(value, ...between));
        },
        (value) => ({ type: 'set', setting: name, value: Number(value) }),
    );
}

/** Enumerations of RFC 1628 count from 1. */
export function setChoice(source: ObjectSource, name: string, choices: readonly string[]): Written {
    return commands(
        source,
        (value) => inRange(value, 1, choices.length),
        (value) => {
            const choice = choices[Number(value) - 1];
            if (choice === undefined) throw new UpsError('out-of-range', { property: name, value: Number(value) });
            return { type: 'set', setting: name, value: choice };
        },
    );
}
