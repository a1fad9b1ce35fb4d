import { durationText } from '../duration';
import type { EventInfo } from '../messages';
import { channelOf } from '../status/channels';
import type { Dc, Line, OutputLine, UpsStatus } from '../status/status';
import { batteryAsymmetry } from '../thresholds/values';
import { forPeople, type SignificantDigits } from '../units/digits';
import { CELSIUS, inSiteUnit, type TemperatureUnit } from '../units/temperature';

/** The values for wildcards in the texts of jobs; an unknown value reads `NA`. */
export interface WildcardContext {
    /** Epoch ms; ages, durations and times are calculated from here. */
    now: number;
    /** The message that runs the job. */
    message?: { topic?: unknown; payload?: unknown; event?: Partial<EventInfo>; status?: UpsStatus };
    /** The status to read values from; default: that of the message. */
    status?: UpsStatus;
    /** The logical UPS; default: the source of the event. */
    ups?: { name?: string };
    site?: {
        name?: string;
        location?: string;
        contact?: string;
        temperatureUnit?: TemperatureUnit;
        significantDigits?: SignificantDigits;
    };
    /** Seconds of the UPS per real second: different from 1 only for simulated UPSs. */
    speed?: number;
    /** Name of the job. */
    job?: string;
}

export type Value = string | number | boolean | undefined;
type Reader = (context: WildcardContext) => Value;

const isGroup = (value: unknown) => typeof value === 'object' && value !== null;
const isList = (value: unknown) => Array.isArray(value) && value.every(isGroup);

/** Other nodes may put a `status` of their own into a message, or remove parts of ours: only a complete one of ours is read. */
const statusOf = ({ status, message }: WildcardContext) => {
    const candidate: UpsStatus | undefined = status ?? message?.status;
    if (!isGroup(candidate)) return undefined;
    const { identity, battery, input, output, bypass, test, derived, alarms } = candidate!;
    const whole =
        [identity, battery, test, derived].every(isGroup) &&
        [input?.lines, output?.lines, bypass?.lines].every(isList) &&
        (alarms === undefined || Array.isArray(alarms));
    return whole ? candidate : undefined;
};
const fromStatus =
    (read: (status: UpsStatus) => Value): Reader =>
    (context) => {
        const status = statusOf(context);
        return status && read(status);
    };
const fromEvent =
    (read: (event: Partial<EventInfo>, context: WildcardContext) => Value): Reader =>
    (context) =>
        context.message?.event && read(context.message.event, context);

/** All lines, in order: `230 / 231 / 229`. */
const lines =
    (group: 'input' | 'output' | 'bypass', property: keyof Line | 'load'): Reader =>
    (context) => {
        const values = (statusOf(context)?.[group].lines as OutputLine[] | undefined)?.map((line) => line[property]);
        if (!values?.some((value) => value !== undefined)) return undefined;
        return values.map((value) => textOf(value, context)).join(' / ');
    };
const dc = (property: keyof Dc) => fromStatus((status) => status.dc?.[property]);
const outputTotal = (property: 'power' | 'apparentPower') =>
    fromStatus((status) => {
        const values = status.output.lines.map((line) => line[property]).filter((value) => value !== undefined);
        return values.length ? values.reduce((sum, value) => sum + value, 0) : undefined;
    });

const temperature =
    (read: (status: UpsStatus) => number | undefined): Reader =>
    (context) => {
        const status = statusOf(context);
        return inUnitOf(context, { value: status && read(status), unit: CELSIUS }).value;
    };

/** The insert menu has one line for all channels: whoever inserts it writes a name in place of the word. */
const CHANNEL = 'channel.';
const CHANNEL_EXAMPLE = `${CHANNEL}NAME`;

/** In groups, in the order of the editor's insert menu. */
export const CATALOGUE: readonly [path: string, read: Reader, unit?: string][] = [
    ['event.text', fromEvent((event) => event.text)],
    ['event.id', fromEvent((event) => event.id)],
    ['event.source', fromEvent((event) => event.source)],
    ['event.level', fromEvent((event) => event.level)],
    ['event.active', fromEvent((event) => event.active)],
    ['event.since', fromEvent((event) => stamp(event.since))],
    ['event.at', fromEvent((event) => stamp(event.at))],
    ['event.lasted', fromEvent((event, context) => inWords(duration(event, context)))],
    ['event.duration', fromEvent(duration), 's'],
    ['event.value', fromEvent((event, context) => inUnitOf(context, event).value)],
    ['event.unit', fromEvent((event, context) => inUnitOf(context, event).unit)],
    ['event.episode', fromEvent((event) => event.episode)],
    ['ups.name', (context) => context.ups?.name ?? context.message?.event?.source ?? deviceName(context)],
    ['ups.manufacturer', fromStatus((status) => status.identity.manufacturer)],
    ['ups.model', fromStatus((status) => status.identity.model)],
    ['ups.serial', fromStatus((status) => status.identity.serial)],
    ['ups.firmware', fromStatus((status) => status.identity.firmware)],
    ['ups.temperature', temperature((status) => status.temperature), CELSIUS],
    ['site.name', ({ site }) => site?.name],
    ['site.location', ({ site }) => site?.location],
    ['site.contact', ({ site }) => site?.contact],
    ['battery.chargePercent', fromStatus((s) => s.battery.chargePercent ?? s.derived.chargePercent), '%'],
    ['battery.timeRemaining', fromStatus((s) => inWords(s.battery.minutesRemaining ?? s.derived.minutesRemaining, 60))],
    ['battery.minutesRemaining', fromStatus((s) => s.battery.minutesRemaining ?? s.derived.minutesRemaining), 'min'],
    ['battery.secondsOnBattery', fromStatus((status) => status.battery.secondsOnBattery), 's'],
    ['battery.state', fromStatus((status) => status.battery.state)],
    ['battery.condition', fromStatus((status) => status.battery.condition)],
    ['battery.charging', fromStatus((status) => status.battery.charging)],
    ['battery.voltage', fromStatus((status) => status.battery.voltage), 'V'],
    ['battery.asymmetry', fromStatus(batteryAsymmetry), 'V'],
    ['battery.current', fromStatus((status) => status.battery.current), 'A'],
    ['battery.temperature', temperature((status) => status.battery.temperature), CELSIUS],
    ['battery.installedOn', fromStatus((status) => status.battery.installedOn)],
    ['derived.minutesRemaining', fromStatus((status) => status.derived.minutesRemaining), 'min'],
    ['derived.chargePercent', fromStatus((status) => status.derived.chargePercent), '%'],
    ['derived.depletionPerMinute', fromStatus((status) => status.derived.depletionPerMinute), '%/min'],
    ['derived.secondsOnBattery', fromStatus((status) => status.derived.secondsOnBattery), 's'],
    ['input.voltage', lines('input', 'voltage'), 'V'],
    ['input.frequency', lines('input', 'frequency'), 'Hz'],
    ['input.current', lines('input', 'current'), 'A'],
    ['input.power', lines('input', 'power'), 'W'],
    ['input.lineBads', fromStatus((status) => status.input.lineBads)],
    ['output.source', fromStatus((status) => status.output.source)],
    ['output.load', lines('output', 'load'), '%'],
    ['output.power', outputTotal('power'), 'W'],
    ['output.apparentPower', outputTotal('apparentPower'), 'VA'],
    ['output.voltage', lines('output', 'voltage'), 'V'],
    ['output.current', lines('output', 'current'), 'A'],
    ['output.frequency', fromStatus((status) => status.output.frequency), 'Hz'],
    ['output.energy', fromStatus((status) => status.output.energy), 'kWh'],
    ['bypass.voltage', lines('bypass', 'voltage'), 'V'],
    ['bypass.frequency', fromStatus((status) => status.bypass.frequency), 'Hz'],
    ['dc.inputVoltage', dc('inputVoltage'), 'V'],
    ['dc.outputVoltage', dc('outputVoltage'), 'V'],
    ['dc.outputCurrent', dc('outputCurrent'), 'A'],
    ['dc.temperature', temperature((status) => status.dc?.temperature), CELSIUS],
    [CHANNEL_EXAMPLE, () => undefined],
    ['test.result', fromStatus((status) => status.test.result)],
    ['test.startedAt', fromStatus((status) => stamp(status.test.startedAt))],
    ['test.detail', fromStatus((status) => status.test.detail)],
    ['environment.temperature', temperature((status) => status.environment?.temperature), CELSIUS],
    ['environment.humidity', fromStatus((status) => status.environment?.humidity), '%'],
    ['alarms', fromStatus((status) => status.alarms && (status.alarms.join(', ') || '-'))],
    ['valuesAge', (context) => inWords(age(context))],
    ['age', (context) => age(context), 's'],
    ['date', ({ now }) => stamp(now)?.slice(0, 10)],
    ['time', ({ now }) => stamp(now)?.slice(11)],
    ['job', ({ job }) => job],
    ['msg.topic', ({ message }) => plain(message?.topic)],
    ['msg.payload', ({ message }) => plain(message?.payload)],
];

const READERS = new Map(CATALOGUE.map(([path, read]) => [path, read]));

/** The reader for a path; undefined: it is no wildcard. */
export function readerOf(path: string): Reader | undefined {
    const isChannel = path.startsWith(CHANNEL) && path.length > CHANNEL.length;
    return isChannel ? (context) => channelText(path.slice(CHANNEL.length), context) : READERS.get(path);
}

/** Whoever writes the text may not know the unit that a device tells: `13.2 V`, or the name of the state. */
function channelText(name: string, context: WildcardContext): Value {
    const status = statusOf(context);
    const { value, state, unit } = (status && channelOf(status, name)) ?? {};
    if (typeof value !== 'number') return state;
    if (!Number.isFinite(value) || typeof unit !== 'string' || unit === '') return value;
    const shown = inUnitOf(context, { value, unit });
    return `${textOf(shown.value, context)} ${shown.unit}`;
}

/** The text for an unknown value. */
export const NOT_KNOWN = 'NA';

/** Accepts any value, because a message may be made by hand: a wildcard must never make a shutdown fail. */
export function textOf(value: Value, { site }: Pick<WildcardContext, 'site'>): string {
    if (value === undefined || value === '' || typeof value === 'object') return NOT_KNOWN;
    if (typeof value !== 'number') return String(value);
    return Number.isFinite(value) ? String(forPeople(value, site?.significantDigits, 1)) : NOT_KNOWN;
}

/** The value in the temperature unit of the site. */
function inUnitOf(
    { site }: WildcardContext,
    { value, unit }: Pick<Partial<EventInfo>, 'value' | 'unit'>,
): Pick<Partial<EventInfo>, 'value' | 'unit'> {
    return typeof value === 'number' ? inSiteUnit(value, unit, site?.temperatureUnit) : { value, unit };
}

function deviceName(context: WildcardContext): string | undefined {
    return statusOf(context)?.identity.name;
}

function duration(event: Partial<EventInfo>, { now, speed = 1 }: WildcardContext): number | undefined {
    const end = event.active ? now : event.at;
    if (event.since === undefined || end === undefined) return undefined;
    return Math.max(0, Math.round(((end - event.since) / 1000) * speed));
}

/** The duration in words; separate wildcards give the numbers. */
function inWords(value: number | undefined, seconds = 1): string | undefined {
    return value === undefined || !Number.isFinite(value) ? undefined : durationText(value * seconds);
}

function age(context: WildcardContext): number | undefined {
    const status = statusOf(context);
    return status && Math.max(0, Math.round(((context.now - status.time) / 1000) * (context.speed ?? 1)));
}

function plain(value: unknown): Value {
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}

/** Local time, `YYYY-MM-DD hh:mm:ss`. */
function stamp(epochMs: number | undefined): string | undefined {
    if (epochMs === undefined || !Number.isFinite(epochMs)) return undefined;
    const date = new Date(epochMs);
    const two = (figure: number) => String(figure).padStart(2, '0');
    const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
    return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}
