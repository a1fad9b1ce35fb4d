import type { Clock, TimerHandle } from '../core/clock';
import type { CommandResult, DriverEvents, UpsCommand, UpsDriver } from '../core/driver';
import { UpsError } from '../core/errors';
import type { SimulatedUps } from './simulated-ups';

/** Reads a simulated UPS as a driver reads a real one: each interval, and at once when something changes. */
export class SimulatedDriver implements UpsDriver {
    private events: DriverEvents | undefined;
    private timer: TimerHandle;
    private readonly changed = () => this.pollNow();

    /** @param intervalMs clock ms between readings */
    constructor(
        private readonly ups: SimulatedUps,
        private readonly clock: Clock,
        private readonly intervalMs: number,
    ) {}

    start(events: DriverEvents): void {
        this.events = events;
        this.ups.on('change', this.changed);
        this.pollNow();
    }

    pollNow(): void {
        this.clock.clearTimeout(this.timer);
        if (!this.events) return;
        this.timer = this.clock.setTimeout(() => this.pollNow(), this.intervalMs);
        if (this.ups.silent) {
            this.events.state({ state: 'waiting', code: 'device-silent', reason: 'told to be silent' });
            return;
        }
        this.events.state({ state: 'ready', since: this.clock.now() });
        this.events.status(this.ups.reading());
    }

    setUrgent(): void {}

    supports(command: UpsCommand): boolean {
        return command.type !== 'outlet';
    }

    execute(command: UpsCommand): Promise<CommandResult> {
        if (this.ups.silent) return Promise.reject(new UpsError('device-silent', { host: 'simulator' }));
        try {
            return Promise.resolve(this.ups.execute(command));
        } catch (error) {
            return Promise.reject(error as Error);
        }
    }

    stop(): Promise<void> {
        this.events = undefined;
        this.clock.clearTimeout(this.timer);
        this.ups.off('change', this.changed);
        return Promise.resolve();
    }
}
