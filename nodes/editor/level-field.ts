import { isEnv } from '../../lib/core/settings';
import { COMPARISONS, figure, type Comparison } from '../../lib/core/thresholds/config';
import { duration } from './duration-field';
import { formatSeconds } from './durations';
import { describeLevel, limitNames, type Level } from './level-words';
import type { Scale } from './temperature';
import { t } from './texts';

const LIMITS = ['low', 'recoveryLow', 'high', 'recoveryHigh'] as const;
/** In the order in which people look for them: "below" is the most usual one. */
const CHOICES: readonly Comparison[] = [...COMPARISONS.slice(1), COMPARISONS[0]];

interface LevelField {
    get(): Level | null | undefined;
}

interface LevelOptions {
    scale(): Scale;
    /** The tick box for values at a limit. */
    atLimit: JQuery;
    /** Checks the level: a sentence about its fault, or undefined. */
    check(level: Level): string | undefined;
}

/** Editor of one threshold level in the element `selector`. */
export function levelField(
    selector: string,
    name: 'warning' | 'alarm',
    value: Level | null | undefined,
    { scale, atLimit, check }: LevelOptions,
): LevelField {
    const box = $(selector).empty().addClass('ridethrough-level');
    const row = (key: string, field: JQuery) => levelRow(box, `ridethrough-${name}-${key}`, key, field);
    const given: Level = { comparison: 'less-than', ...value };
    const enabled = row('enabled', $('<input type="checkbox">')).prop('checked', Boolean(given.enabled));
    $('<span class="ridethrough-check"></span>')
        .text(t(`level.enabled.${name}`))
        .insertAfter(enabled);
    const comparison = row('comparison', $('<select></select>'));
    for (const key of CHOICES)
        $('<option></option>')
            .val(key)
            .text(t(`level.comparison.${key}`))
            .appendTo(comparison);
    comparison.val(given.comparison);
    const numbers = LIMITS.map((key) => {
        const input = row(key, $('<input type="number" step="any" class="ridethrough-short">'));
        const limit = figure(given[key]);
        return { key, input: input.val(limit === undefined ? '' : scale().shown(limit)) };
    });
    const seconds = row('seconds', $('<input type="number">')).val(given.seconds ?? 0);
    duration(seconds);
    const latch = row('latch', $('<input type="checkbox">')).prop('checked', Boolean(given.latch));
    $('<span class="ridethrough-check"></span>').text(t('level.latch')).insertAfter(latch);
    const sentence = $('<div class="ridethrough-sentence"></div>').appendTo(box);

    const read = (): Level => {
        const level: Level = {
            enabled: Boolean(enabled.prop('checked')),
            comparison: comparison.val() as Comparison,
        };
        for (const { key, input } of numbers) {
            if (input.val() !== '') level[key] = scale().stored(Number(input.val()));
            // The field cannot show an environment variable.
            else if (isEnv(given[key])) level[key] = given[key];
        }
        level.seconds = isEnv(given.seconds) && !Number(seconds.val()) ? given.seconds : Number(seconds.val()) || 0;
        level.latch = Boolean(latch.prop('checked'));
        return level;
    };
    const refresh = () => {
        const level = read();
        const shown = new Set<string>(limitNames(level.comparison));
        for (const line of box.find('[data-key]').toArray()) {
            const key = $(line).attr('data-key') ?? '';
            const applies = !(LIMITS as readonly string[]).includes(key) || shown.has(key);
            $(line).toggle(key === 'enabled' || (level.enabled === true && applies));
        }
        const wrong = check(level);
        const delay = level.seconds ? t('level.after', { time: formatSeconds(level.seconds) }) : '';
        const limits = describeLevel(level, scale(), atLimit.prop('checked') === true);
        const text = wrong ?? `${t(`level.${name}`)}: ${limits}${delay}`;
        sentence.text(level.enabled ? text : '').css('color', wrong ? 'var(--red-ui-text-color-error)' : '');
    };
    box.on('change input', 'input, select', refresh);
    atLimit.on('change', refresh);
    refresh();
    // A dialog without a change must not mark the node as changed.
    return { get: () => (isSame(read(), value) ? value : read()) };
}

function levelRow(box: JQuery, id: string, key: string, field: JQuery): JQuery {
    const line = $('<div class="form-row"></div>').attr('data-key', key).appendTo(box);
    $('<label></label>')
        .attr('for', id)
        .text(t(`level.label.${key}`))
        .appendTo(line);
    return field.attr('id', id).appendTo(line);
}

function isSame(level: Level, before: Level | null | undefined): boolean {
    const all = { ...level, ...before };
    return (Object.keys(all) as (keyof Level)[]).every((key) => isAlike(level[key], before?.[key]));
}

/** A flow may store a number as a text. */
function isAlike(now: unknown, before: unknown): boolean {
    return now === before || (typeof now === 'number' && now === figure(before));
}
