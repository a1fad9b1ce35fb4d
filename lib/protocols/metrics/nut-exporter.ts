import type { ServedUps } from '../../core/served/served-ups';
import { encode } from '../nut/encode';
import { NAME } from '../nut/names';
import { TEXTS } from '../nut/settings';
import { plainNumber, type Variables } from '../nut/values';
import { Exposition, labels, type MetricFormat } from './exposition';

/**
 * The page that DRuggeri's nut_exporter makes of what a NUT server tells (`encode`), at `/ups_metrics?ups=` with its names, so that dashboards made for it go on working: each
 * variable of NUT that is a number as `network_ups_tools_<its name with _>`, the flags of ups.status as one series each (its README, "ups.status handling"), and `device_info`.
 */

const PREFIX = 'network_ups_tools_';

/** The flags that are always told, as nut_exporter does by default; any other one while it is set. */
const ALWAYS_TOLD = 'OL OB LB HB RB CHRG DISCHRG BYPASS CAL OFF OVER TRIM BOOST FSD SD'.split(' ');

/** The page of one UPS; undefined: nothing is known of it now, and upsd would say DATA-STALE. */
export function nutExporterPage(ups: ServedUps, name: string, format: MetricFormat): string | undefined {
    const variables = encode(ups);
    if (!variables) return undefined;
    const page = new Exposition(format);
    const mark = labels({ ups: name });
    for (const [metric, { variable, value }] of numbersIn(variables))
        page.family(metric, 'gauge', `NUT variable ${variable}.`).add(mark, value);
    const flags = new Set(variables.get(NAME.status)?.split(' '));
    const status = page.family(`${PREFIX}ups_status`, 'gauge', 'Flags of the NUT variable ups.status, 1 if set.');
    for (const flag of new Set([...ALWAYS_TOLD, ...flags])) status.add(`${mark},flag="${flag}"`, flags.has(flag));
    const told = (part: string) => variables.get(`device.${part}`) ?? '';
    const device = {
        model: told('model'),
        mfr: told('mfr'),
        serial: told('serial'),
        type: told('type'),
        description: ups.name,
        contact: told('contact'),
        location: told('location'),
        part: '',
        macaddr: '',
    };
    page.family(`${PREFIX}device`, 'info', 'UPS device information.').add(`${mark},${labels(device)}`, 1);
    return page.toString();
}

/** The quantities, and what is on or off as 1 or 0, by the name of the metric; a name that two variables would have is the first one's. */
function numbersIn(variables: Variables): Map<string, { variable: string; value: number }> {
    const found = new Map<string, { variable: string; value: number }>();
    for (const [variable, text] of variables) {
        const value = TEXTS.test(variable) ? undefined : (plainNumber(text) ?? switched(text));
        const metric = PREFIX + variable.replaceAll(/[.-]/g, '_');
        if (value !== undefined && !found.has(metric)) found.set(metric, { variable, value });
    }
    return found;
}

/** By the words that nut_exporter takes for on and off (its README, `nut.on_regex` and `nut.off_regex`). */
function switched(text: string): number | undefined {
    if (/^(enabled?|on|true|active|activated)$/i.test(text)) return 1;
    return /^(disabled?|off|false|inactive|deactivated)$/i.test(text) ? 0 : undefined;
}
