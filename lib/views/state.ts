import type { EventSource } from '../core/events/source';
import { rankOf } from '../core/status/indicator';
import { failuresByUnit } from './failures-by-unit';
import type { ViewedFlow, ViewedSite, ViewFacts } from './facts';
import { nextStep } from './next-step';
import { byWorst } from './severity';
import { sourceViews } from './sources';
import type { SourceView } from './source-view';
import { stateSince } from './state-since';
import type { BarView, Headline, MaintenanceView, Mark, SiteView, StateView, UnitTile } from './state-view';
import { unitTile, withoutUnknown } from './unit-tile';

/** What an operator sees first; see StateView. */
export function stateView(flow: ViewedFlow, facts: ViewFacts): StateView {
    const { registry, clock } = flow;
    const failures = failuresByUnit(facts);
    const units = registry
        .units()
        .flatMap(({ id }) => {
            const member = registry.byId(id);
            return member?.kind === 'unit' ? [unitTile(member, failures.get(id) ?? 0)] : [];
        })
        .sort(byWorst);
    const sites = registry.sites().map((site) => siteView(flow, site));
    return {
        at: clock.now(),
        version: facts.version,
        sites,
        bar: barView(flow, units, sites, facts),
        units,
    };
}

function siteView({ texts, maintenance }: ViewedFlow, site: ViewedSite): SiteView {
    const {
        id,
        name,
        location,
        contact,
        dryRun,
        temperatureUnit = 'C',
        significantDigits,
        watching = false,
        store,
    } = site;
    return withoutUnknown<SiteView>({
        id,
        name,
        location: location || undefined,
        contact: contact || undefined,
        temperatureUnit,
        significantDigits,
        language: (site.words ?? texts.words).language,
        dryRun,
        watching,
        store: store.mode,
        maintenance: maintenance.of(id),
    });
}

function barView(flow: ViewedFlow, units: readonly UnitTile[], sites: readonly SiteView[], facts: ViewFacts): BarView {
    const { registry, clock, alarms } = flow;
    const sources = registry.sources().filter(({ standsFor }) => standsFor === undefined);
    const shown = sourceViews(flow, {});
    const marks = [
        ...units.map(({ id, name, state, colour }): Mark => ({ id, name, kind: 'unit', state, colour })),
        ...shown
            .filter(({ state }) => state === 'alarm' || state === 'warning' || state === 'lost')
            .map(({ id, name, state, colour }): Mark => ({ id, name, kind: 'source', state, colour })),
    ];
    // A plan takes time, and without an active event nothing is next.
    const next = sources.some(hasBegun) ? nextStep(facts.planView(), clock.now()) : undefined;
    return withoutUnknown<BarView>({
        headline: headline(units, marks, shown),
        next,
        marks,
        unacknowledged: alarms.unacknowledged().length + facts.failures.length,
        dryRun: sites.some(({ dryRun }) => dryRun),
        maintenance: latest(sites.flatMap(({ maintenance }) => maintenance ?? [])),
        failures: facts.failures.length,
    });
}

function hasBegun(source: EventSource): boolean {
    return source.activeEvents().length > 0;
}

function headline(units: readonly UnitTile[], marks: readonly Mark[], shown: readonly SourceView[]): Headline {
    const [unit] = units;
    const [source] = marks.filter(({ kind }) => kind === 'source').sort(byWorst);
    const worst = source && (!unit || rankOf(source.state) < rankOf(unit.state)) ? source : unit;
    if (!worst) return { state: 'starting', others: 0 };
    const others = marks.filter(({ id, state }) => id !== worst.id && state === worst.state).length;
    if (worst !== unit) {
        const { state, id: sourceId, name: sourceName } = worst;
        const since = stateSince(state, shown.find(({ id }) => id === sourceId)?.events ?? []);
        return withoutUnknown<Headline>({ state, sourceId, sourceName, since, others });
    }
    const { state, id, name, since, secondsOnBattery, presumed, presumedSeconds, speed } = unit;
    return withoutUnknown<Headline>({
        state,
        unitId: id,
        unitName: name,
        since,
        secondsOnBattery: unit.onBatterySince === undefined ? undefined : secondsOnBattery,
        presumed,
        presumedSeconds,
        speed,
        others,
    });
}

function latest(all: readonly MaintenanceView[]): MaintenanceView | undefined {
    return [...all].sort((a, b) => b.until - a.until)[0];
}
