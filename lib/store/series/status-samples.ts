import type { Channel, Line, UpsStatus } from '../../core/status/status';
import type { Sample } from './types';

const PHASES = [0, 1, 2] as const;

/** Every number of a status that changes, and its states, as a sample. */
export function statusSamples(status: UpsStatus): Sample[] {
    const { battery, derived, input, output, bypass, environment, temperature, dc } = status;
    return [
        number('charge', '%', battery.chargePercent ?? derived.chargePercent),
        number('runtime', 'min', battery.minutesRemaining),
        ...estimates(status),
        number('batteryVoltage', 'V', battery.voltage),
        number('batteryPositiveVoltage', 'V', battery.positiveVoltage),
        number('batteryNegativeVoltage', 'V', battery.negativeVoltage),
        number('batteryCurrent', 'A', battery.current),
        number('batteryTemperature', '°C', battery.temperature),
        ...PHASES.flatMap((phase) => [
            ...lineSamples('input', phase, input.lines[phase]),
            ...lineSamples('output', phase, output.lines[phase]),
            number(`outputApparentPower${phase + 1}`, 'VA', output.lines[phase]?.apparentPower),
            number(`load${phase + 1}`, '%', output.lines[phase]?.load),
            ...lineSamples('bypass', phase, bypass.lines[phase]),
        ]),
        number('inputLineBads', '', input.lineBads),
        number('outputFrequency', 'Hz', output.frequency),
        number('outputEnergy', 'kWh', output.energy),
        number('bypassFrequency', 'Hz', bypass.frequency),
        number('dcInputVoltage', 'V', dc?.inputVoltage),
        number('dcOutputVoltage', 'V', dc?.outputVoltage),
        number('dcOutputCurrent', 'A', dc?.outputCurrent),
        number('dcTemperature', '°C', dc?.temperature),
        number('temperature', '°C', temperature),
        number('environmentTemperature', '°C', environment?.temperature),
        number('environmentHumidity', '%', environment?.humidity),
        state('outputSource', output.source),
        state('batteryState', battery.state),
        state('batteryCondition', battery.condition),
        state('charging', battery.charging),
        state('testResult', status.test.result),
        state('alarms', status.alarms?.join(' ')),
        ...partSamples(status),
    ].filter(isKnown);
}

/** Of the outputs, contacts and channels of a device. */
export function partSamples({ outlets, environment, channels }: UpsStatus): Sample[] {
    return [
        ...(outlets ?? []).map(({ id, on }) => state(`outlet ${id}`, onOff(on))),
        ...Object.entries(environment?.contacts ?? {}).map(([name, on]) => state(`contact ${name}`, onOff(on))),
        ...Object.entries(channels ?? {}).map(([name, channel]) => channelSample(name, channel)),
    ].filter(isKnown);
}

const isKnown = ({ value, state: told }: Sample) => value !== undefined || told !== undefined;

/** The quantity of a channel, in the history and in what is asked of it. */
export const CHANNEL_QUANTITY = 'channel ';

function channelSample(name: string, { value, state: word, unit = '' }: Channel): Sample {
    const quantity = `${CHANNEL_QUANTITY}${name}`;
    return value === undefined ? state(quantity, word) : number(quantity, unit, value);
}

/** What is still known of a UPS that is silent: what we count and estimate ourselves. */
export function estimates({ derived }: UpsStatus): Sample[] {
    return [
        number('estimatedRuntime', 'min', derived.minutesRemaining),
        number('secondsOnBattery', 's', derived.secondsOnBattery),
    ].filter(({ value }) => value !== undefined);
}

/** A contact or an output. */
export function onOff(on: boolean | undefined): string | undefined {
    return on === undefined ? undefined : on ? 'on' : 'off';
}

function lineSamples(side: string, phase: number, line: Line | undefined): Sample[] {
    const n = phase + 1;
    return [
        number(`${side}Voltage${n}`, 'V', line?.voltage),
        number(`${side}Current${n}`, 'A', line?.current),
        number(`${side}Power${n}`, 'W', line?.power),
        number(`${side}Frequency${n}`, 'Hz', line?.frequency),
    ];
}

function number(quantity: string, unit: string, value: number | undefined): Sample {
    return { quantity, unit, value };
}

function state(quantity: string, name: string | undefined): Sample {
    return { quantity, unit: '', state: name };
}
