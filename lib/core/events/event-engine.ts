import type { Clock, TimerHandle } from '../clock';
import type { UpsStatus } from '../status/status';
import type { Episode, EpisodeJournal } from './episodes';
import type { UpsEventId } from './ids';
import type { OutageRule } from './outage';
import { hasNewAlarm, lowByLimits, READING_RULE_LIST, reportsAlarms, testRunning, worse, type Verdict } from './rules';

export interface EventEngineConfig {
    /** How long a flag must persist before its on edge, seconds. */
    confirmSeconds: number;
    /** How long the mains must be back before an outage is over, seconds. If they fail again meanwhile, it is the same one. */
    mainsBackSeconds?: number;
    /** How long a test or calibration may pass for the reason why the UPS is on battery, minutes. */
    testMaxMinutes: number;
    /** `system-shutdown` comes on when this much runtime is left in an outage, seconds; undefined = never. */
    shutdownSeconds?: number;
    /** Day of installation `YYYY-MM-DD`, if the device does not report one. */
    batteryInstalledOn?: string;
    /** `battery-too-old` after so many months of 30 days (CS141 manual, "Battery too old after"). */
    batteryMaxAgeMonths: number;
    /**
     * `battery-bad` when the voltage after a test is lower than before by more than this, percent (CS141 manual, "Battery Health Level
     * feature").
     */
    healthPercent: number;
}

export interface Edge {
    episode: Episode;
    active: boolean;
    verdict: Verdict;
    /** The episode whose place this one takes, without an off edge. */
    replaces?: string;
}

/** A reading says that the mains are back: since when and when last, clock ms, and whether a second reading agrees. */
interface MainsBack {
    since: number;
    at: number;
    again: boolean;
    /** The last reading says nothing about the mains. */
    unsure: boolean;
    timer: TimerHandle;
    verdict: Verdict;
}

/** A reading that says that the mains are back counts for so long, if the readings after it say nothing. */
const MAINS_BACK_VALID_MS = 30_000;

/** Levels of the battery belong to an outage: each outage begins them anew, and an active level stays active until the mains are back. */
const BATTERY_LEVELS: readonly UpsEventId[] = ['battery-low', 'battery-depleted'];

/** `confirmSeconds` does not delay these: the runtime does not wait, and the others have lasted for some time when they are decided. */
const AT_ONCE: readonly UpsEventId[] = ['communication-lost', 'system-shutdown', 'paths-disagree', 'outages-unseen'];

/** A device shows a commanded test within this time. */
const TEST_SHOWS_WITHIN_MS = 60_000;
/** … and within this time after the end of a test the load is back on the mains. */
const TEST_ENDS_WITHIN_MS = 10_000;

const DAY_MS = 86_400_000;
const DAYS_PER_MONTH = 30;

/**
 * Turns readings into edges of events. It knows neither devices nor connections: the unit passes readings and silence to it, and receives
 * edges. The episode journal keeps the episodes, so that they survive the process.
 */
export class EventEngine {
    private readonly pending = new Map<UpsEventId, { since: number; timer: TimerHandle; verdict: Verdict }>();
    private mainsBack: MainsBack | undefined;
    /** An outage cut the present or last test short: its result says nothing about the battery. */
    private testCut = false;
    /** Until then, clock ms, a test that the device does not report may be the reason for battery operation, if the input is alive. */
    private testLikelyUntil = -Infinity;
    private testSince: number | undefined;
    private voltageBeforeTest: number | undefined;
    /** What the last test has shown of the battery by its voltage. No later reading repeats it, so it must survive the process. */
    voltageVerdict: Verdict | undefined;
    private previous: UpsStatus | undefined;
    /** The device's own alarms in the last reading; undefined: it had none. */
    private words: Verdict | undefined;
    /** Of each active event the path and the rule by which it was last active. Not kept over a restart: then each may end it. */
    private readonly activeBy = new Map<UpsEventId, string>();
    private path = '';

    constructor(
        private config: EventEngineConfig,
        private readonly clock: Clock,
        private readonly episodes: EpisodeJournal,
        private readonly onEdge: (edge: Edge) => void,
    ) {}

    reconfigure(config: EventEngineConfig): void {
        this.config = config;
    }

    /** The next reading comes by another path to the UPS: a difference to the last reading raises no event. @param path its id */
    handOver(path: string): void {
        this.previous = undefined;
        this.path = path;
    }

    /** Is this an outage, by this reading of one path? @param at clock ms; @param gap the device was silent since its last reading */
    judge(rule: OutageRule, status: UpsStatus, at: number, gap: boolean): Verdict | undefined {
        const began = this.testBegan;
        const now = this.clock.monotonic();
        const told = testRunning(status)?.active ?? began !== undefined;
        return rule.judge(status, at, gap, {
            active: this.episodes.get('power-fail') !== undefined,
            // A test that has just ended with this reading still counts.
            testing: told || this.testSince !== undefined || now < this.testLikelyUntil,
            testInTime: told && (began === undefined || now - began < this.config.testMaxMinutes * 60_000),
        });
    }

    /** A test was ordered: the battery may be in use before the device reports the test. */
    expectTest(): void {
        this.testLikelyUntil = this.clock.monotonic() + TEST_SHOWS_WITHIN_MS;
    }

    /** When the running test began, clock ms. For a test that ran when the former process ended, the time since then counts, too. */
    private get testBegan(): number | undefined {
        return this.testSince ?? this.episodes.get('test-in-progress')?.onset;
    }

    /** A single reading says that the mains are back: a second reading must agree, or none may come in time. */
    get doubtsEnd(): boolean {
        return this.mainsBack !== undefined && !this.mainsBack.again && !this.mainsBack.unsure;
    }

    /** The unit checks the end of an outage by a second reading: no timing fires meanwhile. */
    get endPending(): boolean {
        const back = this.mainsBack;
        return back !== undefined && !(back.unsure && this.clock.monotonic() - back.at >= MAINS_BACK_VALID_MS);
    }

    /**
     * A fresh reading of the leading path. `remainingSeconds`: the remaining runtime, if it is known; `another`: it is a new reading, and not a
     * further part of the one before.
     */
    reading(
        status: UpsStatus,
        outage: Verdict | undefined,
        remainingSeconds: number | undefined,
        another = true,
    ): void {
        this.followTest(status, outage);
        this.applyOutage(outage, another);
        this.dontWaitTooLong(remainingSeconds);
        for (const [id, rule] of READING_RULE_LIST) this.apply(id, this.also(id, status, rule(status)));
        this.apply('test-passed', this.testPassed(status));
        this.apply('battery-too-old', this.batteryTooOld(status));
        this.apply('system-shutdown', this.systemShutdown(status, remainingSeconds));
        this.apply('communication-lost', { active: false, rule: 'device answers', values: {} });
        this.previous = status;
    }

    /**
     * No device has answered for `staleSeconds`. Active events stay active, and `communication-lost` is the only new one. But an outage that is
     * still being confirmed keeps its timer: the network may well have died with the mains.
     * @param about what is known of the failure, for people
     */
    silence(reason: string, ageSeconds: number | undefined, about: Verdict['values'] = {}): void {
        // After the silence, the return of the mains must be read again.
        this.dropMainsBack();
        for (const id of [...this.pending.keys()]) if (id !== 'power-fail') this.drop(id);
        this.decide('communication-lost', {
            active: true,
            rule: 'no answer for staleSeconds',
            values: { ...about, ...(about.reason ? { detail: about.reason } : {}), reason, ageSeconds },
        });
    }

    /** The runtime has counted down in a silent outage: decides `system-shutdown`, the only event that needs nothing else. */
    countedDown(status: UpsStatus, remainingSeconds: number | undefined): void {
        this.apply('system-shutdown', this.systemShutdown(status, remainingSeconds));
    }

    destroy(): void {
        this.dropMainsBack();
        for (const id of [...this.pending.keys()]) this.drop(id);
    }

    /**
     * For long enough no reading has contradicted the events that were active before the restart: they count as active. A reading by itself
     * confirms only the events that it reports.
     */
    confirmAll(): void {
        for (const episode of this.episodes.all()) episode.confirmed = true;
    }

    /** Begins or ends an event that the unit has decided: paths contradict each other, or none can see outages. */
    state(id: 'paths-disagree' | 'outages-unseen', verdict: Verdict): void {
        this.decide(id, verdict);
    }

    private applyOutage(verdict: Verdict | undefined, another: boolean): void {
        // The readings have said nothing for too long: the return of the mains must be read anew.
        if (!this.endPending) this.dropMainsBack();
        if (!this.episodes.get('power-fail') || verdict?.active) {
            this.dropMainsBack();
            this.apply('power-fail', verdict);
        } else if (verdict) {
            this.noteMainsBack(verdict, another);
        } else if (this.mainsBack) {
            // Only a reading of the battery says that the outage goes on, so the wait for its end continues.
            this.mainsBack.unsure = true;
        }
    }

    private noteMainsBack(verdict: Verdict, another: boolean): void {
        const now = this.clock.monotonic();
        const waitMs = (this.config.mainsBackSeconds ?? 0) * 1000;
        const first = { since: now, at: now, again: false, unsure: false, timer: undefined, verdict };
        const back = (this.mainsBack ??= first);
        if (back.timer !== undefined && another) back.again = true;
        Object.assign(back, { at: now, unsure: false, verdict });
        back.timer ??= this.clock.setTimeout(() => this.endIfBack(waitMs), waitMs);
        this.endIfBack(waitMs);
    }

    private endIfBack(waitMs: number): void {
        const back = this.mainsBack;
        if (!back?.again || !this.endPending || this.clock.monotonic() - back.since < waitMs) return;
        this.dropMainsBack();
        this.decide('power-fail', back.verdict);
    }

    private dropMainsBack(): void {
        this.clock.clearTimeout(this.mainsBack?.timer);
        this.mainsBack = undefined;
    }

    /** If the runtime is about to end, an outage needs no further confirmation. */
    private dontWaitTooLong(remainingSeconds: number | undefined): void {
        const pending = this.pending.get('power-fail');
        const limit = this.config.shutdownSeconds;
        if (!pending || limit === undefined || remainingSeconds === undefined || remainingSeconds > limit) return;
        this.drop('power-fail');
        this.decide('power-fail', pending.verdict, this.clock.monotonic() - pending.since);
    }

    private apply(id: UpsEventId, verdict: Verdict | undefined): void {
        if (!verdict) return;
        const by = `${this.path} ${verdict.rule}`;
        if (verdict.active) this.activeBy.set(id, by);
        else if (verdict.endsOnlyOwn && (this.activeBy.get(id) ?? by) !== by) return;
        else this.activeBy.delete(id);
        if (BATTERY_LEVELS.includes(id) && this.applyLevel(id, verdict)) return;
        if (id === 'device-alarm' && this.applyWords(id, verdict)) return;
        const pending = this.pending.get(id);
        if (!verdict.active || this.episodes.get(id)) {
            if (pending) this.drop(id);
            this.decide(id, verdict);
        } else if (pending) {
            pending.verdict = verdict;
        } else if (this.config.confirmSeconds > 0 && !AT_ONCE.includes(id)) {
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

    /**
     * @returns whether the level needs no further handling: in an outage an active level does not end, and a level from before the outage
     * begins anew
     */
    private applyLevel(id: UpsEventId, verdict: Verdict): boolean {
        const [outage, level] = [this.episodes.get('power-fail'), this.episodes.get(id)];
        // A reading says that the mains are back, and the outage is about to end: the low level does not belong to it.
        if (outage && !level && this.endPending) return true;
        if (!outage || !level) return false;
        if (verdict.active && level.onset < outage.onset) this.renew(id, verdict);
        else level.confirmed = true;
        return true;
    }

    /** @returns whether the device has raised one more alarm while others are active: people must hear of it, too. */
    private applyWords(id: UpsEventId, verdict: Verdict): boolean {
        const more = hasNewAlarm(verdict, this.words);
        this.words = verdict.active ? verdict : undefined;
        if (!more || !this.episodes.get(id)) return false;
        this.renew(id, verdict);
        return true;
    }

    /** Begins a new occurrence of an active event. */
    private renew(id: UpsEventId, verdict: Verdict): void {
        this.episodes.atomically(() => this.onEdge({ ...this.episodes.renew(id)!, active: true, verdict }));
    }

    private decide(id: UpsEventId, verdict: Verdict, agoMs = 0): void {
        const current = this.episodes.get(id);
        if (current) current.confirmed = true;
        if (verdict.active === (current !== undefined)) return;
        this.episodes.atomically(() => {
            const episode = verdict.active ? this.episodes.begin(id, agoMs) : this.episodes.end(id)!;
            this.onEdge({ episode, active: verdict.active, verdict });
        });
    }

    private followTest(status: UpsStatus, outage: Verdict | undefined): void {
        // A path that cannot report tests does not end one: the unit's time limit does.
        const running = testRunning(status)?.active ?? this.testBegan !== undefined;
        const cut = outage?.active === true || this.episodes.get('power-fail') !== undefined;
        if (running && this.testSince === undefined) {
            this.testSince = this.testBegan ?? this.clock.monotonic();
            this.testCut = false;
            this.voltageBeforeTest = this.previous?.battery.voltage;
        } else if (!running && this.testSince !== undefined) {
            this.testSince = undefined;
            this.testLikelyUntil = this.clock.monotonic() + TEST_ENDS_WITHIN_MS;
            if (!cut && !this.testCut) this.voltageVerdict = this.healthAfterTest(status);
        }
        if (cut) this.testCut = true;
    }

    /** Judged by the voltage, only for devices that test but report no result. An inconclusive test keeps the former verdict. */
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

    /** Adds what a single reading does not contain. */
    private also(id: UpsEventId, status: UpsStatus, verdict: Verdict | undefined): Verdict | undefined {
        if (id === 'battery-bad') return worse(verdict, this.voltageVerdict);
        if (id === 'battery-low' && this.episodes.get('power-fail')) return worse(verdict, lowByLimits(status));
        return verdict;
    }

    /** The result in the first reading is old: it raises no event. */
    private testPassed(status: UpsStatus): Verdict | undefined {
        const { result } = status.test;
        if (result === undefined) return undefined;
        const values = { 'test.result': result };
        // This path knows of no test.
        if (result === 'none' && (this.previous?.test.result ?? 'none') === 'none') return undefined;
        if (result !== 'passed') return { active: false, rule: 'test.result', values };
        const changed = this.previous !== undefined && this.previous.test.result !== 'passed';
        return changed || this.episodes.get('test-passed')
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
            return reportsAlarms(status, ['battery-too-old'])
                ? { active: false, rule: 'alarm', values: { alarm: 'none' } }
                : undefined;
        const ageDays = Math.floor((this.clock.now() - installed) / DAY_MS);
        // The day lies ahead: a machine without a battery-backed clock has not got the time yet.
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
        if (this.episodes.get('power-fail') === undefined) return { active: false, rule: 'no outage', values: {} };
        const limit = this.config.shutdownSeconds;
        if (limit === undefined || remainingSeconds === undefined || this.endPending) return undefined;
        const due = remainingSeconds <= limit;
        // Once active in an outage it stays active: load shedding makes the runtime longer, but servers are already shutting down.
        if (!due && this.episodes.get('system-shutdown')) return undefined;
        return { active: due, rule: 'runtime left', values: { remainingSeconds: Math.round(remainingSeconds), limit } };
    }

    private drop(id: UpsEventId): void {
        this.clock.clearTimeout(this.pending.get(id)?.timer);
        this.pending.delete(id);
    }
}
