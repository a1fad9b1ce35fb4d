import { randomUUID } from 'node:crypto';
import { UpsError } from '../../../core/errors';
import { said } from '../../../core/language/sentence';
import { COUNTERS, type Journal } from '../../../core/journal/journal';

/** RFC 3414 section 2.2.2: the count stops at this value; by section 3.2.7, receivers may drop messages that carry it. */
export const MAX_BOOTS = 2 ** 31 - 1;

/** The stored form, one per engine. */
interface StoredState {
    boots: number;
    /** Id of the process that wrote it. */
    run: string;
}

/**
 * snmpEngineBoots of the engines of this process (RFC 3414 section 2.2): raised by one at each start of the process, and kept in
 * the journals. It does not use the wall clock: if the clock were set back, the count would decrease, and receivers would drop
 * our messages.
 */
export class EngineBoots {
    private readonly known = new Map<string, number>();

    /** @param run id of this process */
    constructor(private readonly run: string = randomUUID()) {}

    /**
     * The count of an engine in this process. A journal that is opened later, perhaps with the count of another process, raises
     * it.
     * @param journals all journals that may hold the count; it is written to each
     * @throws UpsError config-invalid when the count has reached its maximum: a new engine id is needed
     */
    of(journals: readonly Journal[], engineId: string): number {
        const id = engineId.toLowerCase();
        const kept = journals.map((journal) => asKept(journal.getValue(COUNTERS, nameOf(id))));
        const largest = Math.max(this.known.get(id) ?? 0, ...kept.map((value) => value?.boots ?? 0));
        const ours = this.known.has(id) && kept.every((value) => value?.run === this.run);
        const boots = Math.min(ours ? largest : largest + 1, MAX_BOOTS);
        if (!ours || kept.some((value) => value?.boots !== boots)) {
            const record: StoredState = { boots, run: this.run };
            for (const journal of journals) journal.setValue(COUNTERS, nameOf(id), record);
            this.known.set(id, boots);
        }
        if (boots < MAX_BOOTS) return boots;
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
    return { boots: Math.min(boots, MAX_BOOTS), run: String(run) };
}
