import { Exposition, uniqueNames, type MetricFormat } from './exposition';
import {
    addBatteryFamilies,
    addJobFamilies,
    addSensorFamilies,
    addServerFamilies,
    addSiteFamilies,
    type MeasuredBattery,
    type MeasuredJob,
    type MeasuredSensor,
    type MeasuredServer,
    type MeasuredSite,
} from './other-families';
import { addUpsFamilies, type MeasuredUps } from './ups-families';

/** Everything that is measured, at one moment. */
export interface Measured {
    /** Of this package. */
    version: string;
    sites: readonly MeasuredSite[];
    upses: readonly MeasuredUps[];
    sensors?: readonly MeasuredSensor[];
    batteries?: readonly MeasuredBattery[];
    jobs?: readonly MeasuredJob[];
    servers?: readonly MeasuredServer[];
}

/** The page of a scrape. Units are base units: seconds, ratios of 1, volts, amperes, watts, hertz, degrees Celsius, joules. */
export function metricsPage(
    { version, sites, upses, sensors = [], batteries = [], jobs = [], servers = [] }: Measured,
    format: MetricFormat,
): string {
    const page = new Exposition(format);
    addSiteFamilies(page, sites, version);
    addUpsFamilies(page, upses, namesOf(upses));
    addSensorFamilies(page, sensors);
    addBatteryFamilies(page, batteries);
    addJobFamilies(page, jobs);
    addServerFamilies(page, servers);
    return page.toString();
}

function namesOf(upses: readonly MeasuredUps[]): Map<string, string> {
    return uniqueNames(upses.map(({ ups: { id, name, site } }) => ({ id, name, site: site.name })));
}
