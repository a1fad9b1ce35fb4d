import { durationText } from '../../core/duration';
import type { EventInfo } from '../../core/messages';
import type { UpsStatus } from '../../core/status/status';
import { stamp } from './compose';

/** One UPS for a status mail. */
export interface ReportedUps {
    name: string;
    status: UpsStatus | undefined;
    /** Seconds since the reading. */
    ageSeconds: number | undefined;
    silent: boolean;
    active: EventInfo[];
}

/** A sensor, contact, AUX port, marker, threshold or schedule for a status mail. */
export interface ReportedSource {
    name: string;
    /** How it stands, in a few words. */
    says: string;
    active: EventInfo[];
}

const NOT_KNOWN = 'NA';

/**
 * Subject and text of a status mail: every UPS with what it says now, how old that is, and what is active; then every other source of the
 * site on a line of its own.
 */
export function statusReport(
    units: readonly ReportedUps[],
    others: readonly ReportedSource[],
    now: number,
): { subject: string; text: string } {
    const blocks = units.map((unit) => `${unit.name}\n${linesOf(unit).join('\n')}`);
    if (others.length) blocks.push(['Sensors and inputs', ...others.map(lineOf)].join('\n'));
    const text = [`Status at ${stamp(now)}`, ...(blocks.length ? blocks : ['No UPS is deployed.'])].join('\n\n');
    return { subject: subjectOf(units, others), text };
}

function lineOf({ name, says, active }: ReportedSource): string {
    const events = active.map(({ text, since }) => `${text} (since ${stamp(since)})`);
    return `  ${[`${name}: ${says}`, ...events].join('; ')}`;
}

function subjectOf(units: readonly ReportedUps[], others: readonly ReportedSource[]): string {
    const onBattery = units.filter((unit) => unit.active.some(({ id }) => id === 'power-fail')).length;
    const silent = units.filter((unit) => unit.silent || !unit.status).length;
    const alarms = [...units, ...others].filter((source) =>
        source.active.some(({ id, level }) => level === 'alarm' && id !== 'power-fail'),
    );
    const parts = [
        onBattery ? `${onBattery} on battery` : '',
        alarms.length ? `${alarms.length} with alarms` : '',
        silent ? `${silent} silent` : '',
    ].filter(Boolean);
    const inputs = units.length ? '' : `${others.length} sensors and inputs`;
    const of = units.length === 1 ? units[0].name : inputs || `${units.length} UPSs`;
    return `Status of ${of}: ${parts.length ? parts.join(', ') : 'all well'}`;
}

function linesOf({ status, ageSeconds, silent, active }: ReportedUps): string[] {
    const events = active.map(({ text, since }) => `${text} (since ${stamp(since)})`);
    const event = ['  active        ' + (events.length ? events.join('; ') : 'nothing')];
    if (!status) return ['  no reading yet', ...event];
    const { output, input, battery, derived, environment } = status;
    const value = (reading: number | undefined, unit: string) =>
        reading === undefined ? NOT_KNOWN : `${Math.round(reading * 10) / 10} ${unit}`;
    const each = (readings: (number | undefined)[], unit: string) =>
        readings.length ? readings.map((reading) => value(reading, unit)).join(' / ') : NOT_KNOWN;
    const runtime = battery.minutesRemaining ?? derived.minutesRemaining;
    return [
        `  source        ${output.source ?? NOT_KNOWN}`,
        `  battery       ${value(battery.chargePercent ?? derived.chargePercent, '%')}, ${runtime === undefined ? NOT_KNOWN : `${durationText(runtime * 60)} left`}, ${value(battery.voltage, 'V')}, ${battery.state ?? NOT_KNOWN}`,
        `  load          ${each(
            output.lines.map(({ load }) => load),
            '%',
        )}`,
        `  input         ${each(
            input.lines.map(({ voltage }) => voltage),
            'V',
        )}`,
        `  temperature   ${value(battery.temperature ?? environment?.temperature, '°C')}`,
        `  last reading  ${stamp(status.time)}${ageSeconds === undefined ? '' : ` (${durationText(ageSeconds)} ago)`}${silent ? ', silent since' : ''}`,
        ...event,
    ];
}
