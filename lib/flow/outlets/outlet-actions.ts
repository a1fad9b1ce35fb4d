import type { Journal } from '../../core/journal/journal';
import type { EventInfo } from '../../core/messages';

/** The last real action on an outlet. */
interface OutletAction {
    action: string;
    /** Epoch ms */
    at: number;
}

const OPPOSITE: Readonly<Record<string, string>> = { on: 'off', off: 'on' };
const NAME = 'outlets';

export function noteOutletAction(journal: Journal, unitId: string, outlet: string, action: OutletAction): void {
    const actions = (journal.getValue(unitId, NAME) ?? {}) as Record<string, OutletAction>;
    journal.setValue(unitId, NAME, { ...actions, [outlet]: action });
}

/** Whether an action at the end of an event undoes a real action during the event. */
export function undoesOutletAction(
    journal: Journal,
    unitId: string,
    outlet: string,
    action: string,
    event: EventInfo,
): boolean {
    const { [outlet]: last } = (journal.getValue(unitId, NAME) ?? {}) as Record<string, OutletAction | undefined>;
    return !event.active && last !== undefined && last.action === OPPOSITE[action] && last.at >= event.since;
}
