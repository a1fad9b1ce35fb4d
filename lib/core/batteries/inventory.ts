import { MOST_MODULES } from './model';

/** As many columns of notes as the card has, too (CS141 manual, "Inventory: Add extended information to the BACS screen"). */
export const MOST_COLUMNS = 5;
/** Characters of a name of a column, and of a note [ours]. */
export const LONGEST_COLUMN = 40;
export const LONGEST_NOTE = 200;

/** JSON: what people write down of the blocks of a battery. */
export interface BatteryInventory {
    /** Names of the columns of notes, at most MOST_COLUMNS. */
    columns: string[];
    /** By module, from 1 at index 0; null: nothing is written down of it. */
    blocks: (InventoryBlock | null)[];
}

export interface InventoryBlock {
    /** By column; '' or absent: none. */
    notes?: string[];
    /** The day on which it was replaced, `2026-03-14`: health and baseline begin anew with it. */
    replacedOn?: string;
}

export const NO_INVENTORY: BatteryInventory = { columns: [], blocks: [] };

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Midnight (UTC) of a day such as `2026-03-14`, epoch ms; undefined: there is no such day. */
export function dayOf(text: string): number | undefined {
    const [, year, month, day] = DAY.exec(text) ?? [];
    if (year === undefined) return undefined;
    const at = Date.UTC(Number(year), Number(month) - 1, Number(day));
    return new Date(at).toISOString().slice(0, 10) === text ? at : undefined;
}

/** The inventory from a journal; what is unusable of it is left out. */
export function keptInventory(kept: unknown): BatteryInventory {
    const { columns, blocks } = (typeof kept === 'object' && kept !== null ? kept : {}) as Record<string, unknown>;
    const texts = (given: unknown, longest: number) =>
        (Array.isArray(given) ? (given as unknown[]) : [])
            .slice(0, MOST_COLUMNS)
            .map((text) => (typeof text === 'string' ? text.slice(0, longest) : ''));
    return {
        columns: texts(columns, LONGEST_COLUMN),
        blocks: (Array.isArray(blocks) ? (blocks as unknown[]) : []).slice(0, MOST_MODULES).map((block) => {
            if (typeof block !== 'object' || block === null) return null;
            const { notes, replacedOn } = block as Record<string, unknown>;
            const day = typeof replacedOn === 'string' && dayOf(replacedOn) !== undefined ? replacedOn : undefined;
            return { notes: texts(notes, LONGEST_NOTE), ...(day && { replacedOn: day }) };
        }),
    };
}

/** When a block was put in, epoch ms: replaced, or with the whole battery; undefined: nobody says. @param module from 1 */
export function installedAt(
    { blocks }: BatteryInventory,
    module: number,
    battery: number | undefined,
): number | undefined {
    const replaced = dayOf(blocks[module - 1]?.replacedOn ?? '');
    if (replaced === undefined || battery === undefined) return replaced ?? battery;
    return Math.max(replaced, battery);
}

/** `Maker: FIAMM · Row: 3`: all notes of a block; undefined: it has none. @param module from 1 */
export function noteOf({ columns, blocks }: BatteryInventory, module: number): string | undefined {
    const notes = (blocks[module - 1]?.notes ?? []).flatMap((note, i) =>
        note ? [columns[i] ? `${columns[i]}: ${note}` : note] : [],
    );
    return notes.length > 0 ? notes.join(' · ') : undefined;
}

/** The modules (from 1) that another inventory says a later or another replacement of. */
export function newlyReplaced(before: BatteryInventory, after: BatteryInventory): number[] {
    return after.blocks.flatMap((block, i) =>
        block?.replacedOn && block.replacedOn !== before.blocks[i]?.replacedOn ? [i + 1] : [],
    );
}
