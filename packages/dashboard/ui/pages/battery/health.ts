import type { BatteryHealthView, BatteryInventory, RankedBlock } from '../../../../../lib/door';
import type { Formats } from '../../lib/formats';
import type { TextData } from '../../lib/texts';

/** The worst first. */
export const GRADES: readonly RankedBlock['grade'][] = ['replace', 'warning', 'watch'];

/** A page, as far as it is needed here. */
interface Say {
    say(key: string, data?: TextData): string;
    formats: Formats;
}

/**
 * When a block will have to be replaced, as a range of days, or that there is not enough data for one. Undefined: it is now, as its grade says, or it is
 * only watched.
 */
export function replaceBy({ say, formats }: Say, { replace }: Pick<RankedBlock, 'replace'>): string | undefined {
    if (!replace || replace.when === 'now') return undefined;
    const { earliest, latest } = replace;
    if (replace.when === 'soon' || earliest === undefined) return say('battery.health.noDate');
    const from = formats.day(earliest);
    if (latest === undefined) return say('battery.health.after', { day: from });
    return say('battery.health.between', { from, to: formats.day(latest) });
}

/** What people wrote down of a block, by column; those that are empty are not known. Undefined: nobody writes anything down. */
export function notesOf({ say, formats }: Say, inventory: BatteryInventory | undefined, module: number) {
    if (!inventory) return undefined;
    const { notes = [], replacedOn } = inventory.blocks[module - 1] ?? {};
    const columns = inventory.columns.map((name, index) => ({ name, text: notes[index] || undefined }));
    if (columns.length === 0 && replacedOn === undefined) return undefined;
    const day = replacedOn === undefined ? undefined : formats.day(Date.parse(`${replacedOn}T12:00:00`));
    return [{ name: say('battery.inventory.replacedOn'), text: day }, ...columns];
}

/** A block among the weakest; undefined: it does not stand out, as far as is known. */
export function rankedOf(health: BatteryHealthView | undefined, module: number): RankedBlock | undefined {
    return health?.ranking.find((block) => block.module === module);
}
