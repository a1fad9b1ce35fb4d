import { UpsError } from '../../core/errors';

/** When status mails go out. */
export type StatusPlan =
    | { mode: 'never' }
    | { mode: 'interval'; hours: number }
    /** By the wall clock of this machine. */
    | { mode: 'daily'; hour: number; minute: number };

const LONGEST_HOURS = 31 * 24;

/** @throws UpsError config-invalid */
export function readStatusPlan(mode: string | undefined, hours: unknown, time: string | undefined): StatusPlan {
    if (!mode || mode === 'never') return { mode: 'never' };
    if (mode === 'interval') {
        const value = Number(hours);
        if (String(hours ?? '').trim() === '' || !(value >= 0.1 && value <= LONGEST_HOURS)) {
            const expected = `0.1 to ${LONGEST_HOURS}`;
            throw new UpsError('config-invalid', { property: 'statusHours', value: String(hours), expected });
        }
        return { mode, hours: value };
    }
    const parts = /^(\d{1,2}):(\d\d)$/.exec((time ?? '').trim());
    const [hour, minute] = [Number(parts?.[1]), Number(parts?.[2])];
    if (mode !== 'daily' || !parts || hour > 23 || minute > 59) {
        throw new UpsError('config-invalid', {
            property: mode === 'daily' ? 'statusTime' : 'statusMode',
            value: mode === 'daily' ? String(time) : mode,
            expected: mode === 'daily' ? 'a time such as 07:30' : 'never, interval, daily',
        });
    }
    return { mode, hour, minute };
}

/**
 * When the next one is due after the last, epoch ms; undefined: never. It lies in the past if it was missed: one mail makes up for all that
 * were. Daily: once per calendar day; a time that the clocks skip in spring comes an hour later, one that comes twice in
 * autumn counts the first time.
 */
export function nextStatusAt(plan: StatusPlan, last: number): number | undefined {
    if (plan.mode === 'never') return undefined;
    if (plan.mode === 'interval') return last + plan.hours * 3_600_000;
    const day = new Date(last);
    const at = (offset: number) =>
        new Date(day.getFullYear(), day.getMonth(), day.getDate() + offset, plan.hour, plan.minute).getTime();
    return at(0) > last ? at(0) : at(1);
}
