import type { CommandResult, DriverState, UpsCommand, UpsDriver } from '../driver';
import type { PartialStatus } from '../status/status';

/** A way is not silent because nobody has asked it yet. */
export const POLLS_TO_WAIT = 2.5;

/** One way to the UPS: a driver, what it last read and how it stands. */
export class Feed {
    state: DriverState = { state: 'idle' };
    reading: PartialStatus | undefined;
    /** Clock ms of the last good reading. */
    readAt: number | undefined;
    /** The device answers but says that it has lost its UPS (upsAlarmCommunicationsLost). */
    behindAgent = false;

    constructor(
        readonly id: string,
        readonly driver: UpsDriver,
        readonly name: string = id,
        readonly priority = 1,
        /** Clock ms between polls, if it is polled. */
        readonly intervalMs = 0,
    ) {}

    /** Answers, with values younger than `staleMs`; one that is polled more rarely than that may miss one poll. */
    healthy(now: number, unitStaleMs: number): boolean {
        const staleMs = Math.max(unitStaleMs, POLLS_TO_WAIT * this.intervalMs);
        if (this.readAt === undefined || this.behindAgent || this.state.state === 'waiting') return false;
        return now - this.readAt < staleMs;
    }

    /** Why nothing comes, for evidence and texts: an error code. */
    get trouble(): string {
        if (this.behindAgent) return 'ups-behind-agent-lost';
        return this.state.state === 'waiting' ? this.state.code : 'device-silent';
    }

    execute(command: UpsCommand): Promise<CommandResult> {
        return this.driver.execute(command);
    }
}
