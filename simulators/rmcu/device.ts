import { EventEmitter } from 'node:events';
import type { Clock, TimerHandle } from '../../lib/core/clock';
import { AlarmBoard, type AlarmEdge } from './alarm-board';
import { DeviceClock, minuteOf } from './device-clock';
import { Display } from './display';
import { MailQueue, type Mail } from './mail-queue';
import { MeasurementLog } from './measurement-log';
import { Measurements } from './measurements';
import { Outputs, type SwitchedBy } from './outputs';
import { Plant, type PlantOptions, type PlantReading } from './plant';
import { BATTERY, checkLogRate, factorySettings, POWER_SUPPLY, type OutputNumber, type RmcuSettings } from './settings';

/** RMCU manual, "Specifications": alarm response time. */
const SAMPLE_MS = 250;

export interface DeviceOptions extends PlantOptions {
    clock: Clock;
    settings?: RmcuSettings;
    /** Size at which RMCU.CSV is renamed, bytes. Default 5 MB. */
    rollBytes?: number;
    /** Time between two samples, ms of the clock. Default 250. */
    sampleMs?: number;
    /** Whether the network cable is unplugged: mails fail. */
    isOffline?(): boolean;
}

/** What a trap tells. */
export interface Notification {
    what: 'boot' | 'temperature' | 'analog' | 'digital' | 'test';
    edge?: AlarmEdge;
}

export type PlantChange =
    | 'ac-failed'
    | 'ac-returned'
    | 'battery-disconnected'
    | 'battery-reconnected'
    | 'loads-off'
    | 'loads-on';

export interface DeviceEvents {
    alarm: [AlarmEdge];
    output: [{ output: OutputNumber; active: boolean; by: SwitchedBy }];
    plant: [{ what: PlantChange }];
    notification: [Notification];
    /** A mail was sent, or failed with `error`. */
    mail: [Mail & { error?: string }];
}

/**
 * The power supply with its remote monitoring and control unit, without a network: sensors, alarms, outputs, schedules, log, mails. Settings may be
 * changed at any time.
 */
export class RmcuDevice extends EventEmitter<DeviceEvents> {
    readonly settings: RmcuSettings;
    readonly clock: DeviceClock;
    readonly plant: Plant;
    readonly measurements: Measurements;
    readonly alarms: AlarmBoard;
    readonly outputs: Outputs;
    readonly log: MeasurementLog;
    readonly mails: MailQueue;
    readonly display: Display;
    private readonly base: Clock;
    private readonly sampleMs: number;
    private bootedAt: number;
    private timer: TimerHandle;
    private nextRowAt = 0;
    private mailPeriod?: number;
    private before: PlantReading;

    constructor(options: DeviceOptions) {
        super();
        const {
            clock,
            settings = factorySettings(),
            rollBytes,
            sampleMs = SAMPLE_MS,
            isOffline = () => false,
        } = options;
        this.base = clock;
        this.sampleMs = sampleMs;
        this.settings = settings;
        this.bootedAt = clock.monotonic();
        this.clock = new DeviceClock(clock, () => settings.zoneHours);
        this.plant = new Plant(clock, options);
        this.before = this.plant.reading();
        this.measurements = new Measurements(this.plant, settings);
        this.alarms = new AlarmBoard(settings, this.measurements, (edge) => this.onAlarm(edge));
        this.outputs = new Outputs(clock, settings, (output, active, by) => this.onSwitch(output, active, by));
        this.display = new Display(this);
        this.log = new MeasurementLog(() => this.display.logHeader(), rollBytes);
        this.mails = new MailQueue({
            clock,
            settings: settings.mail,
            siteName: () => settings.siteName,
            isOffline,
            onSent: (mail, error) => this.emit('mail', { ...mail, error: error?.message }),
        });
        this.measurements.sample();
    }

    /** Powers up: the first sample, the trap and the mail of the boot. */
    start(): void {
        this.boot();
        this.schedule();
    }

    /** Idempotent. Leaves no timer behind. */
    stop(): void {
        this.base.clearTimeout(this.timer);
        this.outputs.stop();
        this.mails.close();
    }

    /** Outputs become inactive, alarms begin anew; settings, log and waiting mails stay. [inferred] */
    reboot(): void {
        this.outputs.reset();
        this.alarms.reset();
        this.measurements.reset();
        this.boot();
    }

    /** 1/100 s since the boot. */
    get upTime(): number {
        return Math.round((this.base.monotonic() - this.bootedAt) / 10);
    }

    /** Whether the logging schedule lets the device log, raise alarms, send and switch now. */
    get armed(): boolean {
        const { loggingSchedule } = this.settings;
        return !loggingSchedule.enabled || this.clock.isOpen(loggingSchedule);
    }

    clearAlarms(): void {
        this.alarms.clear(this.armed);
    }

    /** @throws UpsError out-of-range */
    setLogRate(minutes: number): void {
        this.settings.log.rateMinutes = checkLogRate(minutes);
        this.nextRowAt = this.base.monotonic() + minutes * 60_000;
    }

    /** Adds the present readings to the log, whatever the schedule says. */
    appendNow(event = ''): void {
        const at = this.clock.now();
        this.log.append({ at, fields: this.display.logRow(at, event) });
    }

    sendTestMail(): void {
        this.mails.add(`${this.clock.stamp()} Test mail`);
    }

    sendTestTrap(): void {
        this.emit('notification', { what: 'test' });
    }

    private boot(): void {
        this.bootedAt = this.base.monotonic();
        this.nextRowAt = this.bootedAt + this.settings.log.rateMinutes * 60_000;
        this.mailPeriod = this.periodOfMail();
        this.emit('notification', { what: 'boot' });
        if (this.settings.mail.onBoot) this.mails.add(`${this.clock.stamp()} Boot`);
        this.sample();
    }

    private schedule(): void {
        this.timer = this.base.setTimeout(() => {
            this.schedule();
            this.sample();
        }, this.sampleMs);
    }

    private sample(): void {
        this.tellPlant();
        this.measurements.sample();
        this.alarms.sample(this.base.monotonic(), this.armed);
        this.outputs.follow(this.clock);
        this.logPeriodically();
        this.mailPeriodically();
    }

    private tellPlant(): void {
        const { before } = this;
        const now = this.plant.reading();
        this.before = now;
        const tell = (was: boolean, is: boolean, begin: PlantChange, end: PlantChange) => {
            if (was !== is) this.emit('plant', { what: is ? begin : end });
        };
        tell(before.acVolts === 0, now.acVolts === 0, 'ac-failed', 'ac-returned');
        tell(before.disconnected, now.disconnected, 'battery-disconnected', 'battery-reconnected');
        tell(before.fed, now.fed, 'loads-on', 'loads-off');
    }

    private onSwitch(output: OutputNumber, active: boolean, by: SwitchedBy): void {
        // Inverted: these two are on while their output is inactive (RMCU manual, "Sensor Setup").
        if (output === POWER_SUPPLY) this.plant.switchSupply(!active);
        if (output === BATTERY) this.plant.switchBattery(!active);
        this.emit('output', { output, active, by });
    }

    private onAlarm(edge: AlarmEdge): void {
        const id = `${edge.channel} ${edge.kind}`;
        if (edge.active) this.outputs.hold(edge.contacts, id);
        else this.outputs.release(id);
        this.emit('alarm', edge);
        if (!edge.armed) return;
        const text = this.display.alarmText(edge);
        if (this.settings.log.alarms) this.appendNow(text);
        const analog = edge.channel === 'temperature' ? 'temperature' : 'analog';
        this.emit('notification', { what: edge.kind === 'digital' ? 'digital' : analog, edge });
        if (edge.mail) this.mails.add(`${this.clock.stamp()} ${text}`);
    }

    private logPeriodically(): void {
        const { rateMinutes } = this.settings.log;
        const now = this.base.monotonic();
        if (!rateMinutes || now < this.nextRowAt) return;
        const period = rateMinutes * 60_000;
        this.nextRowAt += (Math.floor((now - this.nextRowAt) / period) + 1) * period;
        if (this.armed) this.appendNow();
    }

    private mailPeriodically(): void {
        const period = this.periodOfMail();
        const due = period !== undefined && this.mailPeriod !== undefined && period > this.mailPeriod;
        this.mailPeriod = period;
        if (due) this.mails.add([`${this.clock.stamp()} Status`, ...this.display.statusLines()].join('\n'));
    }

    /** Number of the present interval of periodic mails. */
    private periodOfMail(): number | undefined {
        const { periodicHours, periodicStart } = this.settings.mail;
        if (!periodicHours) return undefined;
        return Math.floor((this.clock.localMinutes() - minuteOf(periodicStart)) / (periodicHours * 60));
    }
}
