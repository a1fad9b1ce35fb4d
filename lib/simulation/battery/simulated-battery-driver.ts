import type { BatteryDriver, BatteryDriverEvents, CardSettings } from '../../core/batteries/model';
import { realMs, type Clock, type TimerHandle } from '../../core/clock';
import { waitingFor } from '../../core/driver';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { SimulatedBattery } from './simulated-battery';

/** How often flags are told, real ms: in a discharge values are told as often as every 5 s. */
const FLAGS_MS = 1000;
const URGENT_MS = 5000;
/** The longest way from one sweep to the next in a discharge, ms of the battery: in a fast one a step of 5 s would be a gap of its record. */
const URGENT_STEP_MS = 50_000;

/** Reads a simulated battery in the same process, as a driver reads a card: flags every second, all values at each interval, both at once where a flag changes. */
export class SimulatedBatteryDriver implements BatteryDriver {
    private events: BatteryDriverEvents | undefined;
    private timer: TimerHandle;
    private sweptAt = -Infinity;
    private isUrgent = false;
    private readonly changed = () => this.pollNow();

    /** @param intervalMs real ms between two sweeps */
    constructor(
        private readonly battery: SimulatedBattery,
        private readonly clock: Clock,
        private readonly intervalMs = 10_000,
    ) {}

    start(events: BatteryDriverEvents): void {
        this.events = events;
        const { monitor } = this.battery;
        events.identity({
            serial: String(monitor.settings.serial),
            firmware: String(monitor.settings.firmware),
            model: 'Simulated battery',
        });
        events.settings(this.settings());
        this.battery.on('change', this.changed);
        this.pollNow();
    }

    pollNow(): void {
        this.sweptAt = -Infinity;
        this.poll();
    }

    setUrgent(urgent: boolean): void {
        this.isUrgent = urgent;
    }

    stop(): Promise<void> {
        this.events = undefined;
        this.clock.clearTimeout(this.timer);
        this.battery.off('change', this.changed);
        return Promise.resolve();
    }

    private poll(): void {
        const { events, battery, clock } = this;
        clock.clearTimeout(this.timer);
        if (!events) return;
        this.timer = clock.setTimeout(() => this.poll(), realMs(clock, FLAGS_MS));
        if (battery.silent) return events.state(waitingFor(silence()));
        events.state({ state: 'ready', since: clock.now() });
        events.flags(battery.flags());
        const every = this.isUrgent
            ? Math.min(realMs(clock, Math.min(URGENT_MS, this.intervalMs)), URGENT_STEP_MS)
            : realMs(clock, this.intervalMs);
        const now = clock.monotonic();
        // `flags` may have brought the battery to a change, which has polled on its own.
        if (now - this.sweptAt < every) return;
        this.sweptAt = now;
        events.sweep(battery.sweep());
    }

    private settings(): CardSettings {
        const { bank, monitor } = this.battery;
        const { voltage, temperature } = monitor.settings.limits;
        const limits = Object.fromEntries(
            Object.entries({ voltage, temperature }).flatMap(([what, band]) => [
                [`${what}-low-alarm`, band.lowAlarm],
                [`${what}-low-warning`, band.lowWarning],
                [`${what}-high-warning`, band.highWarning],
                [`${what}-high-alarm`, band.highAlarm],
            ]),
        ) as Record<string, number>;
        return {
            nominalVoltage: bank.plate.nominalVoltage,
            capacityAh: bank.plate.capacityAh,
            modules: bank.layout.modules,
            strings: bank.layout.strings,
            limits: Object.fromEntries(Object.entries(limits).filter(([, value]) => !Number.isNaN(value))),
        };
    }
}

function silence(): UpsError {
    return new UpsError('device-silent', { host: 'simulator', why: 'simulated', reason: said('sim.silent') });
}
