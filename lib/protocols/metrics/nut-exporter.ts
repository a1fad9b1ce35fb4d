import type { ServedUps } from '../../core/served/served-ups';
import { Exposition, labels, type MetricFormat } from './exposition';

/**
 * The page that DRuggeri's nut_exporter serves at `/ups_metrics?ups=`, with its names, so that dashboards made for it go on working: each variable of NUT that is a number
 * as `network_ups_tools_<its name with _>`, the flags of ups.status as one series each (its README, "ups.status handling"), and `device_info`.
 */

const PREFIX = 'network_ups_tools_';

/** The flags that are always told, as nut_exporter does by default. */
export const EXPORTED_FLAGS = [
    'OL',
    'OB',
    'LB',
    'HB',
    'RB',
    'CHRG',
    'DISCHRG',
    'BYPASS',
    'CAL',
    'OFF',
    'OVER',
    'TRIM',
    'BOOST',
    'FSD',
    'SD',
] as const;
export type ExportedFlag = (typeof EXPORTED_FLAGS)[number];

/** The page of one UPS; undefined: nothing is known of it now, and upsd would say DATA-STALE. */
export function nutExporterPage(ups: ServedUps, name: string, format: MetricFormat): string | undefined {
    if (ups.knowledge === 'none' || ups.knowledge === 'silent') return undefined;
    const page = new Exposition(format);
    const mark = labels({ ups: name });
    for (const [variable, value] of Object.entries(numbersOf(ups))) {
        const family = page.family(PREFIX + variable.replaceAll(/[.-]/g, '_'), 'gauge', `NUT variable ${variable}.`);
        family.add(mark, value);
    }
    const flags = flagsOf(ups);
    const status = page.family(`${PREFIX}ups_status`, 'gauge', 'Flags of the NUT variable ups.status, 1 if set.');
    for (const flag of EXPORTED_FLAGS) status.add(`${mark},flag="${flag}"`, flags.has(flag));
    const { manufacturer = '', model = '', serial = '' } = ups.identity;
    const { location = '', contact = '' } = ups.site;
    const device = {
        model,
        mfr: manufacturer,
        serial,
        type: 'ups',
        description: ups.name,
        contact,
        location,
        part: '',
        macaddr: '',
    };
    page.family(`${PREFIX}device`, 'info', 'UPS device information.').add(`${mark},${labels(device)}`, 1);
    return page.toString();
}

/** The flags of ups.status that are set. A battery test is `OL DISCHRG`: CAL would be remembered as a calibration by upsmon 2.8.1 and later. */
export function flagsOf({ onBattery, batteryLow, testsBattery, status, events }: ServedUps): Set<ExportedFlag> {
    const isOn = (id: string) => events.some((event) => event.id === id);
    const source = status?.output.source;
    const charging = status?.battery.charging;
    const told: Record<ExportedFlag, boolean> = {
        OL: onBattery === false,
        OB: onBattery === true,
        LB: batteryLow,
        HB: false,
        RB: status?.battery.condition === 'replace',
        CHRG: !onBattery && charging === 'charging',
        DISCHRG: onBattery === true || testsBattery || charging === 'discharging',
        BYPASS: source === 'bypass',
        CAL: false,
        OFF: source === 'none',
        OVER: isOn('overload'),
        TRIM: source === 'reducer',
        BOOST: source === 'booster',
        FSD: false,
        SD: false,
    };
    return new Set(EXPORTED_FLAGS.filter((flag) => told[flag]));
}

/** The variables of NUT (its developer guide, "NUT command and variable naming scheme") that are numbers, in NUT's units; of one line without a number of its own. */
function numbersOf({
    status,
    chargePercent,
    remainingSeconds,
    secondsOnBattery,
}: ServedUps): Record<string, number | undefined> {
    const found: Record<string, number | undefined> = {
        'battery.charge': chargePercent,
        'battery.runtime': remainingSeconds,
        'battery.runtime.elapsed': secondsOnBattery,
    };
    if (!status) return found;
    const { battery, input, output, bypass, environment, temperature } = status;
    Object.assign(found, {
        'battery.charge.low': battery.lowPercent,
        'battery.runtime.low': battery.lowMinutes === undefined ? undefined : battery.lowMinutes * 60,
        'battery.voltage': battery.voltage,
        'battery.current': battery.current,
        'battery.temperature': battery.temperature,
        'input.voltage.nominal': input.nominalVoltage,
        'input.bypass.frequency': bypass.frequency,
        'output.frequency': output.frequency,
        'ups.temperature': temperature,
        'ambient.temperature': environment?.temperature,
        'ambient.humidity': environment?.humidity,
    });
    for (const [index, { voltage, current, frequency }] of input.lines.entries()) {
        const isOne = input.lines.length === 1;
        const at = isOne ? 'input' : `input.L${index + 1}`;
        Object.assign(found, { [isOne ? 'input.voltage' : `${at}-N.voltage`]: voltage, [`${at}.current`]: current });
        // Its lines have one frequency.
        found['input.frequency'] ??= frequency;
    }
    for (const [index, { voltage, current, power, apparentPower, load }] of output.lines.entries()) {
        const isOne = output.lines.length === 1;
        const at = isOne ? 'output' : `output.L${index + 1}`;
        Object.assign(found, { [isOne ? 'output.voltage' : `${at}-N.voltage`]: voltage, [`${at}.current`]: current });
        const ofUps = isOne ? 'ups' : at;
        Object.assign(found, {
            [isOne ? 'ups.load' : `${at}.power.percent`]: load,
            [`${ofUps}.realpower`]: power,
            [`${ofUps}.power`]: apparentPower,
        });
    }
    if (output.lines.length > 1) {
        found['ups.load'] = mean(output.lines.map(({ load }) => load));
        found['ups.realpower'] = sum(output.lines.map(({ power }) => power));
        found['ups.power'] = sum(output.lines.map(({ apparentPower }) => apparentPower));
    }
    for (const { id, on } of status.outlets ?? [])
        if (/^[1-9]\d{0,4}$/.test(id)) found[`outlet.${id}.status`] = on === undefined ? undefined : Number(on);
    return found;
}

/** Undefined if one of them is not known: a part is no sum. */
function sum(values: readonly (number | undefined)[]): number | undefined {
    return values.every((value) => value !== undefined)
        ? values.reduce<number>((all, value) => all + value!, 0)
        : undefined;
}

function mean(values: readonly (number | undefined)[]): number | undefined {
    const all = sum(values);
    return all === undefined ? undefined : all / values.length;
}
