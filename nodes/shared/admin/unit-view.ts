import type { NodeAPI } from 'node-red';
import { UpsError } from '../../../lib/core/errors';
import type { UpsUnit } from '../../../lib/core/unit/ups-unit';
import { troubleOf } from '../../../lib/views/unit';
import { unitTile } from '../../../lib/views/unit-tile';
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
    const tile = unitTile({ unit, site });
    const seconds = unit.remainingSeconds('smaller');
    return {
        id: tile.id,
        name: tile.name,
        site: site?.name ?? '',
        dryRun: tile.dryRun,
        /** `memory`: its disk has failed; `waiting`: another Node-RED has it. */
        store: site?.store.mode,
        watching: site?.watching ?? false,
        state: tile.state,
        colour: tile.colour,
        /** Clock seconds per real second, for ages and times on battery. */
        speed: tile.speed,
        source: tile.source,
        chargePercent: tile.charge,
        minutesRemaining: seconds === undefined ? undefined : seconds / 60,
        /** Undefined: nothing tells whether it is on battery. */
        secondsOnBattery: tile.secondsOnBattery,
        loadPercent: tile.load,
        /** V DC, of the output of a DC supply. */
        dcVolts: tile.dcVolts,
        /** Clock seconds. */
        ageSeconds: unit.ageSeconds,
        /** Time of the reading, by the wall clock of the server. */
        readAt: tile.ageSeconds === undefined ? undefined : flowOf(RED).clock.now() - tile.ageSeconds * 1000,
        /** In an outage that no fresh reading confirms: the reason. `restart`: it was on before the restart. */
        presumed: tile.presumed,
        held: tile.held ?? false,
        /** Why there are no readings, if there are none. */
        trouble: troubleOf(unit, flowOf(RED).texts),
        ways: unit.pathViews.map(({ failure, ...way }) => ({
            ...way,
            ...(failure ? { why: errorText(RED, new UpsError(failure.code as never, failure.data)) } : {}),
        })),
        activeEvents: unit.activeEvents().map(({ id, text, since, level }) => ({ id, text, since, level })),
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
