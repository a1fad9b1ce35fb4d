import type { SettingInfo } from '../../core/driver';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { SettingValue } from '../../core/status/status';
import type { Answers } from './decode';
import type { Answer, PollName } from './polls';
import { BAUD_RATES, encodeSet, type SetName } from './sets';

/** A setting with a readable name; values in SI units. */
export interface DeltaSetting {
    set?: SetName;
    /** The poll that reports the value; absent: none does, and a change is accepted but not confirmed. */
    poll?: Exclude<PollName, 'SOL'>;
    read?(answers: Answers): SettingValue | undefined;
    /** The data of the set frame. @throws UpsError out-of-range, config-invalid */
    write?(value: SettingValue, answers: Answers): string;
    info?(answers: Answers): Omit<SettingInfo, 'writable'>;
}

const num = (answer: Answer | undefined, key: string) => answer?.[key] as number | undefined;

/** A switch: 1 is on and 2 is off, as in most switches of this protocol. */
function onOff(set: SetName, poll?: DeltaSetting['poll'], key?: string): DeltaSetting {
    return {
        set,
        poll,
        read: (answers) => {
            const value = poll && key ? num(answers[poll], key) : undefined;
            return value === undefined ? undefined : value === 1;
        },
        write: (value) => encodeSet(set, truth(set, value) ? 1 : 2),
        info: () => ({ options: [true, false] }),
    };
}

function truth(name: string, value: SettingValue): boolean {
    if (typeof value === 'boolean') return value;
    throw new UpsError('config-invalid', { property: name, value: String(value), expected: 'true, false' });
}

function oneOf(set: SetName, poll: DeltaSetting['poll'], key: string, names: readonly string[], first: number) {
    return {
        set,
        poll,
        read: (answers: Answers) => {
            const value = num(answers[poll!], key);
            return value === undefined ? undefined : names[value - first];
        },
        write: (value: SettingValue) => {
            const index = names.indexOf(String(value));
            if (index < 0)
                throw new UpsError('config-invalid', {
                    property: set,
                    value: String(value),
                    expected: names.join(', '),
                });
            return encodeSet(set, index + first);
        },
        info: () => ({ options: names }),
    } satisfies DeltaSetting;
}

function whole(set: SetName, poll: DeltaSetting['poll'], key: string, info: Omit<SettingInfo, 'writable'>) {
    return {
        set,
        poll,
        read: (answers: Answers) => (poll ? num(answers[poll], key) : undefined),
        write: (value: SettingValue) => encodeSet(set, Number(value)),
        info: () => info,
    } satisfies DeltaSetting;
}

/** One value of a pair that is set together; the other keeps its present value. */
function half(
    set: SetName,
    poll: 'TXV' | 'TXF' | 'BTV' | 'BRD',
    keys: readonly [string, string],
    which: 0 | 1,
    wire: (value: SettingValue) => number | string,
    info: (answers: Answers) => Omit<SettingInfo, 'writable'>,
): DeltaSetting {
    return {
        set,
        poll,
        read: (answers) => answers[poll]?.[keys[which]],
        write: (value, answers) => {
            const pair = keys.map((key) => answers[poll]?.[key]);
            // A date may be empty in the frame; of two numbers both must be known.
            const other = pair[1 - which] ?? (poll === 'BRD' ? '' : undefined);
            if (other === undefined) {
                throw new UpsError('command-failed', {
                    command: set,
                    reason: said('delta.notKnown', { name: keys[1 - which] }),
                });
            }
            const both = which === 0 ? [value, other] : [other, value];
            if (poll === 'TXV' || poll === 'TXF') requireOrder(keys[which], value, both, which);
            return encodeSet(set, ...both.map(wire));
        },
        info,
    };
}

/** A lower limit above the upper one would make the UPS reject every input. */
function requireOrder(name: string, value: SettingValue, [low, high]: readonly SettingValue[], which: 0 | 1): void {
    if (Number(low) < Number(high)) return;
    const bound = which === 0 ? { max: Number(high) } : { min: Number(low) };
    throw new UpsError('out-of-range', { property: name, value, min: 0, max: 999, ...bound });
}

const volts = (min?: number, max?: number) => ({ min: min ?? 0, max: max ?? 999, unit: 'V' });
const told = (poll: 'RAT', key: string, unit?: string): DeltaSetting => ({
    poll,
    read: (answers) => num(answers[poll], key),
    info: () => (unit ? { unit } : {}),
});
const TYPES = ['on-line', 'off-line', 'line-interactive', '3-phase', 'other'];
const asIs = (value: SettingValue) => (typeof value === 'number' ? value : Number(value));
const tenths = (value: SettingValue) => {
    const scaled = Number(value) * 10;
    return Math.abs(scaled - Math.round(scaled)) < 1e-6 ? Math.round(scaled) : scaled;
};
const BATTERY_TEST = ['minutes', 'voltage'] as const;

/** All settings of protocol 1.44, and the ratings of RAT. */
export const SETTINGS: Readonly<Record<string, DeltaSetting>> = {
    shutdownType: oneOf('SDT', 'SDT', 'type', ['output', 'system'], 1),
    baudRate: whole('UBR', 'UBR', 'baudRate', { options: BAUD_RATES, unit: 'baud' }),
    upsId: whole('UID', 'UID', 'id', { min: 0, max: 99 }),
    lowTransferVoltage: half('TXV', 'TXV', ['low', 'high'], 0, asIs, ({ RAT }) =>
        volts(num(RAT, 'lowTransferMin'), num(RAT, 'lowTransferMax')),
    ),
    highTransferVoltage: half('TXV', 'TXV', ['low', 'high'], 1, asIs, ({ RAT }) =>
        volts(num(RAT, 'highTransferMin'), num(RAT, 'highTransferMax')),
    ),
    voltageSensitivity: oneOf('VSN', 'VSN', 'sensitivity', ['normal', 'reduced', 'low'], 0),
    modemPhone: {
        set: 'TEL',
        poll: 'TEL',
        read: ({ TEL }) => TEL?.phone,
        write: (value) => encodeSet('TEL', String(value)),
    },
    batteryReplacedOn: half('BRD', 'BRD', ['last', 'next'], 0, String, () => ({})),
    batteryReplaceOn: half('BRD', 'BRD', ['last', 'next'], 1, String, () => ({})),
    economicMode: onOff('ECO', 'STA', 'economic'),
    autoTest: oneOf('ATT', 'ATT', 'period', ['disabled', 'daily', 'weekly', 'biweekly', 'monthly'], 1),
    atxReboot: onOff('ATX', 'ATX', 'reboot'),
    autoReboot: onOff('ARB', 'ARB', 'reboot'),
    resumePc: onOff('RSM'),
    bootDelay: whole('UBD', 'UBD', 'seconds', { min: 0, max: 999, unit: 's' }),
    lowTransferFrequency: half('TXF', 'TXF', ['low', 'high'], 0, tenths, ({ RAT }) => ({
        ...{ min: num(RAT, 'lowFrequencyMin') ?? 0, max: num(RAT, 'lowFrequencyMax') ?? 99.9, unit: 'Hz' },
    })),
    highTransferFrequency: half('TXF', 'TXF', ['low', 'high'], 1, tenths, ({ RAT }) => ({
        ...{ min: num(RAT, 'highFrequencyMin') ?? 0, max: num(RAT, 'highFrequencyMax') ?? 99.9, unit: 'Hz' },
    })),
    outputVoltage: {
        ...whole('SOV', 'SOV', 'current', {}),
        info: ({ SOV }) => {
            const choices = Object.entries(SOV ?? {}).filter(
                ([key, value]) => key !== 'current' && value !== undefined,
            );
            return choices.length ? { options: choices.map(([, value]) => value!), unit: 'V' } : volts();
        },
    },
    buzzerEnabled: onOff('EDB', 'STA', 'buzzerEnabled'),
    buzzer: {
        set: 'BUZ',
        poll: 'STA',
        read: ({ STA }) => pickBuzzer(num(STA, 'buzzer')),
        write: (value) => oneOf('BUZ', undefined, '', ['alarm', 'silent'], 1).write(value),
        info: () => ({ options: ['alarm', 'silent'] }),
    },
    buzzerTestSeconds: whole('BTT', undefined, '', { min: 1, max: 99, unit: 's' }),
    batteryTestMinutes: half('BTV', 'BTV', BATTERY_TEST, 0, asIs, () => ({ min: 1, max: 60, unit: 'min' })),
    batteryTestVoltage: half('BTV', 'BTV', BATTERY_TEST, 1, asIs, () => volts()),
    nominalInputVoltage: told('RAT', 'inputVoltage', 'V'),
    nominalInputFrequency: told('RAT', 'inputFrequency', 'Hz'),
    nominalOutputVoltage: told('RAT', 'outputVoltage', 'V'),
    nominalOutputFrequency: told('RAT', 'outputFrequency', 'Hz'),
    nominalPower: told('RAT', 'power', 'W'),
    nominalApparentPower: told('RAT', 'va', 'VA'),
    nominalBatteryVoltage: told('RAT', 'batteryVoltage', 'V'),
    lowBatteryMinutes: told('RAT', 'lowBatteryMinutes', 'min'),
    upsType: { ...told('RAT', 'type'), read: ({ RAT }) => TYPES[num(RAT, 'type') ?? -1] },
};

function pickBuzzer(value: number | undefined): SettingValue | undefined {
    return value === undefined ? undefined : value === 1 ? 'alarm' : 'silent';
}

/** The settings with a known value. */
export function readSettings(answers: Answers): Record<string, SettingValue> {
    const known = Object.entries(SETTINGS).map(([name, { read }]) => [name, read?.(answers)] as const);
    return Object.fromEntries(known.filter(([, value]) => value !== undefined)) as Record<string, SettingValue>;
}
