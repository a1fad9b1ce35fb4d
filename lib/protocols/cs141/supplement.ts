import type { Battery, OutputLine, PartialStatus, SettingValue } from '../../core/status/status';
import { definedOnly } from '../../core/defined-only';
import { plausibleOrUnknown } from './bounds';
import { REGISTER_MAPS } from './maps';
import type { ReportValues } from './http-report';

/** Meaning of each name of the default map. The report is assumed to use the Modbus names, with unscaled values [inferred]. */
const MEANINGS: ReadonlyMap<string, string> = new Map(
    [...REGISTER_MAPS]
        .reverse()
        .flatMap(({ registers }) => registers)
        .filter(({ name, means, values }) => means !== undefined && !values && /^[A-Z][A-Z_]+\d?$/.test(name))
        // OUTP0WER is a misprint of the CS141 manual.
        .map(({ name, means }) => [name.replace('OUTP0WER', 'OUTPOWER'), means!]),
);

const PLAUSIBLE = /^(battery\.(charge|voltage|current|temperature|minutes|seconds)|temperature\.ups)$/;
const OUTPUT_LINE = /^output\.(\d)\.(voltage|current|load|power)$/;

/** Fills the values that Modbus lacks, and adds every value of the report as `http.<name>` to `settings`. */
export function supplement(status: PartialStatus, report: ReportValues): PartialStatus {
    const battery: Record<string, unknown> = {};
    const lines: Record<string, number>[] = [];
    const settings: Record<string, SettingValue> = { ...status.settings };
    for (const [name, value] of report.values) {
        settings[`http.${name}`] = value;
        const means = MEANINGS.get(name) ?? '';
        if (typeof value !== 'number' || value === -1 || value === -9999 || value === 65_535) continue;
        if (plausibleOrUnknown(means, value) === undefined) continue;
        if (PLAUSIBLE.test(means)) battery[BATTERY_FIELDS[means] ?? means.slice('battery.'.length)] = value;
        const line = OUTPUT_LINE.exec(means);
        if (line) (lines[Number(line[1]) - 1] ??= {})[line[2]!] = value;
    }
    return {
        ...status,
        identity: { ...definedOnly({ model: report.model, manufacturer: report.manufacturer }), ...status.identity },
        battery: { ...(battery as Battery), ...status.battery },
        output: { ...status.output, lines: fill(status.output?.lines ?? [], lines) },
        settings,
    };
}

const BATTERY_FIELDS: Readonly<Record<string, keyof Battery>> = {
    'battery.charge': 'chargePercent',
    'battery.minutes': 'minutesRemaining',
    'battery.seconds': 'secondsOnBattery',
    'temperature.ups': 'temperature',
};

/** Adds missing values to the phases that Modbus reports; adds no phases. */
function fill(lines: readonly OutputLine[], more: readonly (object | undefined)[]): OutputLine[] {
    return lines.map((line, phase) => ({ ...more[phase], ...line }));
}
