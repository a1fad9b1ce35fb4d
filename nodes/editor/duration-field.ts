import { formatSeconds } from './durations';
import { t } from './texts';

export interface DurationField {
    show(visible: boolean): void;
    refresh(): void;
}

const UNITS = ['h', 'min', 's'] as const;

/**
 * Shows the number input `selector` (seconds) as hours, minutes and seconds; the input itself keeps the value. If all three are empty, the
 * value is empty, which means the default.
 */
export function duration(selector: string | JQuery): DurationField {
    const input = (typeof selector === 'string' ? $(selector) : selector).hide();
    const box = $('<span class="ridethrough-duration"></span>').insertAfter(input);
    const fields = UNITS.map((unit) => {
        const field = $('<input type="number" min="0" step="1">')
            .attr('aria-label', t(`unit.${unit}`))
            // The arrows of the field stop here; larger numbers may be typed.
            .attr(unit === 'h' ? {} : { max: 59 })
            .appendTo(box);
        $('<span></span>').text(unit).appendTo(box);
        return field;
    });
    const sum = $('<span class="ridethrough-duration-sum" aria-live="polite"></span>').appendTo(box);

    const hint = (text: string) => {
        const hints = durationHints(text, String(input.attr('placeholder') ?? ''));
        fields.forEach((field, i) => field.attr('placeholder', hints[i]!));
    };
    const show = () => {
        const text = String(input.val() ?? '').trim();
        const shown = text === '' ? ['', '', ''] : amounts(Math.round(Number(text) || 0));
        fields.forEach((field, i) => field.val(shown[i]!));
        hint(text);
        sum.text('');
    };
    const read = () => secondsOf(fields.map((field) => String(field.val() ?? '').trim()));
    box.on('input', 'input', () => {
        const seconds = read();
        const plain = seconds === '' || amounts(seconds).every((part, i) => Number(part) === Number(fields[i]!.val()));
        sum.text(plain ? '' : `= ${formatSeconds(seconds)}`);
        hint(String(seconds));
        input.val(seconds).trigger('change');
    });
    box.on('change', 'input', () => {
        input.val(read()).trigger('change');
        show();
    });
    show();
    return { show: (visible) => void input.closest('.form-row').toggle(visible), refresh: show };
}

/**
 * The default in grey, as hours, minutes and seconds, only while nothing is entered: "5" min in grey beside 10 s would read 5 min 10 s.
 * @param placeholder the default, s
 */
export function durationHints(text: string, placeholder: string): (number | string)[] {
    return text === '' && /^\d+$/.test(placeholder) ? amounts(Number(placeholder)) : ['', '', ''];
}

/** Hours, minutes and seconds. A part that is 0 stays empty, except for the seconds if all are 0. */
function amounts(seconds: number): (number | string)[] {
    const parts = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
    return parts.map((amount, i) => amount || (i === 2 && !seconds ? 0 : ''));
}

/** The seconds from the three fields; empty if all are empty. */
function secondsOf(texts: readonly string[]): number | '' {
    if (texts.every((text) => text === '')) return '';
    const [h = 0, min = 0, s = 0] = texts.map((text) => Math.max(0, Number(text) || 0));
    // A user who types 480 s beside the default of 5 min means 480 s, not 13 min.
    if (s >= 60) return Math.round(s);
    return Math.round(min >= 60 ? min * 60 + s : h * 3600 + min * 60 + s);
}
