import type { Journal } from '../../../lib/core/journal/journal';
import type { EventInfo } from '../../../lib/core/messages';

/** What was last really done to an outlet. */
interface OutletAct {
    action: string;
    /** Epoch ms */
    at: number;
}

const OPPOSITE: Readonly<Record<string, string>> = { on: 'off', off: 'on' };
const NAME = 'outlets';

export function noteOutletAct(journal: Journal, unitId: string, outlet: string, act: OutletAct): void {
    const acts = (journal.getValue(unitId, NAME) ?? {}) as Record<string, OutletAct>;
    journal.setValue(unitId, NAME, { ...acts, [outlet]: act });
}

/** Whether an action at the end of an event takes back what was really done while it lasted. */
export function takesBack(journal: Journal, unitId: string, outlet: string, action: string, event: EventInfo): boolean {
    const { [outlet]: last } = (journal.getValue(unitId, NAME) ?? {}) as Record<string, OutletAct | undefined>;
    return !event.active && last !== undefined && last.action === OPPOSITE[action] && last.at >= event.since;
}
