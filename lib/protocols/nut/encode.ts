import type { AlarmId } from '../../core/status/alarms';
import type { ServedUps } from '../../core/served/served-ups';
import type { Environment, Line, Outlet, OutputLine, TestResult, UpsStatus } from '../../core/status/status';
import { LOST_TEXT, textsOfAlarms } from './alarm-texts';
import { encodeFlags, type FlagOptions } from './encode-flags';
import { BYPASS, INPUT, LINES, OUTPUT, type LineNames, type Names } from './lines';
import { BATTERY_NUMBERS, IDENTITY, NAME } from './names';
import { TOLD, VARIABLE_NAME } from './settings';

/** Words that readers of `ups.test.result` know; NUT has no vocabulary for it: those of its own drivers. */
const TEST_WORDS: Record<TestResult, string> = {
    passed: 'Done and passed',
    warning: 'Done and warning',
    failed: 'Done and error',
    aborted: 'Aborted',
    'in-progress': 'In progress',
    none: 'No test initiated',
};
/** Serial numbers that are none: a client that knows UPSs by their number would take all of them for one. */
const NO_SERIAL = /^(0*|unknown|n\/?a|none|null)$/i;

/**
 * What is known of a UPS as NUT's variables (RFC 9271 section 5.1), the inverse of `decode`; undefined while nothing of it may be told: upsd says
 * DATA-STALE or DRIVER-NOT-CONNECTED then. An ordered shutdown (`forced`) is told also then.
 */
export function encode(served: ServedUps, options: FlagOptions = {}): Map<string, string> | undefined {
    const { knowledge, status } = served;
    const isKnown = knowledge === 'live' || knowledge === 'presumed';
    if (!isKnown && !options.forced) return undefined;
    const told = new Told();
    told.text('device.type', 'ups');
    identity(told, served);
    // In an outage the flag OB says it: an alarm beside it would be news that is none.
    const isTold = (id: AlarmId) => id === 'input-bad' && served.onBattery === true;
    const alarms = isKnown ? textsOfAlarms((status?.alarms ?? []).filter((id) => !isTold(id))) : [];
    if (served.communicationLost) alarms.push(LOST_TEXT);
    const flags = encodeFlags(served, { ...options, alarm: alarms.length > 0 });
    if (flags.length > 0) told.text(NAME.status, flags.join(' '));
    if (alarms.length > 0) told.text(NAME.alarm, alarms.map((text) => `[${text.replace(/[[\]]/g, '')}]`).join(' '));
    if (isKnown) {
        battery(told, served, options.lowSeconds ?? 0);
        if (status) rest(told, status);
    }
    return told.variables;
}

/** Collects variables; what is not known is left out. */
class Told {
    readonly variables = new Map<string, string>();

    text(name: string, value: string | undefined): void {
        const plain = value?.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
        if (plain) this.variables.set(name, plain);
    }

    /** With at most three decimals. */
    number(name: string, value: number | undefined): void {
        if (value === undefined || !Number.isFinite(value)) return;
        this.variables.set(name, String(Math.round(value * 1000) / 1000));
    }
}

function identity(told: Told, { identity: known, site }: ServedUps): void {
    for (const [part, names] of Object.entries(IDENTITY)) {
        const value = known[part as keyof typeof IDENTITY]?.trim();
        if (!value || (part === 'serial' && NO_SERIAL.test(value))) continue;
        for (const name of names) told.text(name, value);
    }
    told.text('device.location', site.location);
    told.text('device.contact', site.contact);
}

function battery(
    told: Told,
    { status, chargePercent, remainingSeconds, secondsOnBattery }: ServedUps,
    low: number,
): void {
    const known = status?.battery ?? {};
    if (chargePercent !== undefined) told.number(NAME.charge, Math.round(chargePercent));
    if (remainingSeconds !== undefined) told.number(NAME.runtime, Math.max(0, Math.floor(remainingSeconds)));
    told.number(NAME.chargeLow, known.lowPercent);
    const lowSeconds = Math.max(low, (known.lowMinutes ?? 0) * 60);
    if (lowSeconds > 0) told.number(NAME.runtimeLow, lowSeconds);
    const numbers = {
        ...known,
        secondsOnBattery: secondsOnBattery === undefined ? undefined : Math.floor(secondsOnBattery),
    };
    for (const [part, { variable }] of Object.entries(BATTERY_NUMBERS)) {
        told.number(variable, numbers[part as keyof typeof BATTERY_NUMBERS]);
    }
    told.text(NAME.charger, known.charging);
    told.text(NAME.installed, known.installedOn);
}

function rest(
    told: Told,
    { input, output, bypass, temperature, test, outlets, environment, settings }: UpsStatus,
): void {
    told.number(NAME.inputNominal, input.nominalVoltage);
    lines(told, INPUT, input.lines);
    const [first] = input.lines;
    if (input.lines.length > 1) told.number('input.frequency', first?.frequency);
    told.number(NAME.bypassFrequency, bypass.frequency);
    lines(told, BYPASS, bypass.lines);
    told.number(NAME.outputFrequency, output.frequency);
    lines(told, OUTPUT, output.lines);
    whole(told, output.lines);
    told.number(NAME.upsTemperature, temperature);
    if (test.result) told.text(NAME.test, TEST_WORDS[test.result]);
    ambient(told, environment);
    for (const outlet of outlets ?? []) switched(told, outlet);
    for (const [name, value] of Object.entries(settings ?? {})) {
        // Only what has NUT's own names: of other devices they would mean something else.
        if (told.variables.has(name) || !TOLD.test(name) || !VARIABLE_NAME.test(name)) continue;
        told.text(name, typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value));
    }
}

function lines(told: Told, names: LineNames, known: readonly OutputLine[]): void {
    const few = known.slice(0, LINES.length);
    if (few.length === 1) return line(told, names.single, few[0]!);
    if (few.length === 0) return;
    told.number(`${names.prefix}.phases`, few.length);
    few.forEach((each, index) => line(told, names.phases[index]!, each));
}

function line(told: Told, names: Names, known: Line | OutputLine): void {
    for (const { field, names: variables } of names) told.number(variables[0]!, (known as OutputLine)[field]);
}

/** Of the whole UPS: what most clients look for, whatever the number of its phases. */
function whole(told: Told, known: readonly OutputLine[]): void {
    const all = (field: 'load' | 'power' | 'apparentPower') => known.map((each) => each[field]);
    const sum = (values: (number | undefined)[]) =>
        values.every((value) => value !== undefined) ? values.reduce((a, b) => a! + b!, 0) : undefined;
    if (known.length === 0) return;
    const load = sum(all('load'));
    if (load !== undefined) told.number(NAME.load, load / known.length);
    told.number('ups.realpower', sum(all('power')));
    told.number('ups.power', sum(all('apparentPower')));
}

function ambient(told: Told, environment: Environment | undefined): void {
    told.number('ambient.temperature', environment?.temperature);
    told.number('ambient.humidity', environment?.humidity);
    Object.entries(environment?.contacts ?? {}).forEach(([name, active], index) => {
        told.text(`ambient.contacts.${index + 1}.name`, name);
        told.text(`ambient.contacts.${index + 1}.status`, active ? 'active' : 'inactive');
    });
}

/** NUT counts outlets; one that its device names otherwise has no variable. */
function switched(told: Told, { id, name, on }: Outlet): void {
    if (!/^[1-9]\d{0,4}$/.test(id)) return;
    told.text(`outlet.${id}.id`, id);
    told.text(`outlet.${id}.name`, name);
    if (on !== undefined) told.text(`outlet.${id}.status`, on ? 'on' : 'off');
}
