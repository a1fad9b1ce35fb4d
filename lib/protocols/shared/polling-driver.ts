import type { CommandResult, DriverEvents, DriverState, UpsCommand, UpsDriver } from '../../core/driver';
import type { PartialStatus } from '../../core/status/status';
import { PolledDevice } from './polled-device';

/**
 * A driver that polls its UPS. A new one is its codec, `read`, `release` and what it can be commanded; all else is here and in
 * `PolledDevice`. A failed poll is told at once as `waiting`; how long silence may last before it counts is the unit's business.
 */
export abstract class PollingDriver extends PolledDevice<PartialStatus> implements UpsDriver {
    protected events: DriverEvents | undefined;

    start(events: DriverEvents): void {
        this.events ??= events;
        this.beginPolling();
    }

    abstract supports(command: UpsCommand): boolean;

    abstract execute(command: UpsCommand): Promise<CommandResult>;

    protected publish(reading: PartialStatus, further: boolean): void {
        this.events?.status(reading, further);
    }

    protected entered(state: DriverState, isNews: boolean): void {
        if (isNews) this.events?.state(state);
    }
}
