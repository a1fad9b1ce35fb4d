import type {
    Battery,
    ChargingState,
    Environment,
    Outlet,
    OutputSource,
    PartialStatus,
    TestResult,
    TestState,
} from '../../core/status/status';
import { flagsOf, readAlarms } from './alarms';
import { readDate } from './battery-date';
import { bypassLines, inputLines, outputLines } from './lines';
import { readSettings } from './settings';
import { BOUNDS, known, numberOf, plainNumber, textOf, type Variables } from './values';

/** Flags that name the source of the output, the most telling first (RFC 9271 section 5.1.4). */
const SOURCES: readonly [string, OutputSource][] = [
    ['OFF', 'none'],
    ['BYPASS', 'bypass'],
    ['OB', 'battery'],
    ['BOOST', 'booster'],
    ['TRIM', 'reducer'],
    ['OL', 'normal'],
];

/** `ups.test.result` has no vocabulary: words of NUT's drivers, inferred. */
const TEST_RESULTS: readonly [RegExp, TestResult][] = [
    [/no test|not (yet )?(initiated|performed)/i, 'none'],
    [/in progress/i, 'in-progress'],
    [/abort/i, 'aborted'],
    [/warning/i, 'warning'],
    [/fail|error|bad|replace/i, 'failed'],
    [/pass|^ok\b|success/i, 'passed'],
];

const CHARGING: readonly ChargingState[] = ['charging', 'discharging', 'floating', 'resting'];
const TRUE_CONTACT = /^(active|bad)$/i;
const FALSE_CONTACT = /^(inactive|good)$/i;

/**
 * NUT's variables as a status, in SI units (RFC 9271 section 5.1). What upsd does not tell, or tells as a sentinel, is absent.
 * @param writable names of LIST RW: these become settings
 * @param time epoch ms of the reading
 */
export function decode(variables: Variables, writable: ReadonlySet<string>, time: number): PartialStatus {
    const flags = flagsOf(variables);
    return known<PartialStatus>({
        time,
        identity: known({
            manufacturer: textOf(variables, 'device.mfr', 'ups.mfr'),
            model: textOf(variables, 'device.model', 'ups.model'),
            serial: textOf(variables, 'device.serial', 'ups.serial'),
            firmware: textOf(variables, 'ups.firmware'),
            name: textOf(variables, 'ups.id'),
        }),
        battery: readBattery(variables, flags),
        input: { lines: inputLines(variables) },
        output: known({
            source: SOURCES.find(([flag]) => flags.has(flag))?.[1],
            frequency: numberOf(variables, 'output.frequency', BOUNDS.frequency),
            lines: outputLines(variables),
        }),
        bypass: known({
            frequency: numberOf(variables, 'input.bypass.frequency', BOUNDS.frequency),
            lines: bypassLines(variables),
        }),
        alarms: readAlarms(variables),
        test: readTest(variables),
        outlets: readOutlets(variables),
        environment: readEnvironment(variables),
        settings: readSettings(variables, writable),
    });
}

/** The driver runs, but has not yet read its UPS: everything else is still missing. */
export function isWaiting(variables: Variables): boolean {
    return flagsOf(variables).has('WAIT');
}

function readBattery(variables: Variables, flags: ReadonlySet<string>): Battery {
    const runtime = numberOf(variables, 'battery.runtime', BOUNDS.seconds);
    // A UPS at rest on mains that tells no runtime at all does not tell one.
    const idle = flags.has('OL') && !flags.has('LB') && !flags.has('DISCHRG');
    const charger = textOf(variables, 'battery.charger.status')?.toLowerCase();
    const flagged = flags.has('CHRG') ? 'charging' : flags.has('DISCHRG') ? 'discharging' : undefined;
    return known<Battery>({
        state: flags.has('LB') ? 'low' : flags.has('OL') || flags.has('OB') ? 'normal' : undefined,
        condition: flags.has('RB') ? 'replace' : undefined,
        charging: CHARGING.find((state) => state === charger) ?? flagged,
        secondsOnBattery: numberOf(variables, 'battery.runtime.elapsed', BOUNDS.seconds),
        minutesRemaining: runtime === undefined || (runtime === 0 && idle) ? undefined : runtime / 60,
        chargePercent: numberOf(variables, 'battery.charge', BOUNDS.percent),
        voltage: numberOf(variables, 'battery.voltage', BOUNDS.dcVoltage),
        current: numberOf(variables, 'battery.current', BOUNDS.batteryCurrent),
        temperature: numberOf(variables, 'battery.temperature', BOUNDS.temperature),
        installedOn: readDate(variables.get('battery.date')),
    });
}

function readTest(variables: Variables): TestState {
    const detail = textOf(variables, 'ups.test.result');
    return known({ result: TEST_RESULTS.find(([words]) => words.test(detail ?? ''))?.[1], detail });
}

/** Outlets from 1 on; 0 and names without a number mean the whole output. */
function readOutlets(variables: Variables): Outlet[] | undefined {
    const ids = new Set<string>();
    for (const name of variables.keys()) {
        const id = /^outlet\.([1-9]\d*)\./.exec(name)?.[1];
        if (id) ids.add(id);
    }
    if (ids.size === 0) return undefined;
    return [...ids]
        .sort((a, b) => Number(a) - Number(b))
        .map((id) => {
            const state = /^(on|off)\b/i.exec(textOf(variables, `outlet.${id}.status`) ?? '')?.[1]?.toLowerCase();
            return known({
                id,
                name: textOf(variables, `outlet.${id}.name`, `outlet.${id}.desc`),
                on: state === undefined ? undefined : state === 'on',
            });
        });
}

/** The first ambient sensor, with or without a number; a sensor said to be absent tells nothing. */
function readEnvironment(variables: Variables): Environment | undefined {
    const place = ['ambient', 'ambient.1'].find(
        (each) =>
            !/^(no|0|false)$/i.test(variables.get(`${each}.present`) ?? '') &&
            ['temperature', 'humidity'].some((kind) => plainNumber(variables.get(`${each}.${kind}`)) !== undefined),
    );
    const contacts = readContacts(variables);
    const read = known<Environment>({
        temperature: place === undefined ? undefined : numberOf(variables, `${place}.temperature`, BOUNDS.temperature),
        humidity: place === undefined ? undefined : numberOf(variables, `${place}.humidity`, BOUNDS.humidity),
        contacts: Object.keys(contacts).length ? contacts : undefined,
    });
    return Object.keys(read).length ? read : undefined;
}

/** Dry contacts that say whether they are active; `opened` and `closed` only together with their normal position. */
function readContacts(variables: Variables): Record<string, boolean> {
    const contacts: Record<string, boolean> = {};
    for (const [name, value] of variables) {
        const base = /^(ambient\.(?:\d+\.)?contacts\.\d+)\.status$/.exec(name)?.[1];
        if (!base) continue;
        const label = textOf(variables, `${base}.name`) ?? base;
        const normal = /open|close/i.exec(variables.get(`${base}.config`) ?? '')?.[0].toLowerCase();
        const now = /^(open|close)/i.exec(value.trim())?.[1]?.toLowerCase();
        if (TRUE_CONTACT.test(value)) contacts[label] = true;
        else if (FALSE_CONTACT.test(value)) contacts[label] = false;
        else if (normal && now) contacts[label] = normal !== now;
    }
    return contacts;
}
