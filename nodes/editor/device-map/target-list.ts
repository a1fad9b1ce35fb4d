import { BLOCK_UNITS, STRING_UNITS } from '../../../lib/core/batteries/model';
import { EXTENDED_ALARMS, WELL_KNOWN_ALARMS } from '../../../lib/core/status/alarms';
import {
    NUMBER_TARGETS,
    STATE_TARGETS,
    TARGET_UNITS,
    TEXT_TARGETS,
    unitOfTarget,
    type NumberTarget,
    type ParsedTarget,
} from '../../../lib/protocols/device-map/targets';
import { t } from '../texts';

/** Where a value can go: the text in the map, its words, and the unit that it must have there. */
export interface TargetEntry {
    to: string;
    words: string;
    unit: string;
    /** In small letters, for the search. */
    search: string;
}

/** The unit of a target; empty: it has none, or the item says it. */
export function unitOf(target: ParsedTarget | undefined): string {
    return (target && unitOfTarget(target)) ?? '';
}

/** Beginnings behind which people write a name of their own. */
const NAMED = [
    'channel:',
    'alarm:vendor:',
    'alarm:state:',
    'outlet:',
    'outletName:',
    'environment.contacts.',
    'setting:',
];
/** Lines of a UPS; for each row of a column, `*`. */
const LINES = ['1', '2', '3', '*'];

/** Of a battery of many blocks, for each row; people write a number in place of the `*`. */
const BLOCKS: readonly (readonly [to: string, unit: string])[] = [
    ...Object.entries(BLOCK_UNITS).map(([quantity, unit]) => [`block:*.${quantity}`, unit] as const),
    ...Object.entries(STRING_UNITS).map(([quantity, unit]) => [`string:*.${quantity}`, unit] as const),
];

/** All targets, in the order in which people look for them. */
export function targetEntries(): TargetEntry[] {
    const numbers = Object.keys(NUMBER_TARGETS) as NumberTarget[];
    return [
        ...NAMED.slice(0, 1).map((to) => entry(to, words(to))),
        ...numbers.flatMap((path) => linesOf(path)),
        ...Object.keys(STATE_TARGETS).map((to) => entry(to, words(to))),
        ...TEXT_TARGETS.map((to) => entry(to, words(to))),
        ...BLOCKS.map(([to, unit]) => entry(to, `${words(to)}, ${t('map.eachRow')}`, unit)),
        ...NAMED.slice(1).map((to) => entry(to, words(to))),
        entry('alarm', words('alarm')),
        ...[...WELL_KNOWN_ALARMS, ...EXTENDED_ALARMS].map((id) => entry(`alarm:${id}`, t('map.alarm', { id }))),
    ];
}

function linesOf(path: NumberTarget): TargetEntry[] {
    const unit = TARGET_UNITS[NUMBER_TARGETS[path]];
    if (!path.includes('*')) return [entry(path, words(path), unit)];
    return LINES.map((line) => {
        const which = line === '*' ? t('map.eachRow') : t('map.line', { line });
        return entry(path.replace('*', line), `${words(path)}, ${which}`, unit);
    });
}

function entry(to: string, text: string, unit = ''): TargetEntry {
    return { to, words: text, unit, search: `${to} ${text} ${unit}`.toLowerCase() };
}

/** The key of the words of a target: `battery.voltage` -> `battery-voltage`, `input.lines.*.power` -> `input-lines-power`. */
export function wordsKey(to: string): string {
    return to.replace(/[.:*]+/g, '-').replace(/-$/, '');
}

function words(to: string): string {
    return t(`map.target.${wordsKey(to)}`);
}

/** The entries that have every word of `typed`; what begins with it comes first. */
export function matching(entries: readonly TargetEntry[], typed: string): TargetEntry[] {
    const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
    const found = entries.filter(({ search }) => wanted.every((word) => search.includes(word)));
    const begins = ({ to }: TargetEntry) => to.toLowerCase().startsWith(typed.trim().toLowerCase());
    return [...found.filter(begins), ...found.filter((each) => !begins(each))];
}
