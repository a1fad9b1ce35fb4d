import type { Clock } from '../../core/clock';
import { shapeOfBlock } from './answer-shape';
import { MOST_BITS, MOST_WORDS, type ModbusBlock } from './line';

/** Most unanswered requests remembered for each unit. */
const MOST = 16;
/** No answer comes later than this [inferred: radio links and busy gateways take seconds]. */
const LATE_ANSWER_MS = 30_000;
/** Most alternative requests that are tried. */
const MOST_ALTERNATIVES = 3;

interface UnansweredRequest {
    shape: string;
    at: number;
}

/**
 * Unanswered requests by unit, oldest first. RTU frames have no transaction number: only its shape (function and size)
 * distinguishes a late answer from the answer to the next request.
 */
export class UnansweredRequests {
    private readonly open = new Map<number, readonly UnansweredRequest[]>();

    constructor(private readonly clock: Clock) {}

    of(unitId: number): string[] {
        return this.recent(unitId).map(({ shape }) => shape);
    }

    add(unitId: number, shape: string): void {
        this.open.set(unitId, [...this.recent(unitId), { shape, at: this.clock.monotonic() }].slice(-MOST));
    }

    /** Removes the oldest request that the received answer may belong to. @returns whether there is one */
    settle(unitId: number, match: (shape: string) => boolean): boolean {
        const standing = this.recent(unitId);
        const found = standing.find(({ shape }) => match(shape));
        this.open.set(
            unitId,
            standing.filter((doubt) => doubt !== found),
        );
        return found !== undefined;
    }

    /** Removes a request whose answer has arrived damaged. */
    drop(unitId: number, shape: string): void {
        this.settle(unitId, (other) => other === shape);
    }

    /**
     * Alternative requests for the same block whose answers cannot be confused with late ones: two parts, or some additional
     * addresses. Empty if the block itself is safe to request, or if all alternatives are also unanswered.
     */
    alternatives(unitId: number, block: ModbusBlock): ModbusBlock[][] {
        const shapes = this.of(unitId);
        if (!shapes.includes(shapeOfBlock(block))) return [];
        const { table, address, count } = block;
        const [step, most] = table === 'coil' || table === 'discrete' ? [8, MOST_BITS] : [1, MOST_WORDS];
        const found: ModbusBlock[][] = [];
        const isDoubtful = (part: ModbusBlock) => shapes.includes(shapeOfBlock(part));
        const offer = (...parts: ModbusBlock[]) => {
            if (found.length < MOST_ALTERNATIVES && !parts.some(isDoubtful)) found.push(parts);
        };
        // Parts of unequal size, starting from the middle, so that their answers differ.
        for (let first = Math.ceil((count + 1) / 2); first < count && found.length < 1; first++) {
            offer({ table, address, count: first }, { table, address: address + first, count: count - first });
        }
        for (let more = 1; more <= 3; more++) {
            const wider = count + more * step;
            if (wider <= most && address + wider <= 0x10000) offer({ table, address, count: wider });
        }
        return found;
    }

    private recent(unitId: number): readonly UnansweredRequest[] {
        const now = this.clock.monotonic();
        return (this.open.get(unitId) ?? []).filter(({ at }) => now < at + LATE_ANSWER_MS);
    }
}
