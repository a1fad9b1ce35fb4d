import type { Clock } from '../../core/clock';
import { MOST_BITS, MOST_WORDS, type ModbusBlock, type ModbusTable } from './line';

/** Something to be read in one piece, e.g. a register or a text. */
export interface Wanted {
    table: ModbusTable;
    address: number;
    length: number;
}

/** Gaps up to this many addresses are read along, until the device refuses. */
const WIDEST_BRIDGE = 8;
/** What was refused is tried again after this: a card learns sensors and modules late. */
const FORGET_MS = 600_000;
/** Refusals that are remembered, most. */
const MOST_REFUSED = 4096;

/**
 * Puts what is wanted into few requests: neighbours together, small gaps bridged, no more than the protocol allows in one. What
 * a device refuses is halved until the unsupported addresses are found; these are left out from then on.
 */
export class ReadPlan {
    private readonly wanted: readonly Wanted[];
    private readonly refusedPieces = new Map<string, number>();
    private readonly brokenBridges = new Map<string, number>();
    private planned: readonly PlannedBlock[] | undefined;
    private plannedAt = -Infinity;

    constructor(
        private readonly clock: Clock,
        wanted: readonly Wanted[],
    ) {
        const order = ['holding', 'input', 'discrete', 'coil'];
        this.wanted = [...wanted].sort(
            (a, b) => order.indexOf(a.table) - order.indexOf(b.table) || a.address - b.address,
        );
    }

    /** What to ask for now. */
    blocks(): readonly PlannedBlock[] {
        const now = this.clock.monotonic();
        if (this.planned && now < this.plannedAt + FORGET_MS) return this.planned;
        for (const [key, at] of this.refusedPieces) if (now >= at + FORGET_MS) this.refusedPieces.delete(key);
        for (const [key, at] of this.brokenBridges) if (now >= at + FORGET_MS) this.brokenBridges.delete(key);
        const blocks: PlannedBlock[] = [];
        let behindRefused = false;
        for (const piece of this.wanted) {
            if (this.refusedPieces.has(keyOf(piece))) {
                behindRefused = true;
                continue;
            }
            const block = blocks.at(-1);
            if (block && !behindRefused && this.fits(block, piece)) block.add(piece);
            else blocks.push(new PlannedBlock([piece]));
            behindRefused = false;
        }
        this.plannedAt = now;
        this.planned = blocks;
        return blocks;
    }

    /**
     * The device says that part of the block is not there. Returns the parts to try next: at the gaps first, for it may be these
     * that are refused; then halves; nothing when it was a single piece, which is then left out.
     */
    refused(block: PlannedBlock): PlannedBlock[] {
        this.planned = undefined;
        const now = this.clock.monotonic();
        const runs = block.runs();
        if (runs.length > 1) {
            for (const run of runs.slice(1)) remember(this.brokenBridges, keyOf(run.pieces[0]!), now);
            return runs;
        }
        const { pieces } = block;
        if (pieces.length === 1) {
            remember(this.refusedPieces, keyOf(pieces[0]!), now);
            return [];
        }
        const half = pieces.length >> 1;
        return [new PlannedBlock(pieces.slice(0, half)), new PlannedBlock(pieces.slice(half))];
    }

    private fits(block: PlannedBlock, piece: Wanted): boolean {
        if (block.table !== piece.table) return false;
        const bridge = piece.address - block.end;
        if (bridge > WIDEST_BRIDGE || (bridge > 0 && this.brokenBridges.has(keyOf(piece)))) return false;
        const most = piece.table === 'holding' || piece.table === 'input' ? MOST_WORDS : MOST_BITS;
        return piece.address + piece.length - block.address <= most;
    }
}

/** Pieces that are read in one request. */
export class PlannedBlock implements ModbusBlock {
    constructor(readonly pieces: Wanted[]) {}

    get table(): ModbusTable {
        return this.pieces[0]!.table;
    }

    get address(): number {
        return this.pieces[0]!.address;
    }

    /** The address behind the last. */
    get end(): number {
        const last = this.pieces.at(-1)!;
        return last.address + last.length;
    }

    get count(): number {
        return this.end - this.address;
    }

    add(piece: Wanted): void {
        this.pieces.push(piece);
    }

    /** Split where addresses are left out. */
    runs(): PlannedBlock[] {
        const runs: PlannedBlock[] = [];
        for (const piece of this.pieces) {
            const run = runs.at(-1);
            if (run && piece.address <= run.end) run.add(piece);
            else runs.push(new PlannedBlock([piece]));
        }
        return runs;
    }
}

function remember(known: Map<string, number>, key: string, now: number): void {
    if (known.size < MOST_REFUSED) known.set(key, now);
}

function keyOf({ table, address }: Wanted): string {
    return `${table} ${address}`;
}
