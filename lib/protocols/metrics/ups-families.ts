import type { ServedUps } from '../../core/served/served-ups';
import type { Line, OutputLine, OutputSource, TestResult, BatteryState } from '../../core/status/status';
import { labels, type Exposition, type MetricKind } from './exposition';

/** One UPS, and what has been counted of it. */
export interface MeasuredUps {
    ups: ServedUps;
    /** Outages that have begun, and seconds of them, since they are counted. */
    outages?: { count: number; seconds: number };
}

const PREFIX = 'ridethrough_ups_';

type Value = number | boolean | undefined;
/** A measure: its name behind the prefix, what it is, and its value. */
type Measure<T> = readonly [name: string, help: string, of: (told: T) => Value, kind?: MetricKind];

const ratio = (percent: number | undefined) => (percent === undefined ? undefined : percent / 100);
const JOULES_PER_KWH = 3_600_000;

/** What is told of each UPS; what is not known now has no value. */
const OF_UPS: readonly Measure<ServedUps>[] = [
    ['up', 'Whether its device answers (1). 0: no reading yet, or silent.', ({ knowledge }) => knowledge === 'live'],
    [
        'values_presumed',
        'Whether the values are presumed (1): silent in an outage, charge and runtime are counted down.',
        ({ knowledge }) => knowledge === 'presumed',
    ],
    ['communication_lost', 'Whether no path to it answers any more (1).', (ups) => ups.communicationLost],
    ['reading_age_seconds', 'Age of the last reading.', (ups) => ups.ageSeconds],
    ['on_battery', 'Whether the load is fed by the battery in an outage (1).', (ups) => ups.onBattery],
    ['on_battery_seconds', 'Seconds since the outage began; 0 on mains.', (ups) => ups.secondsOnBattery],
    ['battery_low', 'Whether the battery is low or empty (1).', known((ups) => ups.batteryLow)],
    [
        'battery_test',
        'Whether a test uses the battery while the mains are present (1).',
        known((ups) => ups.testsBattery),
    ],
    ['battery_charge_ratio', 'Charge of the battery, 0 to 1.', (ups) => ratio(ups.chargePercent)],
    ['battery_runtime_seconds', 'How long the battery lasts at the present load.', (ups) => ups.remainingSeconds],
    ['battery_voltage_volts', 'Voltage of the battery, DC.', ({ status }) => status?.battery.voltage],
    [
        'battery_current_amperes',
        'Current of the battery; the sign is that of the device.',
        ({ status }) => status?.battery.current,
    ],
    ['battery_temperature_celsius', 'Temperature of the battery.', ({ status }) => status?.battery.temperature],
    ['input_nominal_voltage_volts', 'Rated voltage of the input.', ({ status }) => status?.input.nominalVoltage],
    [
        'input_out_of_tolerance',
        'How often the input has been out of tolerance, by the device.',
        ({ status }) => status?.input.lineBads,
        'counter',
    ],
    ['output_frequency_hertz', 'Frequency of the output.', ({ status }) => status?.output.frequency],
    [
        'output_energy_joules',
        'Energy delivered, by the device.',
        ({ status }) => (status?.output.energy === undefined ? undefined : status.output.energy * JOULES_PER_KWH),
        'counter',
    ],
    ['bypass_frequency_hertz', 'Frequency of the bypass.', ({ status }) => status?.bypass.frequency],
    ['temperature_celsius', 'Temperature inside the UPS.', ({ status }) => status?.temperature],
    [
        'ambient_temperature_celsius',
        'Temperature of the room, by the device.',
        ({ status }) => status?.environment?.temperature,
    ],
    [
        'ambient_humidity_ratio',
        'Relative humidity of the room, 0 to 1.',
        ({ status }) => ratio(status?.environment?.humidity),
    ],
    ['dc_input_voltage_volts', 'Voltage at the input of a DC supply.', ({ status }) => status?.dc?.inputVoltage],
    ['dc_output_voltage_volts', 'Voltage at the output of a DC supply.', ({ status }) => status?.dc?.outputVoltage],
    ['dc_output_current_amperes', 'Current at the output of a DC supply.', ({ status }) => status?.dc?.outputCurrent],
    ['dc_temperature_celsius', 'Temperature inside a DC supply.', ({ status }) => status?.dc?.temperature],
];

const OF_LINE: readonly Measure<Line>[] = [
    ['voltage_volts', 'Voltage', (line) => line.voltage],
    ['current_amperes', 'Current', (line) => line.current],
    ['power_watts', 'Power', (line) => line.power],
];
const FREQUENCY: Measure<Line> = ['frequency_hertz', 'Frequency', (line) => line.frequency];
const LOAD: readonly Measure<OutputLine>[] = [
    ['load_ratio', 'Share of the rated load, 1 is all of it,', (line) => ratio(line.load)],
    ['apparent_power_voltamperes', 'Apparent power', (line) => line.apparentPower],
];

const SOURCES: readonly OutputSource[] = ['normal', 'battery', 'bypass', 'booster', 'reducer', 'other', 'none'];
const BATTERY_STATES: readonly BatteryState[] = ['normal', 'low', 'depleted', 'unknown'];
const TEST_RESULTS: readonly TestResult[] = ['passed', 'warning', 'failed', 'aborted', 'in-progress', 'none'];

/** A value that is false by itself as long as nothing is known. */
function known(of: (ups: ServedUps) => boolean): (ups: ServedUps) => Value {
    return (ups) => (ups.knowledge === 'live' || ups.knowledge === 'presumed' ? of(ups) : undefined);
}

/** All of some UPSs, in base units. @param names by id, see `uniqueNames` */
export function addUpsFamilies(to: Exposition, all: readonly MeasuredUps[], names: ReadonlyMap<string, string>): void {
    const marked = all.map(({ ups, outages }) => {
        const mark = labels({ ups: names.get(ups.id) ?? ups.name, site: ups.site.name ?? '' });
        return { ups, outages, mark };
    });
    const info = to.family(`${PREFIX.slice(0, -1)}`, 'info', 'What the device says of itself.');
    for (const { ups, mark } of marked) info.add(`${mark},${labels(identityOf(ups))}`, 1);
    for (const [name, help, of, kind = 'gauge'] of OF_UPS) {
        const family = to.family(PREFIX + name, kind, help);
        for (const { ups, mark } of marked) family.add(mark, of(ups));
    }
    for (const { ups, mark } of marked) {
        addLines(to, mark, ups);
        addStates(to, mark, ups);
        addNamed(to, mark, ups);
    }
    const count = to.family(`${PREFIX}outages`, 'counter', 'Outages that have begun since they are counted.');
    const seconds = to.family(`${PREFIX}outage_seconds`, 'counter', 'Seconds in outages since they are counted.');
    for (const { outages, mark } of marked) {
        count.add(mark, outages?.count);
        seconds.add(mark, outages?.seconds);
    }
}

function identityOf({ identity }: ServedUps): Record<string, string> {
    const { manufacturer = '', model = '', serial = '', firmware = '' } = identity;
    return { manufacturer, model, serial, firmware };
}

function addLines(to: Exposition, mark: string, { status }: ServedUps): void {
    if (!status) return;
    const { input, output, bypass } = status;
    eachLine(to, mark, 'input', [...OF_LINE, FREQUENCY], input.lines);
    eachLine(to, mark, 'output', [...OF_LINE, ...LOAD], output.lines);
    eachLine(to, mark, 'bypass', OF_LINE, bypass.lines);
}

function eachLine<L extends Line>(
    to: Exposition,
    mark: string,
    place: string,
    measures: readonly Measure<L>[],
    lines: readonly L[],
): void {
    for (const [index, line] of lines.entries()) {
        const at = `${mark},line="${index + 1}"`;
        for (const [name, help, of] of measures) {
            const value = of(line);
            if (value !== undefined)
                to.family(`${PREFIX}${place}_${name}`, 'gauge', `${help} at the ${place}, by line.`).add(at, value);
        }
    }
}

/** One series for each state: 1 is the present one. */
function addStates(to: Exposition, mark: string, { status }: ServedUps): void {
    const add = (name: string, help: string, label: string, all: readonly string[], present: string | undefined) => {
        if (present === undefined) return;
        const family = to.family(PREFIX + name, 'gauge', help);
        for (const each of all) family.add(`${mark},${label}="${each}"`, each === present);
    };
    add('output_source', 'What feeds the load: 1 for the present source.', 'source', SOURCES, status?.output.source);
    add(
        'battery_state',
        'State of the battery: 1 for the present one.',
        'state',
        BATTERY_STATES,
        status?.battery.state,
    );
    add('test_result', 'Result of the last test: 1 for the present one.', 'result', TEST_RESULTS, status?.test.result);
}

function addNamed(to: Exposition, mark: string, { status, events }: ServedUps): void {
    const event = to.family(`${PREFIX}event_active`, 'gauge', 'Events that are active, 1 each.');
    for (const { id, level } of events) event.add(`${mark},event="${id}",level="${level}"`, 1);
    if (!status) return;
    const once = new Set<string>();
    /** Ids and names come from a device: two may be alike, at least in what is left of them. */
    const add = (name: string, help: string, by: Record<string, string>, value: Value) => {
        const series = labels(by);
        if (value === undefined || once.has(name + series)) return;
        once.add(name + series);
        to.family(PREFIX + name, 'gauge', help).add(`${mark},${series}`, value);
    };
    for (const { id, on } of status.outlets ?? []) add('outlet_on', 'Whether an outlet is on (1).', { outlet: id }, on);
    for (const [contact, active] of Object.entries(status.environment?.contacts ?? {}))
        add('contact_active', 'Whether a contact of the device is active (1).', { contact }, active);
    for (const [channel, { value, unit = '' }] of Object.entries(status.channels ?? {}))
        add('channel', 'A named value of the device, in the unit that its label says.', { channel, unit }, value);
}
