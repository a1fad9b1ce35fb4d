import type { CommandResult, DriverState, UpsCommand, UpsDriver } from '../driver';
import type { PartialStatus } from '../status/status';

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
    ) {}

    /** Answers, with values younger than `staleMs`. */
    healthy(now: number, staleMs: number): boolean {
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
