import { realMs, type TimerHandle } from '../clock';
import type { UpsError } from '../errors';
import type { EventLevel } from '../events/ids';
import { LocalSource, type LocalEdge } from '../events/local-source';
import { momentNow, msSince, type Moment } from '../moment';
import { keptBaseline, type Baseline } from './baseline';
import { settledConfig, type SettledBatteryConfig } from './battery-config';
import { NOTHING_NAMED, type BatteryDetail } from './battery-detail';
import { BatteryJudge, SILENT, type JudgeState } from './battery-judge';
import { BatteryParts } from './battery-parts';
import { emptyView, type BatteryView } from './battery-view';
import type { DischargeChange } from './discharge/discharge-watch';
import type { DischargeRecorder } from './discharge/record';
import { upsWord } from './discharge/signs';
import type { EqualizingControl } from './equalizing/control';
import type { EqualizingPause } from './equalizing/equalizing-pause';
import { evidenceOf, type EventChange } from './event-book';
import { batteryEvent } from './events';
import type { BatteryDriver, BatteryFlags, BatterySweep } from './model';
import type { BatteryChange, BatteryFeed, BatteryPlate, BatterySourceOptions } from './battery-source-options';
import { MessageFeed } from './readings';
import type { OwnCause } from './rule-book';

export type { BatteryChange, BatteryFeed, BatteryPlate, BatterySourceOptions } from './battery-source-options';

const KEPT = 'battery';
const BASELINE = 'baseline';
const HEARTBEAT_MS = 5000;
const MESSAGES = 'messages';

/**
 * A battery of many blocks as a source of events: it takes what one or two drivers and messages tell, judges it by our rules, and holds one episode for each
 * event, never one for each module. A flag of the monitor and a rule of ours for the same thing are one event, which ends when neither holds.
 */
export class BatterySource extends LocalSource {
    readonly config: SettledBatteryConfig;
    private readonly watchers = new Set<(change: BatteryChange) => void>();
    private readonly drivers = new Map<string, Pick<BatteryDriver, 'setUrgent' | 'pollNow'> | undefined>();
    private readonly messages: MessageFeed;
    /** Set by `start`: what was kept is read with the clock of that time. */
    private judge: BatteryJudge | undefined;
    private heardAt = 0;
    private flagsHeard = false;
    private timer: TimerHandle;
    private savedAt = 0;
    private savedPhases = '';
    private mustSave = false;
    private wasUrgent = false;
    private passing = false;
    private told: BatteryChange[] = [];
    private unsubscribe: (() => void) | undefined;

    /** @throws UpsError config-missing, config-invalid */
    constructor(private readonly options: BatterySourceOptions) {
        super(options);
        this.config = settledConfig(options.config);
        this.messages = new MessageFeed(this.clock, this.config.valuesStaleSeconds);
    }

    /** Restores its state from the journal, and begins to wait for flags and values. */
    start(): void {
        const kept = (this.journal.getValue(this.id, KEPT) ?? {}) as Partial<JudgeState & Moment>;
        const away = Number.isFinite(kept.at) ? msSince(this.clock, kept as Moment) * this.clock.speed : 0;
        const { name, config, clock } = this;
        const { ambient, recorder = NO_RECORDER } = this.options;
        const discharged = (change: DischargeChange) => {
            this.mustSave = true;
            this.told.push({ kind: 'discharge', change });
        };
        const parts = new BatteryParts({ name, config, clock, recorder, ambient, discharged }, kept.parts ?? {});
        const judge = new BatteryJudge(config, clock, parts, kept, this.restore(), away);
        judge.baseline = keptBaseline(this.journal.getValue(this.id, BASELINE));
        for (const id of this.drivers.keys()) judge.open(id);
        this.judge = judge;
        this.heardAt = this.savedAt = clock.monotonic();
        this.savedPhases = judge.phases;
        this.unsubscribe = this.options.ups?.subscribe(() => this.pass(() => this.askUps()));
        this.confirmInSilence();
        this.pass(() => this.askUps());
        this.check();
    }

    /**
     * A path to the monitor. Of two, the first in this order leads: the other one fills in what it does not tell.
     * @param id the device node; the same id again replaces the former feed
     * @param driver is told when all values are needed more often
     */
    connect(id: string, driver?: Pick<BatteryDriver, 'setUrgent' | 'pollNow'>): BatteryFeed {
        this.drivers.set(id, driver);
        this.judge?.open(id);
        driver?.setUrgent(this.urgent);
        let open = true;
        const judge = () => (open && this.drivers.get(id) === driver ? this.judge : undefined);
        return {
            flags: (flags) => judge() && this.takeFlags(id, flags),
            sweep: (sweep) => judge() && this.takeSweep(id, sweep),
            identity: (identity) => {
                judge()?.identity(id, identity);
                if (judge()) this.tell({ kind: 'flags' });
            },
            settings: (settings) => {
                judge()?.settings(id, settings);
                if (judge()) this.tell({ kind: 'flags' });
            },
            state: () => undefined,
            close: () => {
                judge()?.close(id);
                if (open && this.drivers.get(id) === driver) this.drivers.delete(id);
                open = false;
            },
        };
    }

    /**
     * Values by messages; see `readings.ts` for the shape.
     * @throws UpsError config-invalid, out-of-range, not-a-number: nothing of it is used
     */
    take(readings: unknown): void {
        const { sweep, flags } = this.messages.take(readings);
        if (!this.judge) return;
        if (flags) this.takeFlags(MESSAGES, flags);
        if (sweep) this.takeSweep(MESSAGES, sweep);
    }

    view(): BatteryView {
        return this.judge?.view ?? emptyView();
    }

    /** What an active event is about now; undefined: it is not active. */
    detail(eventId: string): BatteryDetail | undefined {
        return this.judge?.events.detail(eventId);
    }

    /** @returns ends the watch */
    watch(listener: (change: BatteryChange) => void): () => void {
        this.watchers.add(listener);
        return () => this.watchers.delete(listener);
    }

    /** The most serious level of the active events. */
    get level(): EventLevel | undefined {
        const levels = this.judge?.events.active.map((eventId) => batteryEvent(eventId)?.level) ?? [];
        return (['alarm', 'warning', 'info'] as const).find((level) => levels.includes(level));
    }

    get discharging(): boolean {
        return this.judge?.discharging ?? false;
    }

    get plate(): BatteryPlate | undefined {
        return this.options.plate;
    }

    /** All values are needed at least every 5 s. */
    get urgent(): boolean {
        return this.judge?.urgent ?? false;
    }

    /** Neither flags nor values have come for `staleSeconds`. */
    get silent(): boolean {
        return this.judge?.lost ?? false;
    }

    get baseline(): Baseline | undefined {
        return this.judge?.baseline;
    }

    /**
     * Takes the present impedance of these modules (default: all) as their baseline; others keep theirs.
     * @returns the modules that have no comparable impedance now, and so keep what they had
     */
    setBaseline(modules?: readonly number[]): number[] {
        if (!this.judge) return [...(modules ?? [])];
        const { baseline, missing } = this.judge.measure(modules);
        if (modules === undefined || missing.length < modules.length) this.replaceBaseline(baseline);
        return missing;
    }

    /** Replaces the baseline, e.g. by an imported one; undefined removes it. */
    replaceBaseline(baseline: Baseline | undefined): void {
        const { judge } = this;
        if (!judge) return;
        judge.baseline = baseline?.blocks.some(Boolean) ? baseline : undefined;
        this.pass(() => {
            this.journal.setValue(this.id, BASELINE, judge.baseline);
            judge.judge();
        });
    }

    /** Discharges since the last reset. */
    get discharges(): number {
        return this.judge?.parts.counter.state().count ?? 0;
    }

    /** What discharge, counter, runaway and pause know; undefined before the start. Change them by `act` alone. */
    get parts(): Pick<BatteryParts, 'counter' | 'runaway' | 'watch' | 'pause'> | undefined {
        return this.judge?.parts;
    }

    /** Runs what a person does to a part (resets the counter, stops a countdown), and keeps and tells what it changes. */
    act<T>(work: (parts: Pick<BatteryParts, 'counter' | 'runaway'>) => T): T | undefined {
        const { judge } = this;
        if (!judge) return undefined;
        return this.pass(() => {
            this.mustSave = true;
            return work(judge.parts);
        });
    }

    /**
     * The way by which the equalizing is paused; it goes on with what a restart interrupted.
     * @param failed a failure that no caller waits for
     * @returns undefined before the start
     */
    pauseBy(control: EqualizingControl, failed: (error: UpsError) => void): EqualizingPause | undefined {
        const changed = () => {
            this.mustSave = true;
            this.pass(() => undefined);
        };
        const pause = this.judge?.parts.pauseBy(control, changed, failed);
        pause?.start();
        return pause;
    }

    /** An event that others decide: `block-failing`, `capacity-low`. @param cause undefined: it is off */
    report(eventId: string, cause: OwnCause | undefined): void {
        this.pass(() => this.judge?.report(eventId, cause));
    }

    /** Silent in a discharge, it is presumed to go on; otherwise the states are those of before. */
    override unheard(eventId: string): boolean {
        return eventId !== SILENT && this.silent && !this.discharging;
    }

    /** Idempotent. */
    override destroy(): void {
        this.clock.clearTimeout(this.timer);
        this.unsubscribe?.();
        if (this.judge) {
            this.judge.parts.destroy();
            this.heartbeat(() => this.save());
        }
        this.judge = undefined;
        this.watchers.clear();
        this.drivers.clear();
        super.destroy();
    }

    protected override describeRestored(eventId: string): LocalEdge {
        const level = batteryEvent(eventId)?.level ?? 'info';
        return this.edgeFor({ eventId, kind: 'on', level, detail: this.detail(eventId) ?? NOTHING_NAMED });
    }

    private takeFlags(id: string, flags: BatteryFlags): void {
        this.flagsHeard = true;
        this.hear((judge) => {
            this.askUps();
            if (judge.flags(id, flags)) this.told.push({ kind: 'flags' });
        });
    }

    private takeSweep(id: string, sweep: BatterySweep): void {
        this.hear((judge) => {
            this.askUps();
            if (judge.sweep(id, sweep)) this.told.push({ kind: 'values' });
        });
    }

    private hear(work: (judge: BatteryJudge) => void): void {
        this.pass(() => {
            const judge = this.judge!;
            judge.lost = false;
            this.heardAt = this.clock.monotonic();
            work(judge);
            const flagsDue = this.drivers.size > 0 && !this.flagsHeard;
            if (!this.confirmed && judge.fresh && !flagsDue) this.confirmAll();
        });
        this.check();
    }

    private askUps(): void {
        const { ups } = this.options;
        if (!ups) return;
        const { active, confirmed } = ups.stateOf('power-fail');
        this.judge?.parts.ups(upsWord(confirmed ? active : undefined, ups.status(), ups.isSilent));
    }

    /** What `work` finds out, the edges that come from it, and what is kept are one write. */
    private pass<T>(work: () => T): T {
        const { judge } = this;
        if (!judge || this.passing) return work();
        this.passing = true;
        let result: T;
        try {
            result = this.journal.transaction(() => {
                const worked = work();
                judge.tick();
                const changes = judge.settle();
                for (const change of changes) this.publish(change);
                this.saveIfDue(judge, changes.length > 0);
                return worked;
            });
        } finally {
            this.passing = false;
            this.arm(judge);
        }
        // What is told outside of the journal comes after the write.
        judge.parts.flush();
        this.tellUrgency();
        for (const change of this.told.splice(0)) this.tell(change);
        return result;
    }

    private publish(change: EventChange): void {
        const { eventId, kind, level, detail } = change;
        const edge = this.edgeFor(change);
        if (kind === 'set') this.told.push({ kind, eventId, level, text: edge.text, detail });
        else this.edge(eventId, kind === 'on', edge);
    }

    private edgeFor({ eventId, kind, level, detail }: EventChange): LocalEdge {
        const active = kind !== 'off';
        const { value, unit } = detail;
        return {
            level,
            text: this.options.text(eventId, active, detail),
            ...(value !== undefined && { value, unit }),
            evidence: evidenceOf(detail, Math.round(this.view().valuesAgeSeconds ?? 0), active),
        };
    }

    private saveIfDue(judge: BatteryJudge, changed: boolean): void {
        const due = judge.running && this.clock.monotonic() - this.savedAt >= HEARTBEAT_MS * this.clock.speed;
        const must = changed || this.mustSave || judge.parts.dirty || judge.phases !== this.savedPhases;
        if (due) this.heartbeat(() => this.save());
        else if (must) this.save();
    }

    private save(): void {
        const { judge } = this;
        if (!judge) return;
        this.journal.setValue(this.id, KEPT, { ...momentNow(this.clock), ...judge.state() });
        this.savedAt = this.clock.monotonic();
        this.savedPhases = judge.phases;
        this.mustSave = false;
    }

    /** One timer, for what begins by time alone and for the silence. */
    private arm(judge: BatteryJudge): void {
        this.clock.clearTimeout(this.timer);
        if (this.judge !== judge) return;
        const { staleSeconds } = this.config;
        const silence = this.heardAt + realMs(this.clock, 1000 * staleSeconds) - this.clock.monotonic();
        const due = Math.min(judge.dueInMs() ?? Infinity, judge.lost || staleSeconds === 0 ? Infinity : silence);
        if (due === Infinity) return;
        this.timer = this.clock.setTimeout(
            () => {
                this.pass(() => {
                    if (!judge.lost && staleSeconds > 0 && this.silentFor >= realMs(this.clock, 1000 * staleSeconds))
                        this.fallSilent(judge);
                });
                this.check();
            },
            Math.max(0, due),
        );
    }

    private get silentFor(): number {
        return this.clock.monotonic() - this.heardAt;
    }

    private fallSilent(judge: BatteryJudge): void {
        judge.silence();
        this.confirmAll();
    }

    private tellUrgency(): void {
        const { urgent } = this;
        if (urgent === this.wasUrgent) return;
        this.wasUrgent = urgent;
        for (const driver of this.drivers.values()) driver?.setUrgent(urgent);
    }

    private tell(change: BatteryChange): void {
        for (const watcher of [...this.watchers]) watcher(change);
    }
}

const NO_RECORDER: DischargeRecorder = { put: () => undefined, append: () => undefined };
