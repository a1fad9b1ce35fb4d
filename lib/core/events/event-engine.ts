import type { Clock, TimerHandle } from '../clock';
import type { UpsStatus } from '../status/status';
import type { Episode, EpisodeBook } from './episodes';
import type { UpsEventId } from './ids';
import { decideOutage } from './outage';
import { READING_RULES, tellsAlarms, testRunning, type Verdict } from './rules';

export interface EventEngineConfig {
    /** How long a flag must persist before its on edge, seconds. */
    confirmSeconds: number;
    /** How long a test or calibration may pass for the reason why the UPS is on battery, minutes. */
    testMaxMinutes: number;
    /** `system-shutdown` comes on when this much runtime is left in an outage, seconds; undefined = never. */
    shutdownSeconds?: number;
    /** Day of installation `YYYY-MM-DD` if the device does not tell one. */
    batteryInstalledOn?: string;
    /** `battery-too-old` after so many months of 30 days (manual line 2262). */
    batteryMaxAgeMonths: number;
    /** `battery-bad` when the voltage after a test is lower than before by more than this, percent (manual line 2299). */
    healthPercent: number;
}

export interface Edge {
    episode: Episode;
    active: boolean;
    verdict: Verdict;
}

const DAY_MS = 86_400_000;
const DAYS_PER_MONTH = 30;

/**
 * Turns readings into edges of events. Keeps no wire, knows no device: it is told readings and silence, and tells edges.
 * Episodes live in the book, so that they survive the process.
 */
export class EventEngine {
    private readonly pending = new Map<UpsEventId, { since: number; timer: TimerHandle; verdict: Verdict }>();
    private seenOffBattery = false;
    private tellsSource = false;
    private counted = false;
    private testSince: number | undefined;
    private voltageBeforeTest: number | undefined;
    /** What the last test has shown of the battery by its voltage; no reading tells it again, so it must outlive the process. */
    voltageVerdict: Verdict | undefined;
    private previous: UpsStatus | undefined;

    constructor(
        private config: EventEngineConfig,
        private readonly clock: Clock,
        private readonly book: EpisodeBook,
        private readonly onEdge: (edge: Edge) => void,
    ) {}

    reconfigure(config: EventEngineConfig): void {
        this.config = config;
    }

    /** The next reading comes by another way to the UPS: how it differs from the last one is no news. */
    handOver(): void {
        this.previous = undefined;
        this.tellsSource = false;
        this.counted = false;
    }

    /** A fresh reading of a device that answers. `remainingSeconds`: what is left of the runtime, if anybody knows. */
    reading(status: UpsStatus, remainingSeconds: number | undefined): void {
        this.followTest(status);
        if (status.output.source !== undefined) this.tellsSource = true;
        const outage = decideOutage(status, {
            active: this.book.get('power-fail') !== undefined,
            seenOffBattery: this.seenOffBattery,
            tellsSource: this.tellsSource,
            counted: this.counted,
            testCovers: this.testCovers(),
        });
        if (status.output.source !== undefined && status.output.source !== 'battery') this.seenOffBattery = true;
        this.counted = outage?.active !== false && (this.counted || (status.battery.secondsOnBattery ?? 0) > 0);

        this.apply('power-fail', outage);
        for (const [id, rule] of Object.entries(READING_RULES) as [
            UpsEventId,
            (s: UpsStatus) => Verdict | undefined,
        ][]) {
            this.apply(id, id === 'battery-bad' ? worse(rule(status), this.voltageVerdict) : rule(status));
        }
        this.apply('test-passed', this.testPassed(status));
        this.apply('battery-too-old', this.batteryTooOld(status));
        this.apply('system-shutdown', this.systemShutdown(status, remainingSeconds));
        this.apply('communication-lost', { active: false, rule: 'device answers', values: {} });
        this.previous = status;
    }

    /**
     * No device has answered for `staleSeconds`. What is on stays on; nothing new is decided but this. Only an outage that
     * was seen and is still being confirmed goes on: the network may well have died with the mains.
     */
    silence(reason: string, ageSeconds: number | undefined): void {
        for (const id of [...this.pending.keys()]) if (id !== 'power-fail') this.drop(id);
        this.decide('communication-lost', {
            active: true,
            rule: 'no answer for staleSeconds',
            values: { reason, ageSeconds },
        });
    }

    /** The runtime counts down in a silent outage; the one event that follows from it alone. */
    countedDown(status: UpsStatus, remainingSeconds: number | undefined): void {
        this.apply('system-shutdown', this.systemShutdown(status, remainingSeconds));
    }

    destroy(): void {
        for (const id of [...this.pending.keys()]) this.drop(id);
    }

    /**
     * Nobody has said otherwise for long enough: what was on before a restart is taken to be on. A reading confirms only what it
     * tells of.
     */
    confirmAll(): void {
        for (const episode of this.book.all()) episode.confirmed = true;
    }

    private apply(id: UpsEventId, verdict: Verdict | undefined): void {
        if (!verdict) return;
        const pending = this.pending.get(id);
        if (!verdict.active || this.book.get(id)) {
            if (pending) this.drop(id);
            this.decide(id, verdict);
        } else if (pending) {
            pending.verdict = verdict;
        } else if (this.config.confirmSeconds > 0 && id !== 'communication-lost') {
            const since = this.clock.monotonic();
            const timer = this.clock.setTimeout(() => {
                const { verdict: latest } = this.pending.get(id)!;
                this.pending.delete(id);
                this.decide(id, latest, this.clock.monotonic() - since);
            }, this.config.confirmSeconds * 1000);
            this.pending.set(id, { since, timer, verdict });
        } else {
            this.decide(id, verdict);
        }
    }

    private decide(id: UpsEventId, verdict: Verdict, agoMs = 0): void {
        const current = this.book.get(id);
        if (current) current.confirmed = true;
        if (verdict.active === (current !== undefined)) return;
        this.book.atomically(() => {
            const episode = verdict.active ? this.book.begin(id, agoMs) : this.book.end(id)!;
            this.onEdge({ episode, active: verdict.active, verdict });
        });
    }

    private followTest(status: UpsStatus): void {
        // One that ran when the process ended has had its time since then, too.
        const since = this.testSince ?? this.book.get('test-in-progress')?.onset;
        // A way that cannot tell tests does not end one: the unit's time limit does.
        const running = testRunning(status)?.active ?? since !== undefined;
        if (running && this.testSince === undefined) {
            this.testSince = since ?? this.clock.monotonic();
            this.voltageBeforeTest = this.previous?.battery.voltage;
        } else if (!running && this.testSince !== undefined) {
            this.testSince = undefined;
            this.voltageVerdict = this.healthAfterTest(status);
        }
    }

    /** By the voltage, only for devices that test but tell no result. A test that says nothing leaves what the last one said. */
    private healthAfterTest(status: UpsStatus): Verdict | undefined {
        const before = this.voltageBeforeTest;
        const after = status.battery.voltage;
        const told = status.test.result;
        if (told === 'passed') return undefined;
        if (before === undefined || after === undefined || before <= 0) return this.voltageVerdict;
        if (told === 'failed' || told === 'warning' || told === 'aborted') return this.voltageVerdict;
        const dropPercent = ((before - after) / before) * 100;
        return {
            active: dropPercent > this.config.healthPercent,
            rule: 'battery health: voltage after the test against before',
            values: { before, after, dropPercent: Math.round(dropPercent * 10) / 10 },
        };
    }

    private testCovers(): boolean {
        return (
            this.testSince !== undefined &&
            this.clock.monotonic() - this.testSince < this.config.testMaxMinutes * 60_000
        );
    }

    /** An old result found at the first reading is no news. */
    private testPassed(status: UpsStatus): Verdict | undefined {
        const { result } = status.test;
        if (result === undefined) return undefined;
        const values = { 'test.result': result };
        // No test that this way knows of: whether one passed before is not for it to say.
        if (result === 'none' && (this.previous?.test.result ?? 'none') === 'none') return undefined;
        if (result !== 'passed') return { active: false, rule: 'test.result', values };
        const changed = this.previous !== undefined && this.previous.test.result !== 'passed';
        return changed || this.book.get('test-passed')
            ? { active: true, rule: 'test.result became passed', values }
            : undefined;
    }

    private batteryTooOld(status: UpsStatus): Verdict | undefined {
        if (status.alarms?.includes('battery-too-old')) {
            return { active: true, rule: 'alarm', values: { alarm: 'battery-too-old' } };
        }
        const installedOn = this.config.batteryInstalledOn || status.battery.installedOn;
        const installed = installedOn ? Date.parse(installedOn) : NaN;
        if (Number.isNaN(installed))
            return tellsAlarms(status, 'battery-too-old')
                ? { active: false, rule: 'alarm', values: { alarm: 'none' } }
                : undefined;
        const ageDays = Math.floor((this.clock.now() - installed) / DAY_MS);
        // Not installed yet: a machine without a clock of its own has not been told the time.
        if (ageDays < 0) return undefined;
        return {
            active: ageDays > this.config.batteryMaxAgeMonths * DAYS_PER_MONTH,
            rule: 'battery age',
            values: { installedOn, ageDays },
        };
    }

    private systemShutdown(status: UpsStatus, remainingSeconds: number | undefined): Verdict | undefined {
        if (status.alarms?.includes('system-shutdown')) {
            return { active: true, rule: 'alarm', values: { alarm: 'system-shutdown' } };
        }
        if (this.book.get('power-fail') === undefined) return { active: false, rule: 'no outage', values: {} };
        const limit = this.config.shutdownSeconds;
        if (limit === undefined || remainingSeconds === undefined) return undefined;
        const due = remainingSeconds <= limit;
        // Once said in an outage it stays said: load shedding makes the runtime longer, and servers are on their way down.
        if (!due && this.book.get('system-shutdown')) return undefined;
        return { active: due, rule: 'runtime left', values: { remainingSeconds: Math.round(remainingSeconds), limit } };
    }

    private drop(id: UpsEventId): void {
        this.clock.clearTimeout(this.pending.get(id)?.timer);
        this.pending.delete(id);
    }
}

function worse(a: Verdict | undefined, b: Verdict | undefined): Verdict | undefined {
    return b?.active && !a?.active ? b : (a ?? b);
}
