import type { Clock, TimerHandle } from '../clock';
import type { DevicePath } from './device-path';

/** A single reading that would begin or end a shutdown counts only when a second reading agrees, or when none comes in time. */
export class SecondLook {
    private timer: TimerHandle;

    /** @param expired no other reading has come */
    constructor(
        private readonly clock: Clock,
        private readonly expired: (path: DevicePath) => void,
    ) {}

    /** Asks for another reading, unless one is waited for. */
    begin(path: DevicePath): void {
        if (this.timer !== undefined) return;
        this.timer = this.clock.setTimeout(() => {
            this.timer = undefined;
            this.expired(path);
        }, path.lookAgainMs);
        path.driver.pollNow();
    }

    drop(): void {
        this.clock.clearTimeout(this.timer);
        this.timer = undefined;
    }
}
