import type { Clock, TimerHandle } from '../core/clock';
import {
    waitingFor,
    type CommandResult,
    type DeviceHistoryEntry,
    type DriverEvents,
    type SettingInfo,
    type UpsCommand,
    type UpsDriver,
} from '../core/driver';
import { UpsError } from '../core/errors';
import { said } from '../core/language/sentence';
import type { PartialStatus } from '../core/status/status';
import { dcReading } from './dc-supply';
import type { SimulatedUps } from './simulated-ups';

/** The settings that `applySetting` accepts. The nameplate limits the transfer voltages further. */
const SETTINGS_INFO: Readonly<Record<string, SettingInfo>> = {
    upsIdentName: { writable: true },
    upsIdentAttachedDevices: { writable: true },
    upsConfigLowBattTime: { writable: true, min: 0, max: 100_000, unit: 'min' },
    upsConfigLowVoltageTransferPoint: { writable: true, min: 0, max: 1000, unit: 'V' },
    upsConfigHighVoltageTransferPoint: { writable: true, min: 0, max: 1000, unit: 'V' },
    upsConfigAudibleStatus: { writable: true, options: ['disabled', 'enabled', 'muted'] },
    upsShutdownType: { writable: true, options: ['output', 'system'] },
    upsAutoRestart: { writable: true, options: [true, false] },
};

/** Reads a simulated UPS as a driver reads a real one: at each interval, and at once when something changes. */
export class SimulatedDriver implements UpsDriver {
    private events: DriverEvents | undefined;
    private timer: TimerHandle;
    private readonly changed = () => this.pollNow();

    /**
     * @param intervalMs clock ms between readings
     * @param dcVolts of a DC output, V; undefined: the UPS has an AC output
     */
    constructor(
        private readonly ups: SimulatedUps,
        private readonly clock: Clock,
        private readonly intervalMs: number,
        private readonly dcVolts?: number,
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
            this.events.state(waitingFor(silence()));
            return;
        }
        this.events.state({ state: 'ready', since: this.clock.now() });
        const reading = this.ups.reading();
        const told = this.dcVolts === undefined ? reading : dcReading(reading, this.dcVolts);
        this.events.status(this.ups.blind ? unseeing(told) : told);
    }

    setUrgent(): void {}

    supports(command: UpsCommand): boolean {
        if (command.type === 'outlet') {
            return this.ups.reading().outlets?.some(({ id }) => id === command.outlet) ?? false;
        }
        if (command.type === 'latch-reset') return false;
        return command.type !== 'set' || command.setting in SETTINGS_INFO;
    }

    settingsInfo(): Record<string, SettingInfo> {
        return { ...SETTINGS_INFO };
    }

    execute(command: UpsCommand): Promise<CommandResult> {
        if (this.ups.silent) return Promise.reject(silence());
        try {
            return Promise.resolve(this.ups.execute(command));
        } catch (error) {
            return Promise.reject(error as Error);
        }
    }

    history(): Promise<DeviceHistoryEntry[]> {
        return this.ups.silent ? Promise.reject(silence()) : Promise.resolve(this.ups.history());
    }

    stop(): Promise<void> {
        this.events = undefined;
        this.clock.clearTimeout(this.timer);
        this.ups.off('change', this.changed);
        return Promise.resolve();
    }
}

function silence(): UpsError {
    return new UpsError('device-silent', { host: 'simulator', why: 'simulated', reason: said('sim.silent') });
}

/** The reading of a device that knows neither source nor alarms, and has no counter of seconds. */
function unseeing({ battery, output, ...rest }: PartialStatus): PartialStatus {
    return {
        ...rest,
        alarms: undefined,
        battery: { ...battery, charging: undefined, secondsOnBattery: undefined },
        output: { lines: [], ...output, source: undefined },
    };
}
