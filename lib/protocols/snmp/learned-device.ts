import type { DriverMemory } from '../../core/driver';
import type { AgentMemory } from './card-reader';
import type { DecoderMemory } from './decode';
import { readUnits } from './units';
import { known } from './values';

/** Since when the agent runs is made out anew with each reading; so much of a difference is none. */
const SINCE_MS = 60_000;

/** What is kept, JSON. */
interface StoredState {
    /** sysObjectID of the card that it was learned of. */
    card: string;
    decoder: DecoderMemory;
    agent?: AgentMemory;
}

/** What was learned of the device at one address: how it answers, in which units, and that its source moves. Kept over restarts. */
export class LearnedDevice {
    /** For the decoder; its `recent` is of this process only. */
    decoder: DecoderMemory = {};
    agent: AgentMemory = {};
    private card?: string;
    private kept?: string;
    private keptSince?: number;
    private memory?: DriverMemory;

    /** With what a former process kept, of whatever shape it is. */
    begin(memory: DriverMemory | undefined): void {
        this.memory = memory;
        const kept = memory?.get() as Partial<StoredState> | null | undefined;
        if (typeof kept !== 'object' || kept === null || typeof kept.card !== 'string') return;
        this.card = kept.card;
        this.decoder = readDecoderMemory(kept.decoder);
        this.agent = readAgentMemory(kept.agent);
    }

    /** Whether what is known was learned of this card, or of none. */
    isOf(card: string): boolean {
        return this.card === undefined || card === '' || this.card === card;
    }

    forget(): void {
        this.decoder = {};
        this.agent = {};
        this.card = undefined;
    }

    /** Takes over what a reading of `card` taught, and keeps it for the next process when that is something new. */
    keep(card: string, decoder: DecoderMemory, agent: AgentMemory | undefined): void {
        // A card that does not tell what it is is taken for the same.
        this.card = card || this.card || '';
        this.decoder = decoder;
        this.agent = agent ?? {};
        if (!this.memory) return;
        const { recent: _, since, ...lasting } = decoder;
        const moved = Math.abs((since ?? 0) - (this.keptSince ?? 0)) >= SINCE_MS;
        if (moved) this.keptSince = since;
        const kept: StoredState = {
            card: this.card,
            decoder: { ...lasting, units: withoutCounts(lasting.units), since: this.keptSince },
            agent,
        };
        const text = JSON.stringify(kept);
        if (text === this.kept) return;
        this.kept = text;
        this.memory.keep(JSON.parse(text));
    }
}

/** What changes with each reading, and would be written as often. */
function withoutCounts(units: DecoderMemory['units']): DecoderMemory['units'] {
    return (
        units &&
        Object.fromEntries(Object.entries(units).map(([column, { divisor, votes }]) => [column, { divisor, votes }]))
    );
}

function readDecoderMemory(kept: unknown): DecoderMemory {
    const { units, sourceMoves, alarmTable, since, testStart } = { ...(kept as DecoderMemory | undefined) };
    const isTestStart = typeof testStart?.ticks === 'number' && typeof testStart.at === 'number';
    return {
        units: readUnits(units),
        ...(sourceMoves === true && { sourceMoves }),
        ...(alarmTable === true && { alarmTable }),
        ...(typeof since === 'number' && { since }),
        ...(isTestStart && { testStart: { ticks: testStart.ticks, at: testStart.at } }),
    };
}

function readAgentMemory(kept: unknown): AgentMemory {
    const { limits, withoutBulk, countsTooFew } = { ...(kept as AgentMemory | undefined) };
    const count = (value: unknown) =>
        typeof value === 'number' && Number.isInteger(value) && value >= 1 ? value : undefined;
    const { numbers, texts, columns } = { ...limits };
    return {
        limits: known({ numbers: count(numbers), texts: count(texts), columns: count(columns) }),
        ...(withoutBulk === true && { withoutBulk }),
        ...(countsTooFew === true && { countsTooFew }),
    };
}
