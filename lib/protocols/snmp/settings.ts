import type { SettingInfo } from '../../core/driver';
import { plausible } from '../../core/status/plausible';
import type { SettingValue } from '../../core/status/status';
import { RULES, SCALARS, type NumberRule, type ScalarName } from './oids';
import type { SnmpValue } from './transport';
import { frequencyVote, MOST_VOLTS } from './unit-votes';
import { rawNumber, readEnum, readNumber, readText, scaled } from './values';

type Values = ReadonlyMap<string, SnmpValue>;

/** One object of upsConfig, upsControl or upsIdent as a setting, with the bounds for writing. */
export interface Setting {
    name: ScalarName;
    read(value: SnmpValue, values?: Values): SettingValue | undefined;
    /**
     * Absent: read only. Returns the raw integer to send, in the unit that this card uses, or the allowed range if `value` is
     * outside.
     */
    write?(value: SettingValue, values?: Values): { raw: number } | { min: SettingValue; max: SettingValue };
    /** Bounds or choices for writing, shown to people. */
    bounds?: Omit<SettingInfo, 'writable'>;
}

const AUDIBLE = { 1: 'disabled', 2: 'enabled', 3: 'muted' } as const;
const SHUTDOWN_TYPE = { 1: 'output', 2: 'system' } as const;

function unitOf(name: ScalarName): string {
    if (name.includes('Freq')) return 'Hz';
    if (name.endsWith('VA')) return 'VA';
    if (name.endsWith('Power')) return 'W';
    return name.endsWith('Time') ? 'min' : 'V';
}

/** A number with bounds in SI units. The card gets an INTEGER in units of 1/divisor: the divisor of the rule, or of this card. */
function numeric(
    name: ScalarName,
    rule: NumberRule,
    min: number,
    max: number,
    divisorOf: (values: Values) => number = () => rule.divisor,
): Setting {
    return {
        name,
        read: (value, values) => {
            const raw = rawNumber(value);
            return raw === undefined ? undefined : scaled(raw, rule, values ? divisorOf(values) : rule.divisor);
        },
        bounds: { min, max, unit: unitOf(name) },
        write: (value, values) => {
            const wanted = typeof value === 'boolean' ? undefined : rawNumber(value);
            if (wanted === undefined || wanted < min || wanted > max) return { min, max };
            const divisor = values ? divisorOf(values) : rule.divisor;
            const sent = Math.round(wanted * divisor);
            return Math.abs(sent / divisor - wanted) < 1e-9 ? { raw: sent } : { min, max };
        },
    };
}

const VOLTAGES: readonly ScalarName[] = [
    'upsConfigInputVoltage',
    'upsConfigOutputVoltage',
    'upsConfigLowVoltageTransferPoint',
    'upsConfigHighVoltageTransferPoint',
];
/** Ratings are constant: their size shows the unit, which is the same for all of them. */
function voltDivisor(values: Values): number {
    const raws = VOLTAGES.map((name) => rawNumber(values.get(SCALARS[name])) ?? 0);
    return raws.some((raw) => raw > MOST_VOLTS && raw < 9980) ? 10 : 1;
}

const hertzDivisor =
    (name: ScalarName) =>
    (values: Values): number =>
        frequencyVote([rawNumber(values.get(SCALARS[name])) ?? 0]).divisor ?? RULES.nominalFrequency.divisor;

const voltage = (name: ScalarName) => numeric(name, RULES.nominal, 1, 998, voltDivisor);
const hertz = (name: ScalarName) => numeric(name, RULES.nominalFrequency, 10, 450, hertzDivisor(name));

function choice<T extends string>(name: ScalarName, names: Readonly<Record<number, T>>): Setting {
    const choices = Object.entries(names) as [string, T][];
    return {
        name,
        read: (value) => readEnum(value, names),
        bounds: { options: Object.values(names) },
        write: (value) => {
            const found = choices.find(([, text]) => text === value);
            return found ? { raw: Number(found[0]) } : { min: choices[0]![1], max: choices.at(-1)![1] };
        },
    };
}

const text = (name: ScalarName): Setting => ({ name, read: (value) => readText(value) });

/**
 * Our bounds are narrower than RFC 1628's 0..2^31-1: they refuse values that are impossible for any UPS, and the device checks
 * the rest. Units: V, Hz, VA, W, minutes.
 */
export const SETTINGS: readonly Setting[] = [
    text('upsIdentAgentSoftwareVersion'),
    text('upsIdentAttachedDevices'),
    voltage('upsConfigInputVoltage'),
    hertz('upsConfigInputFreq'),
    voltage('upsConfigOutputVoltage'),
    hertz('upsConfigOutputFreq'),
    numeric('upsConfigOutputVA', RULES.nominal, 1, 10_000_000),
    numeric('upsConfigOutputPower', RULES.nominal, 1, 10_000_000),
    numeric('upsConfigLowBattTime', RULES.minutes, 0, 998),
    choice('upsConfigAudibleStatus', AUDIBLE),
    voltage('upsConfigLowVoltageTransferPoint'),
    voltage('upsConfigHighVoltageTransferPoint'),
    choice('upsShutdownType', SHUTDOWN_TYPE),
    { name: 'upsShutdownAfterDelay', read: countdown },
    { name: 'upsStartupAfterDelay', read: countdown },
    { name: 'upsRebootWithDuration', read: countdown },
    {
        name: 'upsAutoRestart',
        bounds: { options: [true, false] },
        read: (value) => ({ 1: true, 2: false })[rawNumber(value) ?? 0],
        write: (value) => (typeof value === 'boolean' ? { raw: value ? 1 : 2 } : { min: false, max: true }),
    },
];

/** Seconds left; -1: no countdown runs (RFC 1628, upsControl). */
function countdown(value: SnmpValue): number | undefined {
    return readNumber(value, RULES.seconds);
}

/** Rated input voltage (upsConfigInputVoltage), V. */
export function readNominalVoltage(values: Values): number | undefined {
    const raw = rawNumber(values.get(SCALARS.upsConfigInputVoltage));
    const volts = raw === undefined ? undefined : scaled(raw, RULES.nominal, voltDivisor(values));
    return plausible('acVoltage', volts);
}

/** All settings with a known value. */
export function readSettings(values: Values): Record<string, SettingValue> | undefined {
    const settings: Record<string, SettingValue> = {};
    for (const setting of SETTINGS) {
        const value = setting.read(values.get(SCALARS[setting.name]), values);
        if (value !== undefined) settings[setting.name] = value;
    }
    return Object.keys(settings).length ? settings : undefined;
}

/** The settings that this device has. @param values the last reading */
export function settingsInfo(values: Values): Record<string, SettingInfo> {
    const present = SETTINGS.filter(({ name, read }) => read(values.get(SCALARS[name]), values) !== undefined);
    return Object.fromEntries(
        present.map(({ name, write, bounds }) => [name, { writable: write !== undefined, ...bounds }]),
    );
}
