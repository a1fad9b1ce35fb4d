import type { DriverMemory } from '../../core/driver';
import type { AgentMemory } from './card-reader';
import type { DecoderMemory } from './decode';
import { readUnits } from './units';
import { known } from './values';

/** Each reading computes the agent's start time again; a smaller difference is not a change. */
const SINCE_MS = 60_000;

/** The stored form, JSON. */
interface StoredState {
    /** sysObjectID of the card. */
    card: string;
    decoder: DecoderMemory;
    agent?: AgentMemory;
}

/**
 * What was learned about the device at one address: request limits, units, and whether its output source changes. Kept over
 * restarts.
 */
export class LearnedDevice {
    /** For the decoder; `recent` is not kept over restarts. */
    decoder: DecoderMemory = {};
    agent: AgentMemory = {};
    private card?: string;
    private kept?: string;
    private keptSince?: number;
    private memory?: DriverMemory;

    /** Loads what a former process kept; ignores data of another shape. */
    begin(memory: DriverMemory | undefined): void {
        this.memory = memory;
        const kept = memory?.get() as Partial<StoredState> | null | undefined;
        if (typeof kept !== 'object' || kept === null || typeof kept.card !== 'string') return;
        this.card = kept.card;
        this.decoder = readDecoderMemory(kept.decoder);
        this.agent = readAgentMemory(kept.agent);
    }

    /** Whether the knowledge belongs to this card; true if nothing is known yet. */
    isOf(card: string): boolean {
        return this.card === undefined || card === '' || this.card === card;
    }

    forget(): void {
        this.decoder = {};
        this.agent = {};
        this.card = undefined;
    }

    /** Takes over what a reading of `card` taught, and stores it if it changed. */
    keep(card: string, decoder: DecoderMemory, agent: AgentMemory | undefined): void {
        // A card without a sysObjectID is taken for the former card.
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

/** Drops the counters that change with each reading, which would cause a write each time. */
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
