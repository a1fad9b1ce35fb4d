import type { UpsCommand } from '../../lib/core/driver';
import { UpsError } from '../../lib/core/errors';
import type { PartialStatus, SettingValue } from '../../lib/core/status/status';
import { inRange, type SystemTexts } from '../shared/snmp/object-makers';
import type { ServedObject } from '../shared/snmp/object-tree';
import type { AlarmRow } from './alarm-table';

/** upsMIB.upsObjects */
export const UPS = '1.3.6.1.2.1.33.1';

/** The data of the served objects. */
export interface ObjectSource {
    /** Called at each request. */
    reading(): PartialStatus;
    /** @throws UpsError */
    execute(command: UpsCommand): void;
    abortStartup(): void;
    upTime(): number;
    alarms: readonly AlarmRow[];
    /** State of the card: numbers of upsTestId and upsTestSpinLock, and sysUpTime at the start and end of the test (1/100 s). */
    test: { id: number; spinLock: number; startedAt: number; endedAt?: number };
    system: SystemTexts;
    agentVersion: string;
    /** Also serves the maker's extensions (condition, installation date, apparent power, energy). */
    extensions: boolean;
}

export const round = (value: number | undefined, scale = 1) => Math.round((value ?? 0) * scale);

export function setting(source: ObjectSource, name: string): SettingValue | undefined {
    return source.reading().settings?.[name];
}

export function setText(source: ObjectSource, name: string): ServedObject['write'] {
    return {
        check: (value) => (String(value).length <= 63 ? undefined : 'wrong-value'),
        apply: (value) => source.execute({ type: 'set', setting: name, value: String(value) }),
    };
}

export function setNumber(source: ObjectSource, name: string, min: number, max: number): ServedObject['write'] {
    return {
        check: (value) => (inRange(value, min, max) ? undefined : 'wrong-value'),
        apply: (value) => source.execute({ type: 'set', setting: name, value: Number(value) }),
    };
}

/** Enumerations of RFC 1628 count from 1. */
export function setChoice(source: ObjectSource, name: string, choices: readonly string[]): ServedObject['write'] {
    return {
        check: (value) => (inRange(value, 1, choices.length) ? undefined : 'wrong-value'),
        apply: (value) => {
            const choice = choices[Number(value) - 1];
            if (choice === undefined) throw new UpsError('out-of-range', { property: name, value: Number(value) });
            source.execute({ type: 'set', setting: name, value: choice });
        },
    };
}
