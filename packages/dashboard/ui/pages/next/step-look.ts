import type { StepState } from '../../../../../lib/flow/plan/plan-view';
import type { IndicatorColour } from '../../../../../lib/core/status/indicator';

export interface StepLook {
    colour: IndicatorColour;
    /** Path in a box of 16 x 16. */
    shape: string;
}

const RING = 'M8 3a5 5 0 1 0 .01 0';
const HOOK = 'M2.4 8.6l3.8 3.8 7.4-8.4';
const CROSS = 'M3.2 3.2l9.6 9.6M12.8 3.2l-9.6 9.6';
const BAR = 'M3 8h10';
const PLAY = 'M4.5 2.5l8.5 5.5-8.5 5.5z';

/** The only table of looks for steps of the plan. Colour, shape and word (`step.<state>`) say the same. */
export const STEP_LOOKS: Readonly<Record<StepState, StepLook>> = {
    planned: { colour: 'grey', shape: RING },
    waiting: { colour: 'blue', shape: `${RING}M8 5v3.2l2 1.4` },
    held: { colour: 'yellow', shape: 'M5.5 3v10M10.5 3v10' },
    due: { colour: 'blue', shape: 'M4.5 2.5h7M4.5 13.5h7M5 3l6 10M11 3L5 13' },
    fired: { colour: 'blue', shape: PLAY },
    resumed: { colour: 'blue', shape: PLAY },
    done: { colour: 'green', shape: HOOK },
    partly: { colour: 'yellow', shape: `${HOOK}M13 11v3` },
    failed: { colour: 'red', shape: CROSS },
    'dry-run': { colour: 'yellow', shape: 'M1.5 8S4 4 8 4s6.5 4 6.5 4S12 12 8 12 1.5 8 1.5 8zM8 7v2' },
    cancelled: { colour: 'grey', shape: BAR },
    skipped: { colour: 'grey', shape: 'M3 3.5l5 4.5-5 4.5M9 3.5l5 4.5-5 4.5' },
};
