import type { ServedUps } from '../../core/served/served-ups';
import type { Line, OutputLine } from '../../core/status/status';
import { Unit } from './codes';

/** A measure of a UPS that is served as an Analog Input. */
export interface Quantity {
    /** Of its instance, in the range of its UPS. Never changes: managers keep it. */
    offset: number;
    /** Behind the name of the UPS, without a blank at its ends. */
    name: string;
    units: number;
    /** A smaller change is not notified, in `units`. */
    increment: number;
    /** Served also if the UPS has never told it. */
    always?: true;
    /** In an outage it is counted on without readings. */
    counted?: true;
    /** Undefined: nobody knows. */
    value(ups: ServedUps): number | undefined;
}

const { amperes, volts, voltAmperes, kilowattHours, hertz, percentRelativeHumidity, watts } = Unit;
const { degreesCelsius, minutes, seconds, none, percent } = Unit;

const BATTERY: Quantity[] = [
    {
        ...{ offset: 1, name: 'Battery charge', units: percent, increment: 1, always: true, counted: true },
        value: (ups) => ups.chargePercent,
    },
    {
        ...{ offset: 2, name: 'Battery runtime', units: minutes, increment: 1, always: true, counted: true },
        value: ({ remainingSeconds }) => (remainingSeconds === undefined ? undefined : remainingSeconds / 60),
    },
    {
        ...{ offset: 3, name: 'Time on battery', units: seconds, increment: 10, always: true, counted: true },
        value: (ups) => ups.secondsOnBattery,
    },
    {
        ...{ offset: 4, name: 'Battery voltage', units: volts, increment: 0.5 },
        value: ({ status }) => status?.battery.voltage,
    },
    {
        ...{ offset: 5, name: 'Battery current', units: amperes, increment: 0.5 },
        value: ({ status }) => status?.battery.current,
    },
    {
        ...{ offset: 6, name: 'Battery temperature', units: degreesCelsius, increment: 1 },
        value: ({ status }) => status?.battery.temperature,
    },
    {
        ...{ offset: 7, name: 'Battery voltage positive', units: volts, increment: 0.5 },
        value: ({ status }) => status?.battery.positiveVoltage,
    },
    {
        ...{ offset: 8, name: 'Battery voltage negative', units: volts, increment: 0.5 },
        value: ({ status }) => status?.battery.negativeVoltage,
    },
];

const WHOLE: Quantity[] = [
    {
        ...{ offset: 11, name: 'Input line bads', units: none, increment: 1 },
        value: ({ status }) => status?.input.lineBads,
    },
    {
        ...{ offset: 12, name: 'Input nominal voltage', units: volts, increment: 1 },
        value: ({ status }) => status?.input.nominalVoltage,
    },
    {
        ...{ offset: 13, name: 'Output frequency', units: hertz, increment: 0.1 },
        value: ({ status }) => status?.output.frequency,
    },
    {
        ...{ offset: 14, name: 'Output energy', units: kilowattHours, increment: 1 },
        value: ({ status }) => status?.output.energy,
    },
    {
        ...{ offset: 15, name: 'Bypass frequency', units: hertz, increment: 0.1 },
        value: ({ status }) => status?.bypass.frequency,
    },
    {
        ...{ offset: 16, name: 'UPS temperature', units: degreesCelsius, increment: 1 },
        value: ({ status }) => status?.temperature,
    },
    {
        ...{ offset: 17, name: 'Ambient temperature', units: degreesCelsius, increment: 1 },
        value: ({ status }) => status?.environment?.temperature,
    },
    {
        ...{ offset: 18, name: 'Ambient humidity', units: percentRelativeHumidity, increment: 2 },
        value: ({ status }) => status?.environment?.humidity,
    },
    {
        ...{ offset: 21, name: 'DC input voltage', units: volts, increment: 0.5 },
        value: ({ status }) => status?.dc?.inputVoltage,
    },
    {
        ...{ offset: 22, name: 'DC output voltage', units: volts, increment: 0.5 },
        value: ({ status }) => status?.dc?.outputVoltage,
    },
    {
        ...{ offset: 23, name: 'DC output current', units: amperes, increment: 0.5 },
        value: ({ status }) => status?.dc?.outputCurrent,
    },
    {
        ...{ offset: 24, name: 'DC temperature', units: degreesCelsius, increment: 1 },
        value: ({ status }) => status?.dc?.temperature,
    },
    {
        // How old what is told is; it grows in silence, and is then the one thing that is known for certain.
        ...{ offset: 31, name: 'Age of values', units: seconds, increment: 30, always: true, counted: true },
        value: (ups) => ups.ageSeconds,
    },
];

type Column = Pick<Quantity, 'name' | 'units' | 'increment'> & { value(line: OutputLine): number | undefined };

const VOLTAGE: Column = { name: 'voltage', units: volts, increment: 1, value: (line) => line.voltage };
const CURRENT: Column = { name: 'current', units: amperes, increment: 0.5, value: (line) => line.current };
const POWER: Column = { name: 'power', units: watts, increment: 50, value: (line) => line.power };
const FREQUENCY: Column = { name: 'frequency', units: hertz, increment: 0.1, value: (line) => line.frequency };
const LOAD: Column = { name: 'load', units: percent, increment: 1, value: (line) => line.load };
const APPARENT: Column = {
    ...{ name: 'apparent power', units: voltAmperes, increment: 50 },
    value: (line) => line.apparentPower,
};

/** Phases of a group: offsets from `base` + 11 for the first value of L1, from `base` + 21 for L2. */
function phases(
    base: number,
    group: string,
    columns: readonly Column[],
    lines: (ups: ServedUps) => readonly Line[] | undefined,
): Quantity[] {
    return [0, 1, 2].flatMap((phase) =>
        columns.map(({ name, units, increment, value }, index) => ({
            ...{ offset: base + 10 * (phase + 1) + index + 1, name: `${group} L${phase + 1} ${name}` },
            ...{ units, increment },
            value: (ups: ServedUps) => {
                const line = lines(ups)?.[phase];
                return line && value(line);
            },
        })),
    );
}

/** Every measure that may be served. */
export const QUANTITIES: readonly Quantity[] = [
    ...BATTERY,
    ...WHOLE,
    ...phases(100, 'Input', [VOLTAGE, CURRENT, FREQUENCY, POWER], ({ status }) => status?.input.lines),
    ...phases(200, 'Output', [VOLTAGE, CURRENT, POWER, LOAD, APPARENT], ({ status }) => status?.output.lines),
    ...phases(300, 'Bypass', [VOLTAGE, CURRENT, POWER], ({ status }) => status?.bypass.lines),
];
