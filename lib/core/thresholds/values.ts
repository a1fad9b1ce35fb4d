import { channelIn, channelOf } from '../status/channels';
import { quantityOf, type Quantity } from '../units/value-text';
import type { Line, OutputLine, UpsStatus } from '../status/status';

/** A value of a UPS that a threshold can watch. Flows store the ids: they must not change. */
export interface ThresholdValue {
    id: string;
    unit: string;
    /** The known values of that kind: one for each line if the lines are checked separately. */
    read: (status: UpsStatus) => (number | undefined)[];
    /** The unit continues the value while the device is silent in an outage; every other value is then too old for a decision. */
    countedDown?: true;
}

const linesOf = (group: 'input' | 'output' | 'bypass', property: keyof Line) => (status: UpsStatus) =>
    status[group].lines.map((line) => line[property]);

const outputSum = (property: keyof OutputLine) => (status: UpsStatus) => {
    const known = status.output.lines.map((line) => line[property]).filter((value) => value !== undefined);
    return known.length ? [known.reduce((sum, value) => sum + value, 0)] : [];
};

/** The device's value is read first: while the device is silent in an outage, the unit counts its charge and runtime down. */
const CATALOGUE = [
    {
        id: 'battery.chargePercent',
        countedDown: true,
        unit: '%',
        read: (status) => [status.battery.chargePercent ?? status.derived.chargePercent],
    },
    {
        id: 'battery.minutesRemaining',
        countedDown: true,
        unit: 'min',
        read: (status) => [status.battery.minutesRemaining ?? status.derived.minutesRemaining],
    },
    { id: 'battery.voltage', unit: 'V', read: (status) => [status.battery.voltage] },
    { id: 'battery.asymmetry', unit: 'V', read: (status) => [batteryAsymmetry(status)] },
    { id: 'battery.current', unit: 'A', read: (status) => [status.battery.current] },
    { id: 'battery.temperature', unit: '°C', read: (status) => [status.battery.temperature] },
    {
        id: 'derived.secondsOnBattery',
        countedDown: true,
        unit: 's',
        read: (status) => [status.derived.secondsOnBattery],
    },
    {
        id: 'derived.minutesRemaining',
        countedDown: true,
        unit: 'min',
        read: (status) => [status.derived.minutesRemaining],
    },
    { id: 'derived.chargePercent', countedDown: true, unit: '%', read: (status) => [status.derived.chargePercent] },
    { id: 'derived.depletionPerMinute', unit: '%/min', read: (status) => [status.derived.depletionPerMinute] },
    { id: 'input.voltage', unit: 'V', read: linesOf('input', 'voltage') },
    { id: 'input.frequency', unit: 'Hz', read: linesOf('input', 'frequency') },
    { id: 'input.current', unit: 'A', read: linesOf('input', 'current') },
    { id: 'output.load', unit: '%', read: highestLoad },
    { id: 'output.voltage', unit: 'V', read: linesOf('output', 'voltage') },
    { id: 'output.frequency', unit: 'Hz', read: (status) => [status.output.frequency] },
    { id: 'output.current', unit: 'A', read: linesOf('output', 'current') },
    { id: 'output.power', unit: 'W', read: outputSum('power') },
    { id: 'output.apparentPower', unit: 'VA', read: outputSum('apparentPower') },
    { id: 'bypass.voltage', unit: 'V', read: linesOf('bypass', 'voltage') },
    { id: 'bypass.frequency', unit: 'Hz', read: (status) => [status.bypass.frequency] },
    { id: 'dc.inputVoltage', unit: 'V', read: (status) => [status.dc?.inputVoltage] },
    { id: 'dc.outputVoltage', unit: 'V', read: (status) => [status.dc?.outputVoltage] },
    { id: 'dc.outputCurrent', unit: 'A', read: (status) => [status.dc?.outputCurrent] },
    { id: 'dc.temperature', unit: '°C', read: (status) => [status.dc?.temperature] },
    { id: 'ups.temperature', unit: '°C', read: (status) => [status.temperature] },
    { id: 'environment.temperature', unit: '°C', read: (status) => [status.environment?.temperature] },
    { id: 'environment.humidity', unit: '%', read: (status) => [status.environment?.humidity] },
] as const satisfies ThresholdValue[];

export type ThresholdValueId = (typeof CATALOGUE)[number]['id'];

/** All values with a fixed id that a threshold can watch, in the order of the editor's list; beside them `channel:<name>`. */
export const THRESHOLD_VALUES: readonly ThresholdValue[] = CATALOGUE;

/** Whether a threshold can watch this: a value of the catalogue, or `channel:<name>`. */
export function isThresholdValue(id: string): boolean {
    return CATALOGUE.some((value) => value.id === id) || channelIn(id) !== undefined;
}

/** Whether the unit continues this value while the device is silent in an outage. */
export function isCountedDown(id: string): boolean {
    return THRESHOLD_VALUES.find((value) => value.id === id)?.countedDown === true;
}

/** The unit of a value, for texts; that of a channel is what the device tells with it. `undefined` for an unknown id. */
export function unitOf(id: string, status?: UpsStatus): string | undefined {
    const channel = channelIn(id);
    if (channel !== undefined) return status && channelQuantity(status, channel)?.unit;
    return THRESHOLD_VALUES.find((value) => value.id === id)?.unit;
}

/** The value in a status, one number for each line if lines are checked separately; empty if it is not known. */
export function valuesOf(status: UpsStatus, id: string): number[] {
    const channel = channelIn(id);
    if (channel !== undefined) {
        const { value } = channelQuantity(status, channel) ?? {};
        return value === undefined ? [] : [value];
    }
    const value = THRESHOLD_VALUES.find((candidate) => candidate.id === id);
    return (value?.read(status) ?? []).filter((figure) => figure !== undefined);
}

/** Also of a channel that is told as a text, "11.99 Volts"; undefined: it is no number, or one of another unit than the channel's. */
function channelQuantity(status: UpsStatus, name: string): Partial<Quantity> | undefined {
    const { value, state, unit } = channelOf(status, name) ?? {};
    if (typeof value === 'number') return { value, unit };
    const told = typeof state === 'string' ? quantityOf(state) : undefined;
    if (!told) return { unit };
    return unit === undefined || told.unit === undefined || told.unit === unit ? { unit, ...told } : { unit };
}

/** The difference between the two halves of a string with a centre tap, V, always positive (CS141 manual, "UPS with center tab"). */
export function batteryAsymmetry({ battery }: UpsStatus): number | undefined {
    const { positiveVoltage, negativeVoltage } = battery;
    if (positiveVoltage === undefined || negativeVoltage === undefined) return undefined;
    // Rounded, because binary fractions make differences of tenths inexact: 0.3 must not be above a limit of 0.3.
    return Math.round(Math.abs(positiveVoltage - negativeVoltage) * 1000) / 1000;
}

/** With several phases, the one with the highest load decides. */
function highestLoad(status: UpsStatus): number[] {
    const loads = status.output.lines.map((line) => line.load).filter((load) => load !== undefined);
    return loads.length ? [Math.max(...loads)] : [];
}
