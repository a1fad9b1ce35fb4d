import type { NodeAPI } from 'node-red';
import { BatterySource } from '../../../lib/core/batteries/battery-source';
import type { EventSource } from '../../../lib/core/events/source';
import { ContactSource } from '../../../lib/core/sensors/contact-source';
import { SensorSource } from '../../../lib/core/sensors/sensor-source';
import type { ServedUps } from '../../../lib/core/served/served-ups';
import { OutageTally } from '../../../lib/flow/history/outage-tally';
import { JobTally } from '../../../lib/flow/jobs/job-tally';
import type { Measured } from '../../../lib/protocols/metrics/metrics';
import type { MeasuredBattery, MeasuredJob, MeasuredSensor } from '../../../lib/protocols/metrics/other-families';
import { flowOf, onePerFlow, type RuntimeFlow, type SiteRuntime } from '../runtime/flow-of';
import { packageVersion } from '../words/package-version';
import type { RunningServer } from './running-servers';
import { servedMember } from './served-member';
import { servedOf } from './served-of';

/** What is counted in a runtime, from its first server of metrics on. */
export const talliesOf = onePerFlow((flow: RuntimeFlow) => ({
    outages: new OutageTally(flow.registry),
    jobs: new JobTally(flow.jobEnds),
}));

/** What every server tells of the UPSs of a site. @param siteId empty: of all */
export function servedUpses(RED: NodeAPI, siteId: string): ServedUps[] {
    return flowOf(RED)
        .registry.units()
        .flatMap(({ id }) => {
            const member = servedMember(RED, id);
            return siteId === '' || member?.site?.id === siteId ? (servedOf(RED, id, member) ?? []) : [];
        });
}

/**
 * Everything that is measured now.
 * @param siteId empty: of all sites
 * @param servers all that run
 */
export function measured(RED: NodeAPI, siteId: string, servers: readonly RunningServer[]): Measured {
    const { outages, jobs } = talliesOf(RED);
    const { registry } = flowOf(RED);
    const isChosen = (site: SiteRuntime | undefined) => siteId === '' || site?.id === siteId;
    const sources = registry.sources().flatMap((source) => {
        const member = registry.byId(source.id);
        const site = member?.kind === 'source' ? member.site : undefined;
        return member?.kind === 'source' && source.standsFor === undefined && isChosen(site) ? [{ source, site }] : [];
    });
    return {
        version: packageVersion(),
        sites: registry.sites().filter(isChosen),
        upses: servedUpses(RED, siteId).map((ups) => ({ ups, outages: outages.of(ups.id) })),
        sensors: sources.flatMap(({ source, site }) => sensor(source, site?.name ?? '') ?? []),
        batteries: sources.flatMap(({ source, site }) =>
            source instanceof BatterySource ? [battery(source, site?.name ?? '')] : [],
        ),
        jobs: registry.jobs().flatMap((job): MeasuredJob[] => {
            const { site: chosen, runs } = job.view();
            const site = registry.siteOf(undefined, chosen);
            if (!isChosen(site)) return [];
            const counted = jobs.of(job.id);
            // Of an earlier process: the journal keeps how the last runs ended.
            const kept = runs.filter(({ endedAt }) => endedAt !== undefined).at(-1);
            const last = counted.last ?? (kept && { at: kept.endedAt!, ok: kept.state === 'done' });
            const { id, name, type } = job;
            return [{ id, name, type, site: site?.name ?? '', runs: counted.runs, last }];
        }),
        servers: servers
            .filter(({ site }) => siteId === '' || site === siteId)
            .map(({ id, name, type, clients }) => ({ id, name, type, clients: clients.length })),
    };
}

const eventsOf = (source: EventSource) => source.activeEvents().map(({ id, level }) => ({ id, level }));

function sensor(source: EventSource, site: string): MeasuredSensor | undefined {
    const { id, name } = source;
    if (source instanceof SensorSource) {
        const { value, invalid } = source.view();
        const known = invalid ? undefined : value;
        return { id, name, site, kind: 'sensor', value: known, unit: source.unit, events: eventsOf(source) };
    }
    if (source instanceof ContactSource) {
        // While the connection is lost, the contact may have moved.
        const value = source.lost || source.on === undefined ? undefined : Number(source.on);
        return { id, name, site, kind: 'input', value, unit: '', events: eventsOf(source) };
    }
    return undefined;
}

function battery(source: BatterySource, site: string): MeasuredBattery {
    const { id, name, silent, discharges } = source;
    const { layout, byString, at } = source.view();
    const of = (quantity: keyof typeof byString, index: number) => {
        const value = byString[quantity]?.[index];
        return value === undefined || Number.isNaN(value) ? undefined : value;
    };
    const strings = silent
        ? []
        : Array.from({ length: layout?.strings ?? 0 }, (_, index) => ({
              string: index + 1,
              voltage: of('voltage', index),
              current: of('current', index),
              average: of('average', index),
              ripple: of('ripple', index),
              charge: of('charge', index),
          }));
    const up = !silent && at !== undefined;
    return { id, name, site, up, blocks: layout?.modules, discharges, strings, events: eventsOf(source) };
}
