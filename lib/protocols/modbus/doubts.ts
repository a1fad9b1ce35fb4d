import type { Clock } from '../../core/clock';
import { shapeOfBlock } from './answer-shape';
import { MOST_BITS, MOST_WORDS, type ModbusBlock } from './line';

/** Requests that may still be answered, most for each unit. */
const MOST = 16;
/** Nothing comes later than this [inferred: radio links and busy gateways take seconds]. */
const LATEST_MS = 30_000;
/** Other ways to ask that are tried, most. */
const MOST_DETOURS = 3;

interface Doubt {
    shape: string;
    at: number;
}

/**
 * Requests without an answer, by unit, the oldest first. RTU frames carry no number, so that a late answer can be told from that of the
 * next request by its shape only (function and size).
 */
export class Doubts {
    private readonly open = new Map<number, readonly Doubt[]>();

    constructor(private readonly clock: Clock) {}

    of(unitId: number): string[] {
        return this.standing(unitId).map(({ shape }) => shape);
    }

    add(unitId: number, shape: string): void {
        this.open.set(unitId, [...this.standing(unitId), { shape, at: this.clock.monotonic() }].slice(-MOST));
    }

    /** What came may be the answer to the first of these. @returns whether there is one */
    settle(unitId: number, match: (shape: string) => boolean): boolean {
        const standing = this.standing(unitId);
        const found = standing.find(({ shape }) => match(shape));
        this.open.set(
            unitId,
            standing.filter((doubt) => doubt !== found),
        );
        return found !== undefined;
    }

    /** The same request was answered, though not so that it could be understood. */
    drop(unitId: number, shape: string): void {
        this.settle(unitId, (other) => other === shape);
    }

    /**
     * Ways to read the same whose answers cannot be taken for late ones: in two parts, or with a little more. Empty: no need; none is
     * left if all have been asked in vain.
     */
    detours(unitId: number, block: ModbusBlock): ModbusBlock[][] {
        const shapes = this.of(unitId);
        if (!shapes.includes(shapeOfBlock(block))) return [];
        const { table, address, count } = block;
        const [step, most] = table === 'coil' || table === 'discrete' ? [8, MOST_BITS] : [1, MOST_WORDS];
        const found: ModbusBlock[][] = [];
        const isDoubtful = (part: ModbusBlock) => shapes.includes(shapeOfBlock(part));
        const offer = (...parts: ModbusBlock[]) => {
            if (found.length < MOST_DETOURS && !parts.some(isDoubtful)) found.push(parts);
        };
        // Unequal parts from the middle on, so that neither is the other's double.
        for (let first = Math.ceil((count + 1) / 2); first < count && found.length < 1; first++) {
            offer({ table, address, count: first }, { table, address: address + first, count: count - first });
        }
        for (let more = 1; more <= 3; more++) {
            const wider = count + more * step;
            if (wider <= most && address + wider <= 0x10000) offer({ table, address, count: wider });
        }
        return found;
    }

    private standing(unitId: number): readonly Doubt[] {
        const now = this.clock.monotonic();
        return (this.open.get(unitId) ?? []).filter(({ at }) => now < at + LATEST_MS);
    }
}
