import type { NodeAPI } from 'node-red';
import { UpsError } from '../../../lib/core/errors';
import { INDICATOR_COLOURS, type IndicatorState } from '../../../lib/core/status/indicator';
import { unitIndicator } from '../../../lib/core/unit/unit-indicator';
import type { UpsUnit } from '../../../lib/core/unit/ups-unit';
import { flowOf, type SiteRuntime } from '../runtime/flow-of';
import { errorText } from '../words/texts';

export interface AnnouncedUnit {
    unit: UpsUnit;
    site: SiteRuntime | undefined;
}

/**
 * A UPS for live views. Ages and durations are those at the moment of sending. The browser continues them with its own monotonic clock,
 * because the wall clocks may differ, and so that no message per second is needed.
 */
export function describeUnit(RED: NodeAPI, { unit, site }: AnnouncedUnit) {
    const status = unit.status();
    const state: IndicatorState = site?.watching ? 'disabled' : unitIndicator(unit);
    const active = unit.activeEvents();
    const loads = (status?.output.lines ?? []).map((line) => line.load).filter((load) => load !== undefined);
    const outage = unit.stateOf('power-fail');
    const seconds = unit.remainingSeconds('smaller');
    return {
        id: unit.id,
        name: unit.name,
        site: site?.name ?? '',
        dryRun: site?.dryRun ?? false,
        /** `memory`: its disk has failed; `waiting`: another Node-RED has it. */
        store: site?.store.mode,
        watching: site?.watching ?? false,
        state,
        colour: INDICATOR_COLOURS[state],
        /** Clock seconds per real second, for ages and times on battery. */
        speed: unit.clock.speed,
        source: status?.output.source,
        chargePercent: status?.battery.chargePercent ?? status?.derived.chargePercent,
        minutesRemaining: seconds === undefined ? undefined : seconds / 60,
        secondsOnBattery: unit.secondsOnBattery(),
        loadPercent: loads.length > 0 ? Math.max(...loads) : undefined,
        ageSeconds: unit.ageSeconds,
        /** Time of the reading, by the wall clock of the server. */
        readAt:
            unit.ageSeconds === undefined
                ? undefined
                : flowOf(RED).clock.now() - (unit.ageSeconds * 1000) / unit.clock.speed,
        /** In an outage that no fresh reading confirms: the reason. `restart`: it was on before the restart. */
        presumed: !outage.active ? undefined : !outage.confirmed ? 'restart' : unit.isSilent ? 'silent' : undefined,
        held: outage.active && unit.isSilent && outage.held,
        /** Why there are no readings, if there are none. */
        trouble: unit.isSilent || !status ? troubleOf(RED, unit) : undefined,
        ways: unit.pathViews.map(({ failure, ...way }) => ({
            ...way,
            ...(failure ? { why: errorText(RED, new UpsError(failure.code as never, failure.data)) } : {}),
        })),
        activeEvents: active.map(({ id, text, since, level }) => ({ id, text, since, level })),
        timings: flowOf(RED)
            .registry.timings()
            .flatMap((timing) =>
                timing
                    .views()
                    .filter(
                        ({ sourceId }) => (flowOf(RED).registry.source(sourceId)?.standsFor ?? sourceId) === unit.id,
                    )
                    .map((view) => ({
                        nodeId: timing.id,
                        name: timing.name ?? 'ups-timing',
                        eventId: view.eventId,
                        fired: view.fired,
                        ...(view.repeatSeconds > 0 ? { repeatSeconds: view.repeatSeconds / view.speed } : {}),
                        waitingFor: view.waiting === 'due' ? 'time' : view.waiting.for,
                        ...(view.waiting !== 'due' && view.waiting.for === 'time'
                            ? { dueInSeconds: view.waiting.ms / view.speed / 1000 }
                            : {}),
                    })),
            ),
    };
}

/** Before the first answer, only known failures. */
function troubleOf(RED: NodeAPI, unit: UpsUnit): string | undefined {
    const [first] = unit.pathViews;
    return !first || first.failure || unit.isSilent ? errorText(RED, unit.absence) : undefined;
}
