import type { SettledBatteryConfig } from '../../lib/core/batteries/battery-config';
import { rangesText, type BatteryDetail } from '../../lib/core/batteries/battery-detail';
import { gxPortOf } from '../../lib/core/batteries/gx-port';
import type { BatteryLayout } from '../../lib/core/batteries/layout';
import { LIMIT_KINDS, type LimitKind } from '../../lib/core/batteries/limits';
import type { Words } from '../../lib/core/language/words';
import { forPeople, type SignificantDigits } from '../../lib/core/units/digits';
import { eventText } from '../shared/words/texts';

/** So many blocks or strings are named with their values; BACS users ask for names, limits and values, and read them on a phone. */
const MOST_SAID = 3;

export interface BatteryNames {
    config: Pick<SettledBatteryConfig, 'stringNames'>;
    layout: BatteryLayout | undefined;
    /** Of the GX_R_AUX modules, as the monitor has them: by module * 4 + port - 5. */
    inputNames?: readonly string[] | undefined;
    digits: SignificantDigits;
}

/**
 * The sentence for an edge of a battery: what it is, and of which blocks or strings with their values and the limit, e.g. "Block voltage is too low (alarm
 * limit): block 17 (string 2) 11.62 V; limit 11.7 V".
 */
export function batteryText(
    words: Words,
    eventId: string,
    active: boolean,
    detail: BatteryDetail | undefined,
    names: BatteryNames,
): string {
    const plain = eventText(words, `blocks-${eventId}`, active);
    const input = inputName(eventId, names);
    const text = input ? words.say('ups-battery.said.input', { text: plain, name: input }) : plain;
    if (!active || !detail) return text;
    if (detail.why) return words.say('ups-battery.said.why', { text, why: detail.why });
    const { named, more, limit, unit = '', modules, strings } = detail;
    const figure = (value: number) => `${words.text(forPeople(value, names.digits, 2))} ${unit}`.trim();
    const isOfString = detail.rule !== undefined && isLimit(detail.rule) && LIMIT_KINDS[detail.rule].of === 'string';
    const nameOf = (n: number) => (isOfString ? stringName(words, n, names) : blockName(words, n, names));
    const shown = named.filter(({ value }) => value !== undefined).slice(0, MOST_SAID);
    if (shown.length > 0) {
        const list = shown.map(({ of, value }) =>
            words.say('ups-battery.said.named', { what: nameOf(of), value: figure(value!) }),
        );
        const left = named.length + more - shown.length;
        const told = list.join(', ');
        const data = {
            text,
            named: left > 0 ? words.say('ups-battery.said.more', { list: told, count: left }) : told,
        };
        return limit === undefined
            ? words.say('ups-battery.said.values', data)
            : words.say('ups-battery.said.valuesLimit', { ...data, limit: figure(limit) });
    }
    if (modules.length > 0)
        return words.say('ups-battery.said.blocks', { text, list: rangesText(modules), count: modules.length });
    if (strings.length > 0) {
        const list = strings.map((n) => stringName(words, n, names)).join(', ');
        return words.say('ups-battery.said.strings', { text, list });
    }
    return text;
}

function inputName(eventId: string, { inputNames }: BatteryNames): string | undefined {
    const [, address = ''] = /^gx-r-aux-(\d-\d)$/.exec(eventId) ?? [];
    const port = gxPortOf(address);
    return port === undefined ? undefined : inputNames?.[port];
}

function isLimit(rule: string): rule is LimitKind {
    return rule in LIMIT_KINDS;
}

/** The name of a string from the settings, or its number. */
export function stringName(words: Words, n: number, { config }: Pick<BatteryNames, 'config'>): string {
    const name = config.stringNames?.[n - 1];
    return name ? words.say('ups-battery.said.string', { name }) : words.say('ups-battery.said.stringNumber', { n });
}

/** Of a battery with several strings also the string. */
function blockName(words: Words, n: number, names: BatteryNames): string {
    const { layout } = names;
    if (!layout || layout.strings < 2 || n > layout.modules) return words.say('ups-battery.said.block', { n });
    return words.say('ups-battery.said.blockOf', { n, string: stringName(words, layout.stringOf(n), names) });
}
