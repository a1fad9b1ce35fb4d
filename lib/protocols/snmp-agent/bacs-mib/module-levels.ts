import { MODULE_STATES } from '../../../core/batteries/card-states';
import { BATTERY_EVENTS } from '../../../core/batteries/events';
import type { ServedBattery } from '../../../core/served/served-battery';

/** How many modules have an alarm, and how many a warning: by the states that the word of a module has. */
export function levelsOfModules({ moduleStates }: ServedBattery): { alarm: number; warning: number } {
    const having = (level: 'alarm' | 'warning') => {
        const modules = MODULE_STATES.filter((state) => BATTERY_EVENTS[state]?.level === level).flatMap(
            (state) => moduleStates.get(state) ?? [],
        );
        return new Set(modules).size;
    };
    return { alarm: having('alarm'), warning: having('warning') };
}
