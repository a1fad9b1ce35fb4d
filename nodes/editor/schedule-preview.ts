import { formatSeconds } from './durations';
import { locale, t } from './texts';

const PREVIEW_AFTER_MS = 250;
const PREVIEW_COUNT = 6;

/** A run, from the server; times are epoch ms. `end` null: endless; without `end`: a single moment. */
interface Run {
    start: number;
    end?: number | null;
    /** The clocks skip its scheduled begin. */
    moved?: boolean;
}

interface Preview {
    /** The time zone of the rule. */
    zone: string;
    runs: Run[];
}

interface PreviewOptions {
    /** Returns the present settings of the schedule. */
    read(): object;
    /** Checks the settings: a sentence about the fault, or undefined. */
    check(rule: object): string | undefined;
    /** Gets the time zone of the rule. */
    showZone(zone: string): void;
}

/** Shows in `box` the next runs of a schedule, which the server calculates; it works before the deploy. @returns updates the display */
export function schedulePreview(box: JQuery, { read, check, showZone }: PreviewOptions): () => void {
    const list = $('<ul class="ridethrough-runs" aria-live="polite"></ul>').appendTo(box);
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asked = 0;
    const say = (text: string, wrong = false) => {
        const item = $('<li></li>').addClass(wrong ? 'ridethrough-wrong' : 'ridethrough-quiet');
        list.empty().append(item.text(text));
    };
    const show = ({ zone, runs }: Preview) => {
        showZone(zone);
        if (!runs.length) return say(t('schedule.noRuns'));
        list.empty().append(runs.map((run) => runRow(run, zone)));
    };
    const refresh = () => {
        clearTimeout(timer);
        const schedule = read();
        const wrong = check(schedule);
        const mine = ++asked;
        if (wrong) return say(wrong, true);
        timer = setTimeout(() => {
            $.getJSON('ridethrough/schedule/next', { rule: JSON.stringify(schedule), count: PREVIEW_COUNT })
                .done((answer: Preview) => {
                    if (mine === asked) show(answer);
                })
                .fail((xhr) => {
                    if (mine !== asked) return;
                    const { error } = (xhr.responseJSON ?? {}) as { error?: string };
                    say(error ?? t('schedule.noAnswer', { status: xhr.status }), true);
                });
        }, PREVIEW_AFTER_MS);
    };
    refresh();
    return refresh;
}

function runRow(run: Run, timeZone: string): JQuery {
    const at = (ms: number, options: Intl.DateTimeFormatOptions) =>
        new Date(ms).toLocaleString(locale(), { timeZone, ...options });
    const day: Intl.DateTimeFormatOptions = { weekday: 'short', year: 'numeric', month: 'short', day: 'numeric' };
    const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };
    const item = $('<li></li>');
    $('<span></span>')
        .text(at(run.start, { ...day, ...time }))
        .appendTo(item);
    if (run.end) {
        const sameDay = at(run.start, day) === at(run.end - 1, day);
        $('<span></span>')
            .text(`– ${at(run.end, sameDay ? time : { weekday: 'short', ...time })}`)
            .appendTo(item);
    }
    $('<span class="ridethrough-quiet"></span>').text(lasting(run)).appendTo(item);
    if (run.moved) $('<span class="ridethrough-badge"></span>').text(t('schedule.moved')).appendTo(item);
    return item;
}

function lasting({ start, end }: Run): string {
    if (end === null) return t('schedule.endless');
    return end === undefined ? '' : formatSeconds((end - start) / 1000);
}
