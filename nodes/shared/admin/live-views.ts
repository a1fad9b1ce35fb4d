import { onePerFlow } from '../runtime/flow-of';

/** So long after it has asked for the UPSs a side bar is told what changes, ms; it asks again each minute. */
const AUDIENCE_MS = 150_000;

/** Whether anybody looks at the side bar: to describe each UPS each second costs as much as half of its reading. */
export const liveViews = onePerFlow(({ clock }) => {
    let until = -Infinity;
    return {
        asked: () => void (until = clock.monotonic() + AUDIENCE_MS),
        get watched() {
            return clock.monotonic() < until;
        },
    };
});
