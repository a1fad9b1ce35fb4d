/** When status mails go out. */
export type StatusPlan =
    | { mode: 'never' }
    | { mode: 'interval'; hours: number }
    /** Wall clock time of this machine. */
    | { mode: 'daily'; hour: number; minute: number };

/** The settings as declared by a node. */
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
 * When the next status mail is due, epoch ms; undefined: never. In the past if mails were missed: one mail replaces all missed
 * ones. Daily: once per calendar day. A time that is skipped in spring counts one hour later; a time that occurs twice in autumn
 * counts at its first occurrence.
 */
export function nextStatusAt(plan: StatusPlan, last: number): number | undefined {
    if (plan.mode === 'never') return undefined;
    if (plan.mode === 'interval') return last + plan.hours * 3_600_000;
    const day = new Date(last);
    const at = (offset: number) =>
        new Date(day.getFullYear(), day.getMonth(), day.getDate() + offset, plan.hour, plan.minute).getTime();
    return at(0) > last ? at(0) : at(1);
}
