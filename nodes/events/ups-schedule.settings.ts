import { parseTime } from '../../lib/core/schedules/local-time';
import {
    ENDINGS,
    LONGEST_RUN_SECONDS,
    MISSED,
    MONTH_ENDS,
    MOST_WINDOWS,
    REPEATS,
    SCHEDULE_EVENT,
    type WeeklyWindow,
} from '../../lib/core/schedules/rule';
import {
    choice,
    clockTime,
    declareNode,
    invalid,
    moment,
    ownFault,
    reference,
    seconds,
    section,
    special,
    text,
    type FieldFault,
} from '../../lib/core/settings';

const isTime = (typed: unknown) => parseTime(trimmed(typed)) !== undefined;

function trimmed(value: unknown): string {
    return typeof value === 'string' ? value.trim() : '';
}

/** Checks a row of a weekly schedule. */
export function windowFault(row: Partial<WeeklyWindow> | null): FieldFault | undefined {
    const { days, from, to } = row ?? {};
    if (!Array.isArray(days) || days.length === 0 || !days.map(Number).every(isWeekday)) return ownFault('days');
    if (!isTime(from)) return ownFault('from');
    return trimmed(to) === '' || isTime(to) ? undefined : invalid('time', to);
}

function isWeekday(day: number): boolean {
    return Number.isInteger(day) && day >= 1 && day <= 7;
}

/** Days and times; an empty list: on the weekday and at the time of the start. */
const windows = special<WeeklyWindow[]>({
    icon: 'list',
    initial: [],
    empty: { value: [] },
    when: { repeat: 'weekly' },
    read(raw) {
        if (!Array.isArray(raw)) return { fault: invalid('rows', raw) };
        if (raw.length > MOST_WINDOWS) return { fault: ownFault('most', raw.length, { max: MOST_WINDOWS }) };
        const rows = raw as (Partial<WeeklyWindow> | null)[];
        const [fault] = rows.map(windowFault).filter((each) => each !== undefined);
        if (fault) return { fault };
        return {
            value: rows.map((row) => ({
                days: (row?.days ?? []).map(Number),
                from: trimmed(row?.from),
                to: trimmed(row?.to),
            })),
        };
    },
    schema: {
        type: 'array',
        maxItems: MOST_WINDOWS,
        items: {
            type: 'object',
            properties: {
                days: { type: 'array', minItems: 1, items: { enum: [1, 2, 3, 4, 5, 6, 7] } },
                from: { type: 'string' },
                to: { type: 'string' },
            },
        },
    },
});

function zoneFault(timeZone: string): FieldFault | undefined {
    try {
        new Intl.DateTimeFormat('en', { timeZone }).format();
        return undefined;
    } catch {
        return ownFault('zone', timeZone);
    }
}

export const settings = declareNode({
    type: 'ups-schedule',
    family: 'events',
    ports: { inputs: 0, outputs: ['schedule'] },
    role: { source: () => ({ events: [SCHEDULE_EVENT] }) },
    sections: [
        section('', {
            start: moment({ icon: 'calendar', required: true }),
            repeat: choice(REPEATS, { icon: 'repeat', default: 'daily', width: 'medium' }),
            windows,
            monthEnd: choice(MONTH_ENDS, { icon: 'calendar-o', default: 'last', when: { repeat: 'monthly' } }),
            ending: choice(ENDINGS, { icon: 'stop-circle-o', default: 'at-once', width: 'medium' }),
            seconds: seconds({
                icon: 'hourglass-half',
                min: 1,
                max: LONGEST_RUN_SECONDS,
                default: 600,
                when: { ending: 'after' },
            }),
            until: clockTime({ icon: 'clock-o', required: true, when: { ending: 'until' } }),
            // An IANA name; empty means the zone of the machine.
            zone: text({ icon: 'globe', check: zoneFault }),
        }),
        section('missed', {
            missed: choice(MISSED, { icon: 'history', default: 'run' }),
            // Empty means no limit.
            maxAge: seconds({
                icon: 'hourglass-end',
                min: 0,
                default: 3600,
                mayBeEmptied: true,
                when: { missed: 'run' },
            }),
        }),
        section('context', {
            // The UPS whose values the messages have.
            ups: reference('ups-unit', { icon: 'battery-full' }),
            site: reference('ups-site', { icon: 'building-o' }),
        }),
    ],
});
