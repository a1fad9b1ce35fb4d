import type { Journal } from '../../../core/journal/journal';
import type { EventInfo } from '../../../core/messages';

interface Rows {
    next: number;
    /** Row of each episode that is on. */
    open: Record<string, number>;
}

const KEY = 'alarmRows';
const LAST_ROW = 2 ** 31 - 1;

/**
 * upsAlarmId of an event: the same number for on edge and off edge, also after a restart and for an episode that replaces it; 1
 * for events without an episode.
 */
export function alarmRow(journal: Journal | undefined, nodeId: string, event: EventInfo): number {
    const { episode, active, replaces = '' } = event;
    if (!journal || !episode) return 1;
    const { next, open } = (journal.getValue(nodeId, KEY) ?? { next: 1, open: {} }) as Rows;
    const row = open[episode] ?? open[replaces] ?? next;
    const others = Object.fromEntries(Object.entries(open).filter(([each]) => each !== episode && each !== replaces));
    const rows: Rows = {
        next: row === next ? (next % LAST_ROW) + 1 : next,
        open: active ? { ...others, [episode]: row } : others,
    };
    journal.setValue(nodeId, KEY, rows);
    return row;
}
