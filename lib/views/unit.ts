import type { UpsCommand } from '../core/driver';
import { switchesBothWays } from '../core/commands/outlet-state';
import { UpsError, type UpsErrorCode } from '../core/errors';
import { INDICATOR_COLOURS } from '../core/status/indicator';
import type { UpsUnit } from '../core/unit/ups-unit';
import type { Texts } from '../flow/ports';
import { activeEventsOf } from './active-event';
import { failuresByUnit } from './failures-by-unit';
import type { ViewedFlow, ViewFacts } from './facts';
import { unitTile, withoutUnknown } from './unit-tile';
import type { OutletOffer, UnitOffers, UnitPathView, UnitView } from './unit-view';

const TESTS = ['quick', 'battery', 'full', 'custom', 'self', 'abort'] as const;
const OUTLET_ACTIONS = ['on', 'off', 'cycle'] as const;

/** Everything about one UPS; undefined: there is none with this id. */
export function unitView(flow: ViewedFlow, id: string, facts: ViewFacts): UnitView | undefined {
    const member = flow.registry.byId(id);
    if (member?.kind !== 'unit') return undefined;
    const { unit, site } = member;
    const texts = flow.texts.of(site);
    return withoutUnknown<UnitView>({
        ...unitTile(member, failuresByUnit(facts).get(id) ?? 0),
        at: flow.clock.now(),
        identity: unit.status()?.identity ?? {},
        status: unit.status(),
        trouble: troubleOf(unit, texts),
        paths: unit.pathViews.map((path) => pathView(unit, path, texts)),
        events: activeEventsOf(unit, flow.alarms, facts),
        offers: offersOf(unit),
        history: facts.hasHistory?.(unit) ?? false,
    });
}

/** Why there is no fresh reading; undefined while there is one, and before the first answer as long as no failure is known. */
export function troubleOf(unit: UpsUnit, texts: Pick<Texts, 'error'>): string | undefined {
    if (!unit.isSilent && unit.status()) return undefined;
    const [first] = unit.pathViews;
    return !first || first.failure || unit.isSilent ? texts.error(unit.absence) : undefined;
}

function pathView(unit: UpsUnit, path: UpsUnit['pathViews'][number], texts: Texts): UnitPathView {
    const { nodeId, name, indicator, trouble, failure, leads, blind, intervalMs } = path;
    return withoutUnknown<UnitPathView>({
        nodeId,
        name,
        state: indicator,
        colour: INDICATOR_COLOURS[indicator],
        trouble,
        text: failure && texts.error(new UpsError(failure.code as UpsErrorCode, failure.data)),
        since: failure?.since,
        leads,
        ...(blind && { blind: true as const }),
        intervalSeconds: intervalMs === undefined ? undefined : intervalMs / 1000 / unit.clock.speed,
    });
}

function offersOf(unit: UpsUnit): UnitOffers {
    const can = (command: UpsCommand) => unit.supports(command);
    return {
        tests: TESTS.filter((test) => can({ type: 'test', test })),
        outlets: (unit.status()?.outlets ?? []).map(({ id, name, on }): OutletOffer =>
            withoutUnknown({
                id,
                name,
                on,
                actions: OUTLET_ACTIONS.filter(
                    (action) =>
                        can({ type: 'outlet', outlet: id, action }) ||
                        (action === 'cycle' && switchesBothWays(unit, id)),
                ),
            }),
        ),
        mute: can({ type: 'buzzer', state: 'mute' }),
        shutdown: can({ type: 'shutdown', seconds: 60, scope: 'output' }),
        abortShutdown: can({ type: 'abort-shutdown' }),
    };
}
