import type { Clock } from '../clock';
import { asUpsError, type UpsError } from '../errors';
import type { UpsUnit } from '../unit/ups-unit';
import type { SentShutdown } from './sent-shutdowns';

/** So long after its restore time a UPS that comes back by itself is on, s. */
const LATE_S = 10;
/** Between two orders to switch on, s. */
const AGAIN_S = 15;

/**
 * Brings back an output that an abort keeps off: the UPS went off just before it accepted the abort, and with the countdown it forgot the
 * return. Devices differ here: RFC 1628 counts shutdown and start apart (upsShutdownAfterDelay, upsStartupAfterDelay); inferred: a device or a
 * driver with one command for both cancels both. So the output has its restore time first; if it is off then, and the mains are there,
 * it is switched on. This is done only if the last shutdown was sent with a return: an output that was to stay off stays off.
 */
export class OutputReturn {
    private readonly wanted: boolean;
    private nextMs: number;

    constructor(
        orders: readonly SentShutdown[],
        private readonly clock: Clock,
    ) {
        const last = orders.at(-1);
        this.wanted = last?.aborting === true && last.restoreSeconds !== undefined;
        this.nextMs = clock.monotonic() + ((last?.restoreSeconds ?? 0) + LATE_S) * 1000;
    }

    /** After each fresh reading; a failure is tried again at a later look. @returns the failure of the order to switch on, if it failed */
    async look(unit: UpsUnit): Promise<UpsError | undefined> {
        const { clock } = this;
        const isDue = this.wanted && clock.monotonic() >= this.nextMs;
        if (!isDue || unit.status()?.output.source !== 'none' || unit.stateOf('power-fail').active) return undefined;
        this.nextMs = clock.monotonic() + AGAIN_S * 1000;
        try {
            await unit.execute({ type: 'startup', seconds: 0 });
            return undefined;
        } catch (error) {
            return asUpsError(error, 'command-failed');
        }
    }
}
