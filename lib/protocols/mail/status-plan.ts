import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import { settingChoice, settingNumber } from '../shared/setting-number';

/** When status mails go out. */
export type StatusPlan =
    | { mode: 'never' }
    | { mode: 'interval'; hours: number }
    /** By the wall clock of this machine. */
    | { mode: 'daily'; hour: number; minute: number };

const MODES = ['never', 'interval', 'daily'];
const LONGEST_HOURS = 31 * 24;

/** Every 24 h, or at 07:30, where nothing else is said. @throws UpsError config-invalid */
export function readStatusPlan(mode: string | undefined, hours: unknown, time: string | undefined): StatusPlan {
    const chosen = settingChoice('statusMode', mode, MODES, 'never') as StatusPlan['mode'];
    if (chosen === 'never') return { mode: 'never' };
    if (chosen === 'interval') {
        const value = settingNumber('statusHours', hours as string | undefined, 24, 0.1, LONGEST_HOURS, false);
        return { mode: 'interval', hours: value };
    }
    const text = time?.trim() || '07:30';
    const parts = /^(\d{1,2}):(\d\d)$/.exec(text);
    const [hour, minute] = [Number(parts?.[1]), Number(parts?.[2])];
    if (!parts || hour > 23 || minute > 59) {
        throw new UpsError('config-invalid', { property: 'statusTime', value: text, expected: said('expected.time') });
    }
    return { mode: 'daily', hour, minute };
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
