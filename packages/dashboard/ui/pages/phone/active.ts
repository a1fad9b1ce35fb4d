import { rankOf } from '../../../../../lib/core/status/indicator';
import type { ActiveEventView, Mark, SourceView, UnitTile } from '../../../../../lib/views';

/** A UPS, a sensor, a marker, … with what is on of it. */
export interface AlarmedDevice extends Pick<Mark, 'id' | 'name' | 'kind' | 'state'> {
    /** How many alarms and warnings. */
    count: number;
    /** Those; undefined: not read yet. */
    events: readonly ActiveEventView[] | undefined;
}

/** An event that somebody may have to do something about. */
export const needsSomebody = ({ level }: Pick<ActiveEventView, 'level'>): boolean => level !== 'info';

/**
 * All that has an active alarm or warning, the worst first.
 * @param eventsOf the active events of a UPS by its id; undefined: not read yet
 */
export function alarmedDevices(
    units: readonly UnitTile[],
    sources: readonly SourceView[],
    eventsOf: (unitId: string) => readonly ActiveEventView[] | undefined,
): AlarmedDevice[] {
    const ofUnits = units.map(({ id, name, state, alarms, warnings }): AlarmedDevice => {
        const events = eventsOf(id)?.filter(needsSomebody);
        return { id, name, kind: 'unit', state, count: events?.length ?? alarms + warnings, events };
    });
    const ofSources = sources.map(({ id, name, state, events: all }): AlarmedDevice => {
        const events = all.filter(needsSomebody);
        return { id, name, kind: 'source', state, count: events.length, events };
    });
    // What is equally bad stays in the order in which it came: UPSs first.
    return [...ofUnits, ...ofSources]
        .filter(({ count }) => count > 0)
        .sort((one, other) => rankOf(one.state) - rankOf(other.state));
}
