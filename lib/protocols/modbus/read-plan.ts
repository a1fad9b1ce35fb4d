import type { Clock } from '../../core/clock';
import { MOST_BITS, MOST_WORDS } from './line';
import { PlannedBlock, type Wanted } from './planned-block';
import { Refusals } from './refusals';

export { PlannedBlock, type Wanted } from './planned-block';

/** Gaps of up to this many addresses are read with their neighbours, until the device refuses them. */
const WIDEST_GAP = 8;
/** Time after which a refused gap is tried again. */
const FORGET_MS = 600_000;

/**
 * Plans few requests for the wanted registers: neighbours together, small gaps included, within the limits of the protocol. A
 * refused request is halved until the unsupported addresses are found. These are tried again ever less often, but at once if they
 * were read before (see Refusals). They are requested last, and separately.
 */
export class ReadPlan {
    private readonly wanted: readonly Wanted[];
    private readonly refusals: Refusals;
    private readonly refusedGaps = new Map<string, number>();
    private newRefusedGaps: string[] = [];
    private planned: readonly PlannedBlock[] | undefined;
    private planUntil = -Infinity;

    /** @param mostWords of one request, where a device answers less than the protocol allows; a longer piece is one request all the same */
    constructor(
        private readonly clock: Clock,
        wanted: readonly Wanted[],
        private readonly mostWords: number = MOST_WORDS,
    ) {
        const order = ['holding', 'input', 'discrete', 'coil'];
        this.wanted = [...wanted].sort(
            (a, b) => order.indexOf(a.table) - order.indexOf(b.table) || a.address - b.address,
        );
        this.refusals = new Refusals(clock);
    }

    /** The requests of this round. */
    blocks(): readonly PlannedBlock[] {
        const now = this.clock.monotonic();
        if (this.planned && now < this.planUntil) return this.planned;
        for (const [key, at] of this.refusedGaps) if (now >= at + FORGET_MS) this.refusedGaps.delete(key);
        const { refusals } = this;
        const again = [true, false].flatMap((known) =>
            this.group((piece) => refusals.isDue(keyOf(piece)) && refusals.isKnown(keyOf(piece)) === known),
        );
        const lastAt = ({ pieces }: PlannedBlock) => Math.max(...pieces.map((piece) => refusals.lastAt(keyOf(piece))));
        again.sort((one, other) => lastAt(one) - lastAt(other));
        this.planned = [...this.group((piece) => !refusals.has(keyOf(piece))), ...again];
        this.planUntil = Math.min(now + FORGET_MS, this.refusals.nextDue());
        return this.planned;
    }

    /** Pieces that were refused while nothing could be read: requested again as soon as something can. */
    postponed(): PlannedBlock[] {
        const pieces = this.wanted.filter((piece) => this.refusals.isPostponed(keyOf(piece)));
        this.refusals.resume();
        this.planned = undefined;
        return this.group((piece) => pieces.includes(piece));
    }

    answered(block: PlannedBlock): void {
        for (const piece of block.pieces) if (this.refusals.answered(keyOf(piece))) this.planned = undefined;
    }

    /**
     * Handles a refused block: part of it does not exist. Returns the parts to try next: first split at the gaps, which may be
     * the reason, then in halves. Returns nothing for a single piece, which is then left out.
     */
    refused(block: PlannedBlock): PlannedBlock[] {
        const runs = block.runs();
        if (runs.length > 1) {
            this.newRefusedGaps.push(...runs.slice(1).map((run) => keyOf(run.pieces[0]!)));
            return runs;
        }
        const { pieces } = block;
        if (pieces.length === 1) {
            this.refusals.refused(keyOf(pieces[0]!), 'refused');
            return [];
        }
        const half = pieces.length >> 1;
        return [new PlannedBlock(pieces.slice(0, half)), new PlannedBlock(pieces.slice(half))];
    }

    /**
     * Handles a block that cannot be read now, with an answer (`failed`) or without one (`silent`): it is requested last from now
     * on.
     */
    failed(block: PlannedBlock, trouble: 'failed' | 'silent'): void {
        for (const piece of block.pieces) this.refusals.refused(keyOf(piece), trouble);
    }

    /**
     * Ends a round. If nothing was read in it, the device may be starting, and its refusals do not count.
     * @param heard whether anything was read
     */
    endRound(heard: boolean): void {
        const now = this.clock.monotonic();
        if (heard) for (const key of this.newRefusedGaps) this.refusedGaps.set(key, now);
        this.newRefusedGaps = [];
        if (this.refusals.endRound(heard)) this.planned = undefined;
        const nothingLeft = this.wanted.every((piece) => this.refusals.has(keyOf(piece)));
        if (!heard && nothingLeft) {
            this.refusals.resume();
            this.planned = undefined;
        }
    }

    private group(isMeant: (piece: Wanted) => boolean): PlannedBlock[] {
        const blocks: PlannedBlock[] = [];
        let behindOther = false;
        for (const piece of this.wanted) {
            if (!isMeant(piece)) {
                behindOther = true;
                continue;
            }
            const block = blocks.at(-1);
            if (block && !behindOther && this.fits(block, piece)) block.add(piece);
            else blocks.push(new PlannedBlock([piece]));
            behindOther = false;
        }
        return blocks;
    }

    private fits(block: PlannedBlock, piece: Wanted): boolean {
        if (block.table !== piece.table) return false;
        const bridge = piece.address - block.end;
        if (bridge > WIDEST_GAP || (bridge > 0 && this.refusedGaps.has(keyOf(piece)))) return false;
        const most = piece.table === 'holding' || piece.table === 'input' ? this.mostWords : MOST_BITS;
        return piece.address + piece.length - block.address <= most;
    }
}

function keyOf({ table, address }: Wanted): string {
    return `${table} ${address}`;
}
