import type { CommandResult, DriverEvents, DriverState, UpsCommand, UpsDriver } from '../../lib/core/driver';
import { MemoryJournal } from '../../lib/core/journal/memory-journal';
import type { NewLogEntry } from '../../lib/core/journal/event-log';
import type { EventInfo } from '../../lib/core/messages';
import type { PartialStatus } from '../../lib/core/status/status';
import { UNIT_DEFAULTS, type UnitConfig } from '../../lib/core/unit/unit-config';
import type { PathOptions } from '../../lib/core/unit/device-paths';
import { UpsUnit } from '../../lib/core/unit/ups-unit';
import { FakeClock } from './fake-clock';

/** A driver that reads what the test tells it. */
export class FakeDriver implements UpsDriver {
    urgent = false;
    stopped = false;
    readonly executed: UpsCommand[] = [];
    /** False: a poll that is asked for is not answered. */
    answersPolls = true;
    polls = 0;
    private last: PartialStatus | undefined;
    private events: DriverEvents | undefined;

    start(events: DriverEvents): void {
        this.events = events;
    }

    /** @param further it is a further part of the reading before */
    read(reading: PartialStatus, further = false): void {
        this.last = reading;
        this.events!.state({ state: 'ready', since: 0 });
        this.events!.status(reading, further);
    }

    enter(state: DriverState): void {
        this.events!.state(state);
    }

    /** Answers as a device does that stands as it did a moment ago. */
    pollNow(): void {
        this.polls++;
        if (this.last && this.answersPolls) this.read(this.last);
    }

    setUrgent(urgent: boolean): void {
        this.urgent = urgent;
    }

    supports(): boolean {
        return true;
    }

    execute(command: UpsCommand): Promise<CommandResult> {
        this.executed.push(command);
        return Promise.resolve({ confirmed: true });
    }

    stop(): Promise<void> {
        this.stopped = true;
        return Promise.resolve();
    }
}

/** A reading on mains, with whatever differs. */
export function onMains(over: PartialStatus = {}): PartialStatus {
    return {
        battery: { state: 'normal', chargePercent: 100, minutesRemaining: 60, secondsOnBattery: 0, voltage: 54 },
        input: { lines: [{ voltage: 230, frequency: 50 }] },
        output: { source: 'normal', lines: [{ voltage: 230, load: 50 }] },
        alarms: [],
        ...over,
    };
}

/** A reading in an outage, with whatever differs. */
export function onBattery(over: PartialStatus = {}): PartialStatus {
    return {
        battery: { state: 'normal', chargePercent: 90, minutesRemaining: 54, secondsOnBattery: 5, voltage: 50 },
        input: { lines: [{ voltage: 0, frequency: 0 }] },
        output: { source: 'battery', lines: [{ voltage: 230, load: 50 }] },
        alarms: ['on-battery'],
        ...over,
    };
}

/** A unit with one fake driver, all its edges and log entries collected. */
export class UnitBench {
    readonly unit: UpsUnit;
    readonly driver = new FakeDriver();
    readonly edges: EventInfo[] = [];
    readonly entries: NewLogEntry[] = [];
    readonly problems: unknown[] = [];

    constructor(
        config: Partial<UnitConfig> = {},
        readonly clock: FakeClock = new FakeClock(),
        readonly journal: MemoryJournal = new MemoryJournal(),
        way: PathOptions = {},
    ) {
        this.unit = new UpsUnit({
            id: 'unit1',
            name: 'UPS 1',
            config: { ...UNIT_DEFAULTS, ...config },
            clock,
            journal,
            log: { append: (entry) => this.entries.push(entry) },
            text: (id, active) => `${id} ${active ? 'on' : 'off'}`,
            problem: (error) => this.problems.push(error),
        });
        this.unit.subscribe((change) => {
            if (change.kind === 'edge') this.edges.push(change.event);
        });
        this.unit.start();
        this.addPath('driver1', this.driver, way);
    }

    /** One more path to the unit, of which nobody listens to its own readings. */
    addPath(id: string, driver: UpsDriver, way: PathOptions = {}): void {
        this.unit.addDriver(
            id,
            driver,
            () => {},
            () => {},
            way,
        );
    }

    /** Reads the same each second for so long. */
    readFor(seconds: number, reading: () => PartialStatus): void {
        for (let second = 0; second < seconds; second++) {
            this.driver.read(reading());
            this.clock.advanceSync(1000);
        }
    }

    /** `power-fail on`, … in the order in which they came. */
    get told(): string[] {
        return this.edges.map(({ id, active }) => `${id} ${active ? 'on' : 'off'}`);
    }

    /** The process is killed and started again `deadMs` later, with the same journal. */
    restart(deadMs: number, config: Partial<UnitConfig> = {}): UnitBench {
        const clock = new FakeClock(this.clock.now() + deadMs);
        return new UnitBench(config, clock, this.journal);
    }
}
