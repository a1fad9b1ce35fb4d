import type { Clock, TimerHandle } from '../../../core/clock';
import { UpsError } from '../../../core/errors';
import type { WellKnownAlarm } from '../../../core/status/alarms';
import type { Notification } from '../../snmp/notify/notification';
import type { AgentUps } from '../agent-ups';
import type { AgentServing } from '../serving';
import { TrapOutbox } from './trap-outbox';
import { alarmTrap, onBatteryTrap, testTrap, withName } from './ups-traps';

/** How often the agent looks at its UPSs, ms. */
const LOOK_MS = 1000;

export interface AgentTrapsOptions {
    clock: Clock;
    /** 1/100 s */
    upTime(): number;
    serving(): AgentServing;
    /** The UPS of a name; undefined: there is none. */
    ups(name: string): AgentUps | undefined;
}

/** Looks at every UPS once a second, tells its receivers what has happened, and keeps what was told: noted first, told once. */
export class AgentTraps {
    private readonly outbox: TrapOutbox;
    private readonly written = new Map<string, string>();
    private timer: TimerHandle;
    private stopped = false;

    constructor(private readonly options: AgentTrapsOptions) {
        this.outbox = new TrapOutbox(options.clock, options.upTime);
    }

    start(): void {
        if (this.stopped) return;
        this.timer = this.options.clock.setTimeout(() => {
            this.look();
            this.start();
        }, LOOK_MS);
    }

    stop(): void {
        this.stopped = true;
        this.options.clock.clearTimeout(this.timer);
        this.outbox.stop();
    }

    private look(): void {
        const { names, receivers = [], memory } = this.options.serving();
        for (const [index, name] of names.entries()) {
            const ups = this.options.ups(name);
            if (!ups) continue;
            const notifications = ups.takeTraps();
            if (memory) {
                const kept = ups.kept();
                const text = JSON.stringify(kept);
                if (this.written.get(name) !== text && memory.write(name, kept)) this.written.set(name, text);
            }
            this.outbox.tell(receivers, index === 0 ? '' : name, notifications);
        }
    }
}

/** The traps of a test: the row of the alarm comes with it, and goes with it. */
export class TrapTest {
    private static readonly running = new WeakSet<AgentUps>();
    readonly begins: readonly Notification[];
    private over = false;

    /**
     * @param alarm of two at once, a client that shuts down on battery with a low battery would do so
     * @throws UpsError busy-elsewhere: another test is running
     */
    constructor(
        private readonly ups: AgentUps,
        private readonly alarm: WellKnownAlarm,
    ) {
        if (TrapTest.running.has(ups)) throw new UpsError('busy-elsewhere', { place: alarm });
        TrapTest.running.add(ups);
        const row = ups.beginTest(alarm);
        this.begins = this.named(
            alarm === 'on-battery'
                ? [onBatteryTrap(ups.read)]
                : alarm === 'test-in-progress'
                  ? []
                  : [alarmTrap(3, row)],
        );
    }

    /** @returns the traps that end it */
    end(): readonly Notification[] {
        if (this.over) return [];
        this.over = true;
        TrapTest.running.delete(this.ups);
        const row = this.ups.endTest(this.alarm);
        if (this.alarm === 'test-in-progress') return this.named([testTrap(this.ups.read)]);
        return this.named(row ? [alarmTrap(4, row)] : []);
    }

    private named(notifications: readonly Notification[]): readonly Notification[] {
        return notifications.map((each) => withName(each, this.ups.read));
    }
}
