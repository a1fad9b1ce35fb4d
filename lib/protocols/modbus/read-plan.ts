import type { Clock } from '../../core/clock';
import { MOST_BITS, MOST_WORDS } from './line';
import { PlannedBlock, type Wanted } from './planned-block';
import { Refusals } from './refusals';

export { PlannedBlock, type Wanted } from './planned-block';

/** Gaps up to this many addresses are read along, until the device refuses. */
const WIDEST_BRIDGE = 8;
/** A gap that was refused is read along again after this. */
const FORGET_MS = 600_000;

/**
 * Puts what is wanted into few requests: neighbours together, small gaps bridged, no more than the protocol allows in one. What
 * a device refuses is halved until the unsupported addresses are found; these are asked for again ever more rarely, and what has been read
 * before at once (see Refusals). They are asked for last, and apart from the rest.
 */
export class ReadPlan {
    private readonly wanted: readonly Wanted[];
    private readonly refusals: Refusals;
    private readonly brokenBridges = new Map<string, number>();
    private newlyBroken: string[] = [];
    private planned: readonly PlannedBlock[] | undefined;
    private planUntil = -Infinity;

    constructor(
        private readonly clock: Clock,
        wanted: readonly Wanted[],
    ) {
        const order = ['holding', 'input', 'discrete', 'coil'];
        this.wanted = [...wanted].sort(
            (a, b) => order.indexOf(a.table) - order.indexOf(b.table) || a.address - b.address,
        );
        this.refusals = new Refusals(clock);
    }

    /** What to ask for now. */
    blocks(): readonly PlannedBlock[] {
        const now = this.clock.monotonic();
        if (this.planned && now < this.planUntil) return this.planned;
        for (const [key, at] of this.brokenBridges) if (now >= at + FORGET_MS) this.brokenBridges.delete(key);
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

    /** What was refused while nothing could be read: worth asking for as soon as something can. */
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
     * The device says that part of the block is not there. Returns the parts to try next: at the gaps first, for it may be these
     * that are refused; then halves; nothing when it was a single piece, which is then left out.
     */
    refused(block: PlannedBlock): PlannedBlock[] {
        const runs = block.runs();
        if (runs.length > 1) {
            this.newlyBroken.push(...runs.slice(1).map((run) => keyOf(run.pieces[0]!)));
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

    /** This block cannot be read now, by an answer (`failed`) or for want of one: it is asked for last from now on. */
    failed(block: PlannedBlock, trouble: 'failed' | 'silent'): void {
        for (const piece of block.pieces) this.refusals.refused(keyOf(piece), trouble);
    }

    /**
     * A round is over. A device that has told nothing in it may be starting, and what it refused says nothing.
     * @param heard whether anything at all was read
     */
    endRound(heard: boolean): void {
        const now = this.clock.monotonic();
        if (heard) for (const key of this.newlyBroken) this.brokenBridges.set(key, now);
        this.newlyBroken = [];
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
        if (bridge > WIDEST_BRIDGE || (bridge > 0 && this.brokenBridges.has(keyOf(piece)))) return false;
        const most = piece.table === 'holding' || piece.table === 'input' ? MOST_WORDS : MOST_BITS;
        return piece.address + piece.length - block.address <= most;
    }
}

function keyOf({ table, address }: Wanted): string {
    return `${table} ${address}`;
}
