import { realMs, type Clock } from '../clock';
import { isProposed, taken, type Baseline } from './baseline';
import type { SettledBatteryConfig } from './battery-config';
import type { BatteryParts, PartsState } from './battery-parts';
import type { BatteryView } from './battery-view';
import { EventBook, type EventChange, type EventsState } from './event-book';
import type { BatteryLayout } from './layout';
import { MergedView } from './merged-view';
import type { BatteryFlags, BatterySweep } from './model';
import { MonitorStart, type StartState } from './monitor-start';
import { RuleBook, type OwnCause, type RulesState } from './rule-book';
import { comparableImpedance } from './rules/comparable-impedance';
import type { RuleInput } from './rules/rule';

/** JSON; written in one transaction with the edges that come from it. */
export interface JudgeState {
    counts?: { modules: number; strings: number };
    rules: RulesState;
    events: EventsState;
    start: StartState;
    parts: PartsState;
}

export const SILENT = 'communication-lost';
const PROPOSED = 'baseline-proposed';
/** Events that others decide, see `report`. */
const REPORTED: readonly string[] = ['block-failing', 'capacity-low'];

const plain = (rule: OwnCause['rule']): OwnCause => ({ modules: [], strings: [], rule, named: [], more: 0 });

/** Decides which events of a battery are on, by what was told of it and by the time. It keeps nothing and tells nobody: see BatterySource. */
export class BatteryJudge {
    readonly events = new EventBook();
    baseline: Baseline | undefined;
    /** Nobody has told anything for too long. */
    lost = false;
    private merged: MergedView;
    private monitor: MonitorStart;
    private rules: RuleBook | undefined;
    private layout: BatteryLayout | undefined;
    private keptRules: { state: unknown; awayMs: number } | undefined;
    private readonly reported = new Map<string, OwnCause>();
    private outdated = true;

    /**
     * @param open the events whose episodes are open
     * @param awayMs clock ms since the state was taken
     */
    constructor(
        private readonly config: SettledBatteryConfig,
        private readonly clock: Clock,
        readonly parts: BatteryParts,
        kept: Partial<JudgeState>,
        open: readonly string[],
        awayMs: number,
    ) {
        this.merged = new MergedView(config, clock, kept.counts);
        this.monitor = new MonitorStart(clock, kept.start, awayMs);
        this.events.restore(open, kept.events);
        this.lost = open.includes(SILENT);
        this.keptRules = { state: kept.rules, awayMs };
        for (const eventId of REPORTED) this.report(eventId, this.before(eventId));
        this.takeLayout();
    }

    get view(): BatteryView {
        return this.merged.view;
    }

    get discharging(): boolean {
        return this.parts.discharging || this.events.says('discharging');
    }

    /** All values are needed at least every 5 s. */
    get urgent(): boolean {
        return this.parts.urgent || this.events.says('discharging');
    }

    get running(): boolean {
        return this.events.active.length > 0 || (this.rules?.running ?? false);
    }

    /** Changes with everything that must be written soon. */
    get phases(): string {
        return this.rules?.phases ?? '';
    }

    /** The last pass is not too old to decide. */
    get fresh(): boolean {
        const { lastValues } = this.merged;
        return (
            lastValues !== undefined &&
            this.clock.monotonic() - lastValues <= realMs(this.clock, 1000 * this.config.valuesStaleSeconds)
        );
    }

    open(feed: string): void {
        this.merged.open(feed);
    }

    close(feed: string): void {
        this.merged.close(feed);
    }

    /** @returns whether the flags differ from before */
    flags(feed: string, flags: BatteryFlags): boolean {
        const differ = this.merged.flags(feed, flags);
        const { view } = this.merged;
        this.events.hear(view);
        this.monitor.flags(view.states, view.tells);
        this.parts.flags(view);
        return differ;
    }

    /** @returns false: it is no pass of this battery, and nothing of it was used */
    sweep(feed: string, sweep: BatterySweep): boolean {
        if (!this.merged.sweep(feed, sweep)) return false;
        this.takeLayout();
        this.events.hear(this.merged.view);
        this.parts.sweep(this.merged.pass!, this.discharging);
        this.judge();
        return true;
    }

    identity(feed: string, ...told: Parameters<MergedView['identity']> extends [string, ...infer R] ? R : never): void {
        this.merged.identity(feed, ...told);
    }

    settings(feed: string, ...told: Parameters<MergedView['settings']> extends [string, ...infer R] ? R : never): void {
        this.merged.settings(feed, ...told);
    }

    /** Time has passed. */
    tick(): void {
        if (this.fresh) this.rules?.tick();
        else this.forget();
    }

    /** The monitor has been silent for too long: nothing new is decided on what it told. */
    silence(): void {
        this.lost = true;
        this.forget();
        this.parts.silent();
    }

    /** Clock ms until something begins by time alone; undefined: nothing does. */
    dueInMs(): number | undefined {
        return this.outdated ? undefined : this.rules?.dueInMs();
    }

    /** Judges the last pass anew, e.g. by another baseline. */
    judge(): void {
        const input = this.input();
        if (!input || !this.fresh) return;
        this.outdated = false;
        this.rules?.judge(input);
    }

    /** @returns the baseline with the present impedance of these modules, and those that have no comparable one */
    measure(modules: readonly number[] | undefined): { baseline: Baseline; missing: number[] } {
        const input = this.fresh ? this.input() : undefined;
        const count = this.layout?.modules ?? 0;
        const impedance = (input && comparableImpedance(input)) ?? new Float64Array(count).fill(NaN);
        return taken(this.baseline, impedance, this.clock.now(), modules);
    }

    /** @param cause undefined: the event is off */
    report(eventId: string, cause: OwnCause | undefined): void {
        if (!REPORTED.includes(eventId)) return;
        if (cause) this.reported.set(eventId, cause);
        else this.reported.delete(eventId);
    }

    /** Looks at all causes of all events anew. */
    settle(): EventChange[] {
        return this.events.settle(this.merged.view, this.causes());
    }

    state(): JudgeState {
        const { layout } = this;
        return {
            ...(layout && { counts: { modules: layout.modules, strings: layout.strings } }),
            rules: this.rules?.state() ?? ((this.keptRules?.state ?? {}) as RulesState),
            events: this.events.state(),
            start: this.monitor.state(),
            parts: this.parts.state(),
        };
    }

    private causes(): Map<string, OwnCause> {
        const causes = new Map<string, OwnCause>(this.reported);
        const note = (eventId: string, cause: OwnCause | undefined) => {
            if (cause) causes.set(eventId, cause);
        };
        if (this.rules) for (const eventId of this.rules.eventIds) note(eventId, this.rules.cause(eventId));
        // Before the size of the battery is known again, no rule can end anything.
        else for (const eventId of this.events.active) note(eventId, this.before(eventId));
        for (const [eventId, cause] of this.parts.causes((id) => this.before(id))) note(eventId, cause);
        if (this.lost) note(SILENT, plain('silence'));
        else causes.delete(SILENT);
        if (this.isProposed()) note(PROPOSED, plain('baseline'));
        else causes.delete(PROPOSED);
        causes.delete('general-alarm');
        return causes;
    }

    /** Once proposed it stays so until there is one, or the settings want none. */
    private isProposed(): boolean {
        const { installedAt, baselineMonths } = this.config;
        if (baselineMonths <= 0) return false;
        const now = this.events.detail(PROPOSED) ? Infinity : this.clock.now();
        return isProposed(this.baseline, installedAt, baselineMonths, now);
    }

    /** What our rules said of an active event when it was looked at last. */
    private before(eventId: string): OwnCause | undefined {
        const detail = this.events.detail(eventId);
        if (!detail || detail.by === 'card') return undefined;
        const { by: _by, ...cause } = detail;
        return cause;
    }

    private forget(): void {
        if (this.outdated) return;
        this.outdated = true;
        this.rules?.unknown();
    }

    private takeLayout(): void {
        const { layout } = this.merged;
        if (!layout || (layout.modules === this.layout?.modules && layout.strings === this.layout.strings)) return;
        const again = this.layout !== undefined;
        this.layout = layout;
        if (this.rules) this.rules.resize(layout);
        else {
            this.rules = new RuleBook(this.config, layout, this.clock);
            this.rules.restore(this.keptRules?.state, this.keptRules?.awayMs ?? 0);
            this.keptRules = undefined;
        }
        this.parts.layout(layout, again);
    }

    private input(): RuleInput | undefined {
        const { layout, config, baseline, discharging, parts } = this;
        if (!layout) return undefined;
        return {
            view: this.merged.view,
            layout,
            config,
            baseline,
            discharging,
            charging: parts.charging || this.events.says('charging'),
            impedanceSettled: this.monitor.settled(60_000 * config.impedanceWaitMinutes),
            sinceDischargeMs: parts.sinceDischargeMs,
        };
    }
}
