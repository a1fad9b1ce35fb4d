/** When status mails go out. */
export type StatusPlan =
    | { mode: 'never' }
    | { mode: 'interval'; hours: number }
    /** By the wall clock of this machine. */
    | { mode: 'daily'; hour: number; minute: number };

/** As the settings of a node say it. */
export interface StatusSettings {
    statusMode: StatusPlan['mode'];
    statusHours: number;
    /** `HH:MM` */
    statusTime: string;
}

export function statusPlan({ statusMode, statusHours, statusTime }: StatusSettings): StatusPlan {
    if (statusMode === 'never') return { mode: 'never' };
    if (statusMode === 'interval') return { mode: 'interval', hours: statusHours };
    const [hour = 0, minute = 0] = statusTime.split(':').map(Number);
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
