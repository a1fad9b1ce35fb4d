import { UpsError } from '../errors';
import { said, type Told } from '../language/sentence';
import { figure, isGiven } from '../thresholds/config';
import { defaultDetection, type DetectionConfig } from './discharge/config';
import { defaultLimits, validateLimits, type BatteryLimits, type BatteryProblem } from './limits';
import { MOST_MODULES, MOST_STRINGS, type BlockQuantity } from './model';
import { RUNAWAY_DEFAULTS, type RunawayConfig } from './runaway/config';

/** Nominal voltage of a block, V; one for all (CS141 manual, "Nominal Battery Voltage" and "Module"). */
export const NOMINAL_VOLTAGES = [2, 4, 6, 12, 16, 24] as const;
export type NominalVoltage = (typeof NOMINAL_VOLTAGES)[number];

/** CS141 manual, "Battery Model Type"; of `other` nobody knows the curve of discharge, so that it has no charge and no capacity. */
export const CHEMISTRIES = ['lead-acid', 'nicd', 'lfp', 'other'] as const;
export type Chemistry = (typeof CHEMISTRIES)[number];

/** CS141 manual, "Current Sensor": one in each string, or one for all, whose current is multiplied. */
export const CURRENT_SENSORS = ['none', 'each-string', 'one'] as const;
export type CurrentSensors = (typeof CURRENT_SENSORS)[number];

const METHODS: readonly DetectionConfig['method'][] = ['automatic', 'ups', 'current', 'card', 'modules'];

/** The settings of the logical battery. */
export interface BatteryConfig {
    nominalVoltage: NominalVoltage;
    chemistry: Chemistry;
    /** Of one block, Ah. */
    capacityAh?: number;
    /** 1 to 512; absent: as many as the monitor tells. */
    modules?: number;
    /** 1 to 16; absent: as many as the monitor tells, else 1. */
    strings?: number;
    /** By string; '' or absent: its number. */
    stringNames?: readonly string[];
    /** Each module watches two cells of a battery of 2 V blocks: there are twice as many batteries as modules. */
    twoJars?: boolean;
    /** Added to what the monitor tells: V, mΩ, °C. */
    offsets?: Partial<Record<Extract<BlockQuantity, 'voltage' | 'impedance' | 'temperature'>, number>>;
    /** Absent: currents are taken as they are told. `none`: none is used. */
    currentSensors?: CurrentSensors;
    /** Of the one sensor: 1 in the main line, the number of strings in one string. Default 1. */
    currentMultiplier?: number;
    /** How a discharge is detected; what is absent is as in `defaultDetection`. */
    detection?: Partial<DetectionConfig>;
    /** Thermal runaway; what is absent is as in RUNAWAY_DEFAULTS. False: not judged. */
    runaway?: Partial<RunawayConfig> | false;
    limits?: BatteryLimits;
    /** So long after a discharge no low voltage begins, minutes (CS141 manual, "Alarm Delay"); default 0. */
    alarmDelayMinutes?: number;
    /** A deviation of currents must last so long, minutes (CS141 manual, "String deviation delay in Minutes"); default 0. */
    deviationDelayMinutes?: number;
    /** `discharge-counter` begins at so many discharges; absent: off. */
    dischargeLimit?: number;
    /** A block without voltage counts as cut off by its fuse while its string carries so much current, A; default 0.5 [ours]. */
    fuseAmps?: number;
    /** So long must a module be without values, or a fuse be seen blown, s; default 60 [ours]. */
    missingSeconds?: number;
    /** After so long without flags or values `communication-lost` begins, s; default 30; 0: never. */
    staleSeconds?: number;
    /** Values that are older decide nothing new, s; default 120, which are three passes of a slow line and one more [ours]. */
    valuesStaleSeconds?: number;
    /** So long after a start of the monitor its impedance is not comparable, minutes; default 60 (CS141 manual, "Description of the measured values of the BACS STATUS"). */
    impedanceWaitMinutes?: number;
    /** A baseline is proposed so many months after the installation; default 6; 0: never. */
    baselineMonths?: number;
    /** Date of the installation, epoch ms. */
    installedAt?: number;
}

/** What the rules work with: every setting that has a default is there. */
export type SettledBatteryConfig = BatteryConfig &
    Required<
        Pick<
            BatteryConfig,
            | 'offsets'
            | 'currentMultiplier'
            | 'limits'
            | 'alarmDelayMinutes'
            | 'deviationDelayMinutes'
            | 'fuseAmps'
            | 'missingSeconds'
            | 'staleSeconds'
            | 'valuesStaleSeconds'
            | 'impedanceWaitMinutes'
            | 'baselineMonths'
        >
    > & { detection: DetectionConfig; runaway: RunawayConfig | false };

/** @throws UpsError config-missing, config-invalid with the first fault */
export function settledConfig(config: BatteryConfig): SettledBatteryConfig {
    assertBatteryConfig(config);
    return {
        offsets: {},
        currentMultiplier: 1,
        limits: defaultLimits(),
        alarmDelayMinutes: 0,
        deviationDelayMinutes: 0,
        fuseAmps: 0.5,
        missingSeconds: 60,
        staleSeconds: 30,
        valuesStaleSeconds: 120,
        impedanceWaitMinutes: 60,
        baselineMonths: 6,
        ...given(config),
        nominalVoltage: config.nominalVoltage,
        chemistry: config.chemistry,
        detection: {
            ...defaultDetection(moduleVoltage(config), config.chemistry),
            ...(config.currentSensors === 'one' && { multiplier: config.currentMultiplier ?? 1 }),
            ...given(config.detection ?? {}),
        },
        runaway: config.runaway !== false && { ...RUNAWAY_DEFAULTS, ...given(config.runaway ?? {}) },
    };
}

function given<T extends object>(settings: T): T {
    return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as T;
}

/**
 * V that a module sees nominally. Two jars at one are cells of NiCd with 1.2 V each, though the nominal voltage is set to 2 V (CS141 manual, "Two Jars / Cells
 * per module").
 */
function moduleVoltage({ nominalVoltage, chemistry, twoJars }: BatteryConfig): number {
    return twoJars && chemistry === 'nicd' ? 2.4 : nominalVoltage;
}

/** How many batteries there are: two to a module with two jars. */
export function batteriesOf(config: Pick<BatteryConfig, 'twoJars'>, modules: number): number {
    return config.twoJars ? 2 * modules : modules;
}

/** @throws UpsError config-missing, config-invalid with the first fault */
export function assertBatteryConfig(config: BatteryConfig): void {
    const [first] = validateBattery(config);
    if (!first) return;
    const { property, value, problem } = first;
    if (value === undefined) throw new UpsError('config-missing', { property, expected: problem });
    throw new UpsError('config-invalid', { property, value, expected: problem });
}

/** All faults in the settings; empty if they are valid. */
export function validateBattery(config: BatteryConfig): BatteryProblem[] {
    const problems: BatteryProblem[] = [];
    const report = (property: string, value: unknown, problem: Told) =>
        problems.push({
            property,
            ...((typeof value === 'number' || typeof value === 'string') && { value }),
            problem,
        });
    const oneOf = (property: string, value: unknown, all: readonly (string | number)[]) => {
        if (!all.some((each) => each === value))
            report(property, value, said('expected.choice', { choices: { list: all, by: ', ' } }));
    };
    const number = (property: keyof BatteryConfig, check: (value: number) => boolean, problem: Told) => {
        const value = config[property];
        const read = figure(value);
        if (isGiven(value) && (read === undefined || !check(read))) report(property, value, problem);
    };
    oneOf('nominalVoltage', config.nominalVoltage, NOMINAL_VOLTAGES);
    oneOf('chemistry', config.chemistry, CHEMISTRIES);
    if (config.currentSensors !== undefined) oneOf('currentSensors', config.currentSensors, CURRENT_SENSORS);
    const counted = (most: number) => (value: number) => Number.isInteger(value) && value >= 1 && value <= most;
    number('modules', counted(MOST_MODULES), said('expected.wholeBetween', { min: 1, max: MOST_MODULES }));
    number('strings', counted(MOST_STRINGS), said('expected.wholeBetween', { min: 1, max: MOST_STRINGS }));
    if (problems.length === 0 && config.modules && config.strings && config.modules % config.strings !== 0)
        report('strings', config.strings, said('expected.divisor', { value: config.modules }));
    if (config.twoJars && config.nominalVoltage !== 2)
        report('nominalVoltage', config.nominalVoltage, said('expected.choice', { choices: '2' }));
    number('capacityAh', (value) => value > 0, said('expected.numberAbove', { min: 0 }));
    number('currentMultiplier', (value) => value > 0, said('expected.numberAbove', { min: 0 }));
    for (const name of [
        'alarmDelayMinutes',
        'deviationDelayMinutes',
        'dischargeLimit',
        'fuseAmps',
        'missingSeconds',
        'staleSeconds',
        'valuesStaleSeconds',
        'impedanceWaitMinutes',
        'baselineMonths',
    ] as const)
        number(name, (value) => value >= 0, said('expected.numberFrom', { min: 0 }));
    for (const [name, value] of Object.entries(config.offsets ?? {}))
        if (isGiven(value) && figure(value) === undefined) report(`offsets.${name}`, value, said('expected.number'));
    const { method, dischargeBelow, chargeAbove } = config.detection ?? {};
    if (method !== undefined) oneOf('detection.method', method, METHODS);
    if (isGiven(dischargeBelow) && !((figure(dischargeBelow) ?? 0) < 0))
        report('detection.dischargeBelow', dischargeBelow, said('expected.numberBelow', { max: 0 }));
    if (isGiven(chargeAbove) && !((figure(chargeAbove) ?? 0) > 0))
        report('detection.chargeAbove', chargeAbove, said('expected.numberAbove', { min: 0 }));
    return [...problems, ...validateLimits(config.limits ?? {})];
}
