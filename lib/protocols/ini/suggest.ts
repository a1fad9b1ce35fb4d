import { placeOf, type IniEntry } from './ini-file';
import type { IniMapping, IniSetting } from './ini-settings';

/** What a key may have behind its name without being another: units, and words that say nothing. */
const FILLERS = new Set([
    'v',
    'a',
    's',
    'sec',
    'secs',
    'second',
    'seconds',
    'percent',
    'pct',
    'value',
    'val',
    'set',
    'setting',
    'cfg',
    'config',
    'battery',
    'ups',
    'pc',
]);

/** How much of a key must be the name of the setting. */
const ENOUGH = 0.6;

/**
 * Which key is probably which setting, by their names alone. A proposal for the user, who decides: a setting whose name fits two keys equally well,
 * or none, is left out.
 */
export function suggest(
    keys: readonly Pick<IniEntry, 'section' | 'key'>[],
    settings: readonly IniSetting[],
): IniMapping[] {
    const pairs = settings.flatMap((setting) =>
        keys.map((key) => ({ setting, key, likeness: likeness(key.key, setting.names) })),
    );
    const good = pairs.filter(({ likeness }) => likeness >= ENOUGH);
    const isBest = (pair: (typeof good)[number], rivals: typeof good) =>
        rivals.every((each) => each === pair || each.likeness < pair.likeness);
    return good
        .filter((pair) => {
            const ofSetting = good.filter(({ setting }) => setting === pair.setting);
            const ofKey = good.filter(({ key }) => placeOf(key) === placeOf(pair.key));
            return isBest(pair, ofSetting) && isBest(pair, ofKey);
        })
        .map(({ setting, key }) => ({ setting: setting.id, section: key.section, key: key.key }));
}

/** 1: the same name; 0: nothing in common. */
function likeness(key: string, names: readonly string[]): number {
    const words = wordsOf(key);
    const all = words.join('');
    const core = words.filter((word) => !FILLERS.has(word)).join('') || all;
    return Math.max(
        ...names.map((name) => {
            const wanted = wordsOf(name).join('');
            if (wanted === all) return 1;
            if (wanted === core) return 0.95;
            return core.includes(wanted) ? (wanted.length / core.length) * 0.9 : 0;
        }),
    );
}

/** `Delay_Time_s`, `delayTime`, `Delay Time [s]`: the words, in lower case. */
function wordsOf(name: string): string[] {
    return name
        .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
        .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
        .toLowerCase()
        .split(/[^\p{L}\d]+/u)
        .filter(Boolean);
}
