import type { BatteryFlags, CardState } from '../../lib/core/batteries/model';

/** A flag word of one string: the bits of those states that name it. @param string from 1 */
export function stringWord(table: readonly (readonly CardState[])[], flags: BatteryFlags, string: number): number {
    return table.reduce(
        (word, [own], bit) =>
            own !== undefined && flags.strings?.get(own)?.includes(string) ? word | (1 << bit) : word,
        0,
    );
}
