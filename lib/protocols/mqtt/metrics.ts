import type { ServedUps } from '../../core/served/served-ups';
import type { Line, OutputLine } from '../../core/status/status';

/** What is measured: decides on the unit, the deadband, and on what Home Assistant shows. */
export type Quantity =
    | 'charge'
    | 'duration'
    | 'voltage'
    | 'current'
    | 'power'
    | 'apparent-power'
    | 'frequency'
    | 'load'
    | 'temperature'
    | 'humidity'
    | 'energy';

/** The unit of each quantity, and by how much a value has to differ from the last that was told; 0: by anything. */
export const QUANTITIES: Readonly<Record<Quantity, { unit: string; deadband: number }>> = {
    charge: { unit: '%', deadband: 0.5 },
    duration: { unit: 's', deadband: 0 },
    voltage: { unit: 'V', deadband: 0.5 },
    current: { unit: 'A', deadband: 0.1 },
    power: { unit: 'W', deadband: 5 },
    'apparent-power': { unit: 'VA', deadband: 5 },
    frequency: { unit: 'Hz', deadband: 0.05 },
    load: { unit: '%', deadband: 0.5 },
    temperature: { unit: '°C', deadband: 0.2 },
    humidity: { unit: '%', deadband: 0.5 },
    energy: { unit: 'kWh', deadband: 0.01 },
};

export type MetricKind = 'number' | 'boolean' | 'text';
export type MetricValue = number | boolean | string | undefined;

/** A value of a UPS as it is told. A `MetricBook` has one object for each metric: compare by identity. */
export interface Metric {
    /** The order in which metrics are told. */
    readonly id: number;
    /** In JSON: snake_case. */
    readonly key: string;
    /** In Sparkplug, as a path. */
    readonly name: string;
    /** For people. */
    readonly title: string;
    readonly kind: MetricKind;
    readonly quantity?: Quantity;
    readonly unit?: string;
    /** The outlet of the device that it is the state of. */
    readonly outlet?: string;
}

/** What is told of a UPS: metrics in the order of their ids, and a value for each; undefined: not known now. */
export interface MetricValues {
    metrics: readonly Metric[];
    values: readonly MetricValue[];
}

/** A device may name as many outlets, contacts and channels as it likes; further ones are left out. */
const MOST_NAMED = 200;
/** So many of all devices together. */
const MOST_METRICS = 20_000;
/** Also of a time in seconds, and of energy that is counted for years. */
const DIGITS = 12;
const LONGEST_TEXT = 500;
const MOST_LINES = 12;

type Of = (ups: ServedUps) => MetricValue;
type Told = readonly [name: string, kind: MetricKind | Quantity, of: Of];

/** A value that is false by itself as long as nothing is known. */
const isKnown = ({ knowledge }: ServedUps) => knowledge === 'live' || knowledge === 'presumed';
const onlyKnown =
    (of: Of): Of =>
    (ups) =>
        isKnown(ups) ? of(ups) : undefined;

/** Told of every UPS, known or not. */
const CORE: readonly Told[] = [
    ['State/Knowledge', 'text', ({ knowledge }) => knowledge],
    ['State/Communication Lost', 'boolean', ({ communicationLost }) => communicationLost],
    ['State/On Battery', 'boolean', ({ onBattery }) => onBattery],
    ['State/Battery Low', 'boolean', onlyKnown(({ batteryLow }) => batteryLow)],
    ['State/Battery Test', 'boolean', onlyKnown(({ testsBattery }) => testsBattery)],
    ['State/Alarm', 'boolean', ({ events }) => events.some(({ level }) => level === 'alarm')],
    ['State/Events', 'text', ({ events }) => events.map(({ id }) => id).join(',')],
    ['State/Seconds on Battery', 'duration', ({ secondsOnBattery }) => whole(secondsOnBattery)],
    ['Battery/Charge', 'charge', ({ chargePercent }) => chargePercent],
    ['Battery/Runtime', 'duration', ({ remainingSeconds }) => whole(remainingSeconds)],
];

/** Told of a UPS from the first time on that it has told them. */
const FURTHER: readonly Told[] = [
    ['Battery/State', 'text', ({ status }) => status?.battery.state],
    ['Battery/Condition', 'text', ({ status }) => status?.battery.condition],
    ['Battery/Charging', 'text', ({ status }) => status?.battery.charging],
    ['Battery/Voltage', 'voltage', ({ status }) => status?.battery.voltage],
    ['Battery/Current', 'current', ({ status }) => status?.battery.current],
    ['Battery/Temperature', 'temperature', ({ status }) => status?.battery.temperature],
    ['Input/Nominal Voltage', 'voltage', ({ status }) => status?.input.nominalVoltage],
    ['Output/Source', 'text', ({ status }) => status?.output.source],
    ['Output/Frequency', 'frequency', ({ status }) => status?.output.frequency],
    ['Output/Energy', 'energy', ({ status }) => status?.output.energy],
    ['Bypass/Frequency', 'frequency', ({ status }) => status?.bypass.frequency],
    ['Test/Result', 'text', ({ status }) => status?.test.result],
    ['Temperature', 'temperature', ({ status }) => status?.temperature],
    ['Ambient/Temperature', 'temperature', ({ status }) => status?.environment?.temperature],
    ['Ambient/Humidity', 'humidity', ({ status }) => status?.environment?.humidity],
    ['DC/Input Voltage', 'voltage', ({ status }) => status?.dc?.inputVoltage],
    ['DC/Output Voltage', 'voltage', ({ status }) => status?.dc?.outputVoltage],
    ['DC/Output Current', 'current', ({ status }) => status?.dc?.outputCurrent],
    ['DC/Temperature', 'temperature', ({ status }) => status?.dc?.temperature],
];

const PLACES = ['Input', 'Output', 'Bypass'] as const;
type Place = (typeof PLACES)[number];

const OF_LINE: readonly (readonly [Quantity, string, (line: OutputLine) => number | undefined])[] = [
    ['voltage', 'Voltage', ({ voltage }) => voltage],
    ['current', 'Current', ({ current }) => current],
    ['power', 'Power', ({ power }) => power],
    ['frequency', 'Frequency', ({ frequency }) => frequency],
    ['load', 'Load', ({ load }) => load],
    ['apparent-power', 'Apparent Power', ({ apparentPower }) => apparentPower],
];

function whole(seconds: number | undefined): number | undefined {
    return seconds === undefined ? undefined : Math.round(seconds);
}

function kindOf(value: MetricValue): MetricKind {
    if (typeof value === 'boolean') return 'boolean';
    return typeof value === 'number' ? 'number' : 'text';
}

/** `Input/L1/Voltage` → `Input L1 voltage`. */
function titleOf(name: string): string {
    const [first, ...rest] = name.replace(/^State\//, '').split(/[/ ]/);
    return [first, ...rest.map((word) => (/^[A-Z]{2}|^L\d/.test(word) ? word : word.toLowerCase()))].join(' ');
}

/** `Input/L1/Voltage` → `input_l1_voltage`. */
function keyOf(name: string): string {
    const words = name
        .replace(/^State\//, '')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}]+/gu, '_');
    return words.replaceAll(/^_+|_+$/g, '') || '_';
}

type More = Partial<Pick<Metric, 'unit' | 'outlet' | 'title'>>;

/** The metrics of all UPSs of a server. */
export class MetricBook {
    private readonly byName = new Map<string, Metric>();
    private readonly keys = new Set<string>();
    private readonly core: readonly Metric[];
    private readonly further: readonly Metric[];
    private readonly lines: Record<Place, Metric[][]>;

    constructor() {
        this.core = CORE.map(([name, kind]) => this.metric(name, kind)!);
        this.further = FURTHER.map(([name, kind]) => this.metric(name, kind)!);
        const ofPlace = (place: Place) =>
            Array.from({ length: MOST_LINES }, (_, index) =>
                OF_LINE.map(([quantity, what]) => this.metric(`${place}/L${index + 1}/${what}`, quantity)!),
            );
        this.lines = { Input: ofPlace('Input'), Output: ofPlace('Output'), Bypass: ofPlace('Bypass') };
    }

    /** What is told of a UPS now. What it has never told is left out; what it does not tell now is undefined, or left out. */
    of(ups: ServedUps): MetricValues {
        const told = new Collected();
        CORE.forEach(([, , of], index) => told.add(this.core[index]!, of(ups)));
        const { status } = ups;
        if (!status) return told.ordered;
        FURTHER.forEach(([, , of], index) => {
            const value = of(ups);
            if (value !== undefined) told.add(this.further[index]!, value);
        });
        this.addLines(told, 'Input', status.input.lines);
        this.addLines(told, 'Output', status.output.lines);
        this.addLines(told, 'Bypass', status.bypass.lines);
        for (const { id, on } of status.outlets ?? []) this.addNamed(told, 'Outlet', id, on, { outlet: id });
        for (const [name, on] of Object.entries(status.environment?.contacts ?? {}))
            this.addNamed(told, 'Contact', name, on);
        for (const [name, { value, state, unit }] of Object.entries(status.channels ?? {}))
            this.addNamed(told, 'Channel', name, value ?? state, unit ? { unit } : {});
        return told.ordered;
    }

    private addLines(told: Collected, place: Place, all: readonly Line[]): void {
        for (let index = 0; index < Math.min(all.length, MOST_LINES); index++) {
            for (let which = 0; which < OF_LINE.length; which++) {
                const value = OF_LINE[which]![2](all[index]!);
                if (value !== undefined) told.add(this.lines[place][index]![which]!, value);
            }
        }
    }

    private addNamed(told: Collected, kind: string, given: string, value: MetricValue, more: More = {}): void {
        if (value === undefined || told.named >= MOST_NAMED) return;
        const name = given.slice(0, LONGEST_TEXT);
        const how = kindOf(value);
        // A channel may tell a number now and the name of a state later: each is a metric of its own. A slash would make a path of it.
        const path = `${kind}/${name.replaceAll('/', '-')}${kind === 'Channel' && how === 'text' ? ' State' : ''}`;
        const metric = this.metric(path, how, { title: `${kind} ${name}`, ...more });
        if (!metric) return;
        told.named++;
        told.add(metric, value);
    }

    private metric(name: string, kind: MetricKind | Quantity, more: More = {}): Metric | undefined {
        const known = this.byName.get(name);
        if (known || this.byName.size >= MOST_METRICS) return known;
        const of = kind in QUANTITIES ? QUANTITIES[kind as Quantity] : undefined;
        const made: Metric = {
            id: this.byName.size,
            key: this.ownKey(keyOf(name)),
            name,
            title: titleOf(name),
            ...(of ? { kind: 'number', quantity: kind as Quantity, unit: of.unit } : { kind: kind as MetricKind }),
            ...more,
        };
        this.byName.set(name, made);
        return made;
    }

    /** Two names may have one key, such as `a b` and `a-b`. */
    private ownKey(wanted: string): string {
        let key = wanted;
        for (let n = 2; this.keys.has(key); n++) key = `${wanted}_${n}`;
        this.keys.add(key);
        return key;
    }
}

/**
 * A number that is none (NaN, infinity) is unknown: JSON has no word for it, and a deadband would never let go of it. Others have no more digits than
 * a device measures: 54.48, not 54.480000000000004.
 */
function toldAs(value: MetricValue): MetricValue {
    if (typeof value === 'number') return Number.isFinite(value) ? Number(value.toPrecision(DIGITS)) : undefined;
    return typeof value === 'string' ? value.slice(0, LONGEST_TEXT) : value;
}

class Collected {
    readonly metrics: Metric[] = [];
    readonly values: MetricValue[] = [];
    named = 0;
    private isSorted = true;

    add(metric: Metric, value: MetricValue): void {
        const last = this.metrics.at(-1);
        if (last && last.id >= metric.id) this.isSorted = false;
        this.metrics.push(metric);
        this.values.push(toldAs(value));
    }

    /** Each metric once: a device may give one name to two outlets. */
    get ordered(): MetricValues {
        if (this.isSorted) return this;
        const byId = new Map(this.metrics.map((metric, index) => [metric.id, [metric, this.values[index]] as const]));
        const all = [...byId.values()].sort(([a], [b]) => a.id - b.id);
        return { metrics: all.map(([metric]) => metric), values: all.map(([, value]) => value) };
    }
}
