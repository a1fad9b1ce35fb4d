import { labels, uniqueNames, type Exposition } from './exposition';

/** A sensor's value, or a contact's state; `value` undefined: not known now. */
export interface MeasuredSensor {
    id: string;
    name: string;
    site: string;
    kind: 'sensor' | 'input';
    /** In `unit`; of an input 1 or 0. */
    value?: number;
    unit: string;
    /** Events that are on. */
    events: readonly { id: string; level: string }[];
}

/** A battery of many blocks: what is known of its strings now. */
export interface MeasuredBattery {
    id: string;
    name: string;
    site: string;
    /** Its monitor answers. */
    up: boolean;
    blocks?: number;
    discharges?: number;
    /** In V, A and percent; empty while it is silent. */
    strings: readonly {
        string: number;
        voltage?: number;
        current?: number;
        average?: number;
        ripple?: number;
        charge?: number;
    }[];
    events: readonly { id: string; level: string }[];
}

/** A job: how its runs have ended. */
export interface MeasuredJob {
    id: string;
    name: string;
    type: string;
    site: string;
    /** By outcome, since this process runs. */
    runs: Readonly<Record<JobOutcomeWord, number>>;
    /** The last run that has ended: epoch ms, and whether it went well. */
    last?: { at: number; ok: boolean };
}

/** `ended`: stopped because its event was over, or by a person; `rehearsed`: a dry run. */
export type JobOutcomeWord = 'done' | 'failed' | 'ended' | 'rehearsed';
export const JOB_OUTCOMES: readonly JobOutcomeWord[] = ['done', 'failed', 'ended', 'rehearsed'];

/** A server of this process, and how many clients it has now. */
export interface MeasuredServer {
    id: string;
    name: string;
    /** Type of its node, e.g. `ups-nut-server`. */
    type: string;
    clients: number;
}

export interface MeasuredSite {
    id: string;
    name: string;
    dryRun: boolean;
}

export function addSensorFamilies(to: Exposition, all: readonly MeasuredSensor[]): void {
    const names = uniqueNames(all);
    for (const { id, site, kind, value, unit, events } of all) {
        const mark = labels({ sensor: names.get(id)!, site });
        if (kind === 'sensor')
            to.family('ridethrough_sensor_value', 'gauge', 'Value of a sensor, in the unit that its label says.').add(
                `${mark},${labels({ unit })}`,
                value,
            );
        else to.family('ridethrough_sensor_on', 'gauge', 'Whether a contact is on (1).').add(mark, value);
        const active = to.family(
            'ridethrough_sensor_event_active',
            'gauge',
            'Events of a sensor that are active, 1 each.',
        );
        for (const event of events) active.add(`${mark},${labels({ event: event.id, level: event.level })}`, 1);
    }
}

const OF_STRING = [
    ['voltage_volts', 'Voltage of a battery string.', 'voltage', 1],
    ['current_amperes', 'Current of a battery string; below zero it discharges.', 'current', 1],
    ['block_voltage_volts', 'Mean voltage of the blocks of a string.', 'average', 1],
    ['ripple_amperes', 'Ripple current of a battery string.', 'ripple', 1],
    ['charge_ratio', 'Mean charge of the blocks of a string, 0 to 1.', 'charge', 100],
] as const;

export function addBatteryFamilies(to: Exposition, all: readonly MeasuredBattery[]): void {
    const names = uniqueNames(all);
    for (const { id, site, up, blocks, discharges, strings, events } of all) {
        const mark = labels({ battery: names.get(id)!, site });
        to.family('ridethrough_battery_up', 'gauge', 'Whether the monitor of a battery answers (1).').add(mark, up);
        to.family('ridethrough_battery_blocks', 'gauge', 'How many blocks a battery has.').add(mark, blocks);
        to.family('ridethrough_battery_discharges', 'counter', 'Discharges since a person reset the counter.').add(
            mark,
            discharges,
        );
        for (const string of strings)
            for (const [name, help, quantity, divisor] of OF_STRING) {
                const value = string[quantity];
                to.family(`ridethrough_battery_string_${name}`, 'gauge', help).add(
                    `${mark},string="${string.string}"`,
                    value === undefined ? undefined : value / divisor,
                );
            }
        const active = to.family(
            'ridethrough_battery_event_active',
            'gauge',
            'Events of a battery that are active, 1 each.',
        );
        for (const event of events) active.add(`${mark},${labels({ event: event.id, level: event.level })}`, 1);
    }
}

export function addJobFamilies(to: Exposition, all: readonly MeasuredJob[]): void {
    const names = uniqueNames(all);
    for (const { id, type, site, runs, last } of all) {
        const mark = labels({ job: names.get(id)!, type, site });
        const counted = to.family('ridethrough_job_runs', 'counter', 'Runs of a job that have ended, by outcome.');
        for (const result of JOB_OUTCOMES) counted.add(`${mark},result="${result}"`, runs[result]);
        to.family('ridethrough_job_last_run_success', 'gauge', 'Whether the last run of a job went well (1).').add(
            mark,
            last?.ok,
        );
        to.family('ridethrough_job_last_run_timestamp_seconds', 'gauge', 'When the last run of a job ended.').add(
            mark,
            last && last.at / 1000,
        );
    }
}

export function addServerFamilies(to: Exposition, all: readonly MeasuredServer[]): void {
    const names = uniqueNames(all);
    const clients = to.family('ridethrough_server_clients', 'gauge', 'Clients of a server now.');
    for (const { id, type, clients: count } of all) clients.add(labels({ server: names.get(id)!, type }), count);
}

export function addSiteFamilies(to: Exposition, all: readonly MeasuredSite[], version: string): void {
    to.family('ridethrough_build', 'info', 'Version of Ridethrough.').add(labels({ version }), 1);
    const names = uniqueNames(all);
    const dryRun = to.family('ridethrough_site_dry_run', 'gauge', 'Whether the jobs of a site only rehearse (1).');
    for (const { id, dryRun: isDry } of all) dryRun.add(labels({ site: names.get(id)! }), isDry);
}
