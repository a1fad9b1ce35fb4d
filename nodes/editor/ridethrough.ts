import { check } from './checks';
import { duration } from './duration-field';
import * as form from './form';
import { checkMoment, checkTime, checkWindows, checkZone, LONGEST_RUN_SECONDS } from './schedule-checks';
import { schedulePreview } from './schedule-preview';
import { scheduleWindows } from './schedule-windows';
import { describeSchedule } from './schedule-words';

/** What the dialogs of the nodes find as `window.Ridethrough`. */
export const Ridethrough = {
    // declared nodes
    form,
    // schedules
    check,
    duration,
    LONGEST_RUN_SECONDS,
    checkMoment,
    checkTime,
    checkWindows,
    checkZone,
    describeSchedule,
    scheduleWindows,
    schedulePreview,
};

export type Ridethrough = typeof Ridethrough;
