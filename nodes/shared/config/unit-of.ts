import type { NodeAPI } from 'node-red';
import type { CommandResult } from '../../../lib/core/driver';
import { UpsError } from '../../../lib/core/errors';
import { said, type Part, type Sentence } from '../../../lib/core/language/sentence';
import type { Words } from '../../../lib/core/language/words';
import type { UpsUnit } from '../../../lib/core/unit/ups-unit';
import type { UpsUnitNode } from './config-nodes';

/** The `ups-unit` that a node's dialog names. @throws UpsError config-missing */
export function unitOf(RED: NodeAPI, id: string): UpsUnitNode {
    const node = RED.nodes.getNode(id) as UpsUnitNode | null;
    if (!node?.unit) throw new UpsError('config-missing', { property: 'ups' });
    return node;
}

/** What a command came to, for the event log. */
export function resultOf({ confirmed, detail }: CommandResult): Sentence {
    if (confirmed) return said('result.confirmed');
    return detail ? said('result.acceptedBecause', { detail }) : said('result.accepted');
}

/** An order and what became of it, e.g. `Card: outlet 2 off: confirmed`. */
export function orderReport(words: Words, what: Sentence, ...came: Part[]): string {
    return words.text({ list: [what, ...came], by: ': ' });
}

/**
 * Waits for a reading of this process, at most until the unit would call its device silent.
 * @throws UpsError interrupted, no-device
 */
export function firstReading(unit: UpsUnit, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
        const finish = (error?: UpsError) => {
            unsubscribe();
            unit.clock.clearTimeout(timer);
            signal.removeEventListener('abort', interrupted);
            if (error) reject(error);
            else resolve();
        };
        const interrupted = () => finish(new UpsError('interrupted'));
        const unsubscribe = unit.onStatus(() => finish());
        const timer = unit.clock.setTimeout(() => finish(unit.absence), unit.staleMs);
        signal.addEventListener('abort', interrupted);
        if (signal.aborted) interrupted();
    });
}
