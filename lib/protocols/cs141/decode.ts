import type { AlarmId } from '../../core/status/alarms';
import { plausible } from '../../core/status/plausible';
import type {
    Battery,
    ChargingState,
    Environment,
    Identity,
    OutputSource,
    PartialStatus,
    SettingValue,
    TestResult,
} from '../../core/status/status';
import { definedOnly } from '../../core/defined-only';
import { readAlarms, type AlarmReading } from './alarms';
import { batteryFlow, inferOutage, isInputLive, type InputWatch, type OutputWatch } from './inferred-outage';
import type { RegisterMap } from './maps';
import { OUTPUT_ACTIVE } from './maps/status-bits';
import type { Phases } from './phases';
import type { Readings } from './readings';
import type { SensorModule } from './sensor-modules';

export interface DecodeOptions {
    map: RegisterMap;
    sensors: SensorModule;
    /** Sensors report raw numbers; multiplied by this they are °C, %, ... */
    sensorScale: number;
    phases: Phases;
    outputs: OutputWatch;
    /** Absent: nothing is known about the input yet. */
    inputs?: InputWatch;
    /** Infers an outage from measured values if no register reports it. */
    inferOutages: boolean;
}

/** Decodes the registers to a status in SI units. @param time epoch ms of the reading */
export function decode(readings: Readings, options: DecodeOptions, time: number): PartialStatus {
    if (readings.isBlank()) return blank(readings, options, time);
    const { alarms, alarmsTold } = withOutage(readAlarms(readings), readings, options);
    const source = sourceOf(readings, { alarms, alarmsTold }, options);
    const lineBads = readings.number('input.lineBads');
    return definedOnly<PartialStatus>({
        time,
        identity: identityOf(readings),
        battery: readBattery(readings, source, { alarms, alarmsTold }, options.map),
        input: definedOnly({ lineBads, lines: options.phases.lines(readings, 'input') }),
        output: definedOnly({
            source,
            frequency: readings.number('output.1.frequency'),
            energy: readings.number('output.energy'),
            lines: options.phases.outputLines(readings),
        }),
        bypass: definedOnly({
            frequency: readings.number('bypass.1.frequency'),
            lines: options.phases.lines(readings, 'bypass'),
        }),
        alarms,
        alarmsTold,
        test: definedOnly({ result: testResult(readings, alarms) }),
        environment: readEnvironment(readings, options),
        settings: readValues(readings, options),
    });
}

/** The status while the card has no data of its UPS: only the card's own values. Mains and battery are unknown. */
function blank(readings: Readings, options: DecodeOptions, time: number): PartialStatus {
    const { alarms = [] } = readAlarms(readings);
    const lost = alarms.filter((alarm) => alarm === 'communications-lost');
    return definedOnly<PartialStatus>({
        time,
        identity: identityOf(readings),
        ...(lost.length > 0 ? { alarms: lost, alarmsTold: lost } : {}),
        environment: readEnvironment(readings, options, true),
        settings: readValues(readings, options),
    });
}

function identityOf(readings: Readings): Identity {
    return definedOnly({
        manufacturer: readings.text('identity.manufacturer'),
        model: readings.text('identity.model'),
        firmware: readings.text('identity.firmware'),
        name: readings.text('identity.name'),
    });
}

/** Adds the outage to the alarms if no register reports outages and the measured values show one. */
function withOutage(
    told: AlarmReading,
    readings: Readings,
    { map, inferOutages, inputs }: DecodeOptions,
): AlarmReading {
    if (map.kind !== 'ups' || !inferOutages || reportsOutages(told)) return told;
    // A reported bypass excludes battery operation.
    const outage = told.alarms?.includes('on-bypass') ? false : inferOutage(readings, map, inputs);
    if (outage === undefined) return told;
    const { alarms = [], alarmsTold = [] } = told;
    return {
        alarms: outage ? [...alarms, 'on-battery' as const].sort() : alarms,
        alarmsTold: [...alarmsTold, 'on-battery' as const].sort(),
    };
}

/** Whether a missing `on-battery` alarm proves that there is no outage. */
export function reportsOutages({ alarms, alarmsTold }: Pick<PartialStatus, 'alarms' | 'alarmsTold'>): boolean {
    return alarms !== undefined && (alarmsTold === undefined || alarmsTold.includes('on-battery'));
}

function sourceOf(readings: Readings, told: AlarmReading, options: DecodeOptions): OutputSource | undefined {
    if (options.map.kind === 'transfer-switch') return switchSource(readings);
    const { alarms = [], alarmsTold } = told;
    const word = readings.word('output.source');
    if (word === 'none') return 'none';
    if (alarms.includes('on-battery')) return 'battery';
    if (alarms.includes('on-bypass')) return 'bypass';
    const status = readings.status();
    if (word === undefined && status && (status.word & OUTPUT_ACTIVE) === 0) return 'none';
    // If outages are not reported, a missing alarm does not prove mains operation.
    if (!reportsOutages(told)) return undefined;
    // The word for an output that is off was already checked above.
    if (status || word === 'inverter') return 'normal';
    if (alarms.some((alarm) => /^ups-(output|system)-off$/.test(alarm))) return 'none';
    const output = options.outputs.state(readings);
    if (output === 'dead') return 'none';
    // The output has always read 0 V: it is off, or the card does not fill these registers. With live mains it is not on battery.
    if (output === undefined) return isInputLive(readings, options.inputs) ? 'other' : undefined;
    // Without a word for the bypass, the output is on mains, perhaps through the bypass.
    return alarmsTold && !alarmsTold.includes('on-bypass') ? 'other' : 'normal';
}

/** A transfer switch is fed by one of its sources, or through a manual bypass (CS141 manual, "Section Transfer Switches"). */
function switchSource(readings: Readings): OutputSource | undefined {
    const on = (flag: string) => readings.active(`flag.${flag}`);
    if (on('on manual bypass A') || on('on manual bypass B')) return 'bypass';
    if (on('on static switch A') || on('on static switch B')) return 'normal';
    return undefined;
}

/** Percent; a battery with more charge has more than 0 minutes left. */
const WELL_CHARGED = 10;

function readBattery(
    readings: Readings,
    source: OutputSource | undefined,
    { alarms, alarmsTold }: AlarmReading,
    map: RegisterMap,
): Battery {
    const tellsLow = alarms !== undefined && (alarmsTold?.includes('low-battery') ?? true);
    const has = (...names: AlarmId[]) => names.some((name) => alarms?.includes(name));
    const minutes = readings.number('battery.minutes');
    const told = readings.number('battery.charge');
    const condition = readings.word('battery.condition');
    const isFine = tellsLow && !has('low-battery', 'depleted-battery');
    // 0 % with minutes left and a battery that is not low: this UPS does not report a charge [inferred].
    const charge = told === 0 && isFine && minutes !== 0 && minutes !== undefined ? undefined : told;
    // 0 minutes with charge left: this UPS does not report a runtime [inferred]. On battery, 0 minutes is dropped only if charge
    // and alarms clearly contradict it.
    const contradicted = source === 'battery' ? isFine && (charge ?? 0) > WELL_CHARGED : charge !== 0;
    const noRuntime = minutes === 0 && contradicted && !has('low-battery', 'depleted-battery');
    const low = has('depleted-battery') ? 'depleted' : has('low-battery') ? 'low' : undefined;
    const charging = (readings.word('battery.charging') as ChargingState | undefined) ?? batteryFlow(readings, map);
    return definedOnly<Battery>({
        state: low ?? (tellsLow ? 'normal' : undefined),
        condition:
            condition !== undefined
                ? (condition as Battery['condition'])
                : has('battery-bad')
                  ? 'replace'
                  : has('battery-weak')
                    ? 'weak'
                    : undefined,
        // A battery that feeds the output is discharging, whatever the charger's bit says: RITTAL's bit has only charging and
        // floating.
        charging: source === 'battery' ? 'discharging' : charging,
        secondsOnBattery: readings.number('battery.seconds'),
        minutesRemaining: noRuntime ? undefined : minutes,
        chargePercent: charge,
        voltage: readings.number('battery.voltage'),
        positiveVoltage: readings.number('battery.positiveVoltage'),
        negativeVoltage: readings.number('battery.negativeVoltage'),
        current: readings.number('battery.current'),
        // TEMPDEG does not say what it measures; over SNMP the card reports it as the battery's temperature [inferred].
        temperature: readings.number('battery.temperature') ?? readings.number('temperature.ups'),
    });
}

function testResult(readings: Readings, alarms: readonly string[] | undefined): TestResult | undefined {
    const told = readings.word('test.result') as TestResult | undefined;
    if (alarms?.includes('test-in-progress')) return 'in-progress';
    return told ?? (alarms?.includes('diagnostic-test-failed') ? 'failed' : undefined);
}

/** Contacts have the same names as over SNMP of this card; states that are not alarms have their own names. */
function readEnvironment(
    readings: Readings,
    { sensors, sensorScale }: DecodeOptions,
    isBlank = false,
): Environment | undefined {
    const contacts: Record<string, boolean> = {};
    for (const [prefix, name] of [
        ['aux.', 'aux'],
        ['digital-input.', 'input'],
        ['digital-output.', 'output'],
        ['flag.', ''],
    ] as const) {
        // Flags belong to the UPS, and are unknown while the card has no data of it.
        if (isBlank && prefix === 'flag.') continue;
        for (const means of readings.meanings(prefix)) {
            const active = readings.active(means);
            if (active !== undefined) contacts[`${name}${means.slice(prefix.length)}`] = active;
        }
    }
    const sensor = (number: number) => {
        const value = readings.number(`sensor.${number}`);
        return value === undefined ? undefined : round(value * sensorScale);
    };
    const environment = definedOnly<Environment>({
        temperature:
            (sensors.climate === 'none' ? undefined : plausible('temperature', sensor(1))) ??
            readings.number('temperature.environment'),
        humidity: sensors.climate === 'temperature and humidity' ? plausible('humidity', sensor(2)) : undefined,
        contacts: Object.keys(contacts).length ? contacts : undefined,
    });
    return Object.keys(environment).length ? environment : undefined;
}

/** All other values of the map, with name and unit from the map; read-only. */
function readValues(readings: Readings, { sensorScale }: DecodeOptions): Record<string, SettingValue> | undefined {
    const found: Record<string, SettingValue> = {};
    for (const means of readings.meanings('value.')) {
        const value = readings.word(means) ?? readings.number(means);
        if (value !== undefined) found[means.slice('value.'.length)] = value;
    }
    for (const means of readings.meanings('sensor.')) {
        const value = readings.number(means);
        if (value !== undefined) found[means.replace('.', '')] = round(value * sensorScale);
    }
    return Object.keys(found).length ? found : undefined;
}

/** Removes the error of binary fractions: sensors have at most two decimals. */
function round(value: number): number {
    return Math.round(value * 1000) / 1000;
}
