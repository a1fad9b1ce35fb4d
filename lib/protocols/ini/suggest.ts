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
    const known = keys.map((key) => ({ key, place: placeOf(key), ...wholeAndCore(key.key) }));
    const good = settings.flatMap((setting) => {
        const names = setting.names.map((name) => wordsOf(name).join(''));
        return known
            .map(({ key, place, whole, core }) => ({ setting, key, place, likeness: likeness(whole, core, names) }))
            .filter((pair) => pair.likeness >= ENOUGH);
    });
    const ofSettings = bestBy(good, ({ setting }) => setting);
    const ofKeys = bestBy(good, ({ place }) => place);
    return good
        .filter((pair) => ofSettings.get(pair.setting) === pair && ofKeys.get(pair.place) === pair)
        .map(({ setting, key }) => ({ setting: setting.id, section: key.section, key: key.key }));
}

/** The pair of each group that is better than all others of it; undefined where two are equally good. */
function bestBy<Pair extends { likeness: number }, Group>(
    pairs: readonly Pair[],
    groupOf: (pair: Pair) => Group,
): Map<Group, Pair | undefined> {
    const best = new Map<Group, Pair | undefined>();
    const highest = new Map<Group, number>();
    for (const pair of pairs) {
        const group = groupOf(pair);
        const high = highest.get(group) ?? -Infinity;
        if (pair.likeness < high) continue;
        best.set(group, pair.likeness > high ? pair : undefined);
        highest.set(group, pair.likeness);
    }
    return best;
}

function wholeAndCore(key: string): { whole: string; core: string } {
    const words = wordsOf(key);
    const whole = words.join('');
    return { whole, core: words.filter((word) => !FILLERS.has(word)).join('') || whole };
}

/** 1: the same name; 0: nothing in common. */
function likeness(whole: string, core: string, names: readonly string[]): number {
    return Math.max(
        ...names.map((wanted) => {
            if (wanted === whole) return 1;
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
