import type { NodeAPI } from 'node-red';
import { healthViewOf } from '../shared/config/battery-health';
import {
    exportedBaseline,
    exportedInventory,
    importBaseline,
    importInventory,
    labelsOf,
    layoutView,
    type KeptBattery,
} from '../shared/config/battery-papers';
import { wordsOf } from '../shared/words/site-words';

/** Topics by which a flow reads what is known of a battery beyond its values, and writes its inventory and baseline. */
export const PAPERS = ['health', 'layout', 'labels', 'inventory', 'baseline-csv'] as const;

/**
 * @param given of `inventory` and `baseline-csv` a CSV to take over, anything else asks for what is kept; of `labels` a list of blocks
 * @returns the payload of the answer
 * @throws UpsError with a sentence for people: what is wrong with what was given
 */
export function paperOf(
    RED: NodeAPI,
    of: KeptBattery,
    topic: (typeof PAPERS)[number],
    given: unknown,
    by: string,
): unknown {
    switch (topic) {
        case 'health':
            return healthViewOf(RED, of);
        case 'layout':
            return layoutView(of, wordsOf(RED, of.site));
        case 'labels':
            // A button sends the time.
            return labelsOf(RED, of, typeof given === 'string' || Array.isArray(given) ? given : undefined);
        case 'inventory':
            if (isFile(given)) return { done: true, text: importInventory(RED, of, given, by), by };
            return { ...of.health.inventory, csv: exportedInventory(of) };
        case 'baseline-csv':
            if (isFile(given)) return { done: true, text: importBaseline(RED, of, given, by), by };
            return { blocks: of.battery.baseline?.blocks ?? [], csv: exportedBaseline(of) };
    }
}

/** A button sends the time, and an empty text asks. */
function isFile(given: unknown): given is string {
    return typeof given === 'string' && given.trim() !== '';
}
