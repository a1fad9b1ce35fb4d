import { randomUUID } from 'node:crypto';
import { UpsError } from '../../../core/errors';
import { said } from '../../../core/language/sentence';
import { COUNTERS, type Journal } from '../../../core/journal/journal';

/** RFC 3414 section 2.2.2: here the count stays, and section 3.2.7 lets receivers drop whatever carries it. */
export const SPENT_BOOTS = 2 ** 31 - 1;

/** As it is kept, one for each engine. */
interface StoredState {
    boots: number;
    /** Which process wrote it. */
    run: string;
}

/**
 * snmpEngineBoots of the engines that this process speaks for (RFC 3414 section 2.2): raised by one at each start of the process, and
 * kept in the journals. Never made of the wall clock: one that is set back would bring the count back, and receivers would drop what comes.
 */
export class EngineBoots {
    private readonly known = new Map<string, number>();

    /** @param run names this process */
    constructor(private readonly run: string = randomUUID()) {}

    /**
     * The count of an engine in this process. A journal that appears later, perhaps with the count of another process, raises it.
     * @param journals all that may know the count; it is written to each
     * @throws UpsError config-invalid when it is spent: only another engine id can go on
     */
    of(journals: readonly Journal[], engineId: string): number {
        const id = engineId.toLowerCase();
        const kept = journals.map((journal) => asKept(journal.getValue(COUNTERS, nameOf(id))));
        const largest = Math.max(this.known.get(id) ?? 0, ...kept.map((value) => value?.boots ?? 0));
        const ours = this.known.has(id) && kept.every((value) => value?.run === this.run);
        const boots = Math.min(ours ? largest : largest + 1, SPENT_BOOTS);
        if (!ours || kept.some((value) => value?.boots !== boots)) {
            const record: StoredState = { boots, run: this.run };
            for (const journal of journals) journal.setValue(COUNTERS, nameOf(id), record);
            this.known.set(id, boots);
        }
        if (boots < SPENT_BOOTS) return boots;
        const expected = said('expected.otherEngine');
        throw new UpsError('config-invalid', { property: 'engineId', value: engineId, expected });
    }
}

function nameOf(id: string): string {
    return `snmp-engine/${id}`;
}

function asKept(value: unknown): StoredState | undefined {
    const { boots, run } = (value ?? {}) as Partial<StoredState>;
    if (typeof boots !== 'number' || !Number.isInteger(boots) || boots < 0) return undefined;
    return { boots: Math.min(boots, SPENT_BOOTS), run: String(run) };
}
