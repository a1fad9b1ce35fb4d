import type { SettingInfo } from '../../core/driver';
import type { SettingValue } from '../../core/status/status';
import { RULES, SCALARS, type NumberRule, type ScalarName } from './oids';
import { rawNumber, readEnum, readNumber, readText } from './values';
import type { SnmpValue } from './transport';

/** How one object of upsConfig, upsControl or upsIdent is shown as a setting, and within what bounds it may be written. */
export interface Setting {
    name: ScalarName;
    read(value: SnmpValue): SettingValue | undefined;
    /** Absent: read only. Raw integer to send, or the range that was missed. */
    write?(value: SettingValue): { raw: number } | { min: SettingValue; max: SettingValue };
    /** Bounds or choices of what can be written, for people. */
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

/** A number whose bounds are stated in SI units; what is sent is an INTEGER of `rule.divisor`-ths. */
function numeric(name: ScalarName, rule: NumberRule, min: number, max: number): Setting {
    return {
        name,
        read: (value) => readNumber(value, rule),
        bounds: { min, max, unit: unitOf(name) },
        write: (value) => {
            const raw = typeof value === 'boolean' ? undefined : rawNumber(value);
            if (raw === undefined || raw < min || raw > max) return { min, max };
            const sent = Math.round(raw * rule.divisor);
            return Math.abs(sent / rule.divisor - raw) < 1e-9 ? { raw: sent } : { min, max };
        },
    };
}

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

const text = (name: ScalarName): Setting => ({ name, read: readText });

/**
 * Bounds are ours, narrower than RFC 1628's 0..2^31-1: what no UPS can be set to is refused here, and the device judges
 * the rest. Units: V, Hz, VA, W, minutes.
 */
export const SETTINGS: readonly Setting[] = [
    text('upsIdentAgentSoftwareVersion'),
    text('upsIdentAttachedDevices'),
    numeric('upsConfigInputVoltage', RULES.nominal, 1, 998),
    numeric('upsConfigInputFreq', RULES.nominalFrequency, 10, 450),
    numeric('upsConfigOutputVoltage', RULES.nominal, 1, 998),
    numeric('upsConfigOutputFreq', RULES.nominalFrequency, 10, 450),
    numeric('upsConfigOutputVA', RULES.nominal, 1, 10_000_000),
    numeric('upsConfigOutputPower', RULES.nominal, 1, 10_000_000),
    numeric('upsConfigLowBattTime', RULES.minutes, 0, 998),
    choice('upsConfigAudibleStatus', AUDIBLE),
    numeric('upsConfigLowVoltageTransferPoint', RULES.nominal, 1, 998),
    numeric('upsConfigHighVoltageTransferPoint', RULES.nominal, 1, 998),
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

/** Seconds left; -1 means that nothing is counting (RFC 1628, upsControl). */
function countdown(value: SnmpValue): number | undefined {
    return readNumber(value, RULES.seconds);
}

const VOLTAGES: readonly ScalarName[] = [
    'upsConfigInputVoltage',
    'upsConfigOutputVoltage',
    'upsConfigLowVoltageTransferPoint',
    'upsConfigHighVoltageTransferPoint',
];

/** All settings that are known. `tenths`: this device counts AC volts in tenths (see `decode`). */
export function readSettings(
    values: ReadonlyMap<string, SnmpValue>,
    tenths: boolean,
): Record<string, SettingValue> | undefined {
    const settings: Record<string, SettingValue> = {};
    for (const setting of SETTINGS) {
        const value = setting.read(values.get(SCALARS[setting.name]));
        if (value === undefined) continue;
        const scaled = tenths && typeof value === 'number' && VOLTAGES.includes(setting.name) ? value / 10 : value;
        settings[setting.name] = scaled;
    }
    return Object.keys(settings).length ? settings : undefined;
}

/** The settings that this device has; `values` is what was last read. */
export function settingsInfo(values: ReadonlyMap<string, SnmpValue>): Record<string, SettingInfo> {
    const present = SETTINGS.filter(({ name, read }) => read(values.get(SCALARS[name])) !== undefined);
    return Object.fromEntries(
        present.map(({ name, write, bounds }) => [name, { writable: write !== undefined, ...bounds }]),
    );
}
