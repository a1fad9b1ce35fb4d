import type { NodeAPI } from 'node-red';
import type { CommandResult } from '../../../lib/core/driver';
import { UpsError } from '../../../lib/core/errors';
import { said, type Part, type Sentence } from '../../../lib/core/language/sentence';
import type { Words } from '../../../lib/core/language/words';
import type { UpsUnit } from '../../../lib/core/unit/ups-unit';
import type { UpsUnitNode } from './config-nodes';

/** The `ups-unit` in a node's settings. @throws UpsError config-missing */
export function unitOf(RED: NodeAPI, id: string): UpsUnitNode {
    const node = RED.nodes.getNode(id) as UpsUnitNode | null;
    if (!node?.unit) throw new UpsError('config-missing', { property: 'ups' });
    return node;
}

/** The result of a command, for the event log. */
export function resultOf({ confirmed, detail }: CommandResult): Sentence {
    if (confirmed) return said('result.confirmed');
    return detail ? said('result.acceptedBecause', { detail }) : said('result.accepted');
}

/** A command and its result, e.g. `Card: outlet 2 off: confirmed`. */
export function commandReport(words: Words, what: Sentence, ...came: Part[]): string {
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
