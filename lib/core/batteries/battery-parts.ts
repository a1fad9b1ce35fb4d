import type { Clock } from '../clock';
import type { UpsError } from '../errors';
import type { SettledBatteryConfig } from './battery-config';
import { DischargeCounter } from './discharge/counter';
import { DischargeWatch, type DischargeChange } from './discharge/discharge-watch';
import type { DischargeRecorder } from './discharge/record';
import type { UpsWord } from './discharge/signs';
import type { EqualizingControl } from './equalizing/control';
import { EqualizingPause } from './equalizing/equalizing-pause';
import { layoutOf, type BatteryLayout } from './layout';
import type { BatteryFlags, BatterySweep } from './model';
import type { OwnCause } from './rule-book';
import { RunawayWatch, type RunawayReason, type RunawayView } from './runaway/runaway-watch';

/** JSON; each part reads its own again. */
export interface PartsState {
    discharge?: unknown;
    counter?: unknown;
    runaway?: unknown;
    /** The size of the battery that the runaway is about, if it is not the present one. */
    runawayOf?: { modules: number; strings: number };
    equalizing?: unknown;
}

/** So long a runaway waits for the battery to be counted again as it was [ours]. */
const LONGEST_RECOUNT_MS = 3_600_000;

export interface PartsOptions {
    name: string;
    config: SettledBatteryConfig;
    clock: Clock;
    recorder: DischargeRecorder;
    /** °C of the room. */
    ambient?(): number | undefined;
    /** A discharge began, ended, or was charged again. */
    discharged(change: DischargeChange): void;
}

/** What a battery decides beside its limits: discharge, its counter, runaway, the pause of the equalizing. Discharge and runaway begin with the layout. */
export class BatteryParts {
    readonly counter: DischargeCounter;
    private discharge: DischargeWatch | undefined;
    private runawayWatch: RunawayWatch | undefined;
    private present: BatteryLayout | undefined;
    private runawayOf: BatteryLayout | undefined;
    /** Monotonic ms since which the battery has another size than the runaway is about. */
    private otherSince: number | undefined;
    private pausing: EqualizingPause | undefined;

    constructor(
        private readonly options: PartsOptions,
        private readonly kept: PartsState,
    ) {
        const { config, clock } = options;
        this.counter = new DischargeCounter(config.dischargeLimit, clock.now(), kept.counter);
    }

    /** @param again the battery has another size than before */
    layout(layout: BatteryLayout, again: boolean): void {
        const { config, clock, recorder } = this.options;
        const { detection } = config;
        const discharge = again ? this.discharge?.state() : this.kept.discharge;
        this.discharge = new DischargeWatch({ layout, config: detection, clock, recorder }, discharge);
        this.present = layout;
        if (!again) this.watchRunaway(sizeIn(this.kept.runawayOf) ?? layout, this.kept.runaway);
        this.fitRunaway();
    }

    private watchRunaway(layout: BatteryLayout, state?: unknown): void {
        const { clock, config } = this.options;
        const { runaway } = config;
        this.runawayOf = layout;
        this.runawayWatch = runaway === false ? undefined : new RunawayWatch({ layout, config: runaway, clock }, state);
    }

    /** A monitor that starts anew in a runaway may count too few modules for a while: no breaker closes by that, and no countdown begins anew. */
    private fitRunaway(): void {
        const { present, runawayOf, runawayWatch } = this;
        const isSame = present?.modules === runawayOf?.modules && present?.strings === runawayOf?.strings;
        if (isSame || !present) return void (this.otherSince = undefined);
        const now = this.options.clock.monotonic();
        this.otherSince ??= now;
        // Strings that are as long as before keep what is known of them.
        const isAlike = present.perString === runawayOf?.perString;
        const busy = (runawayWatch?.views() ?? []).filter(({ phase }) => phase !== 'off');
        const isLost = busy.some(({ string }) => !isAlike || string > present.strings);
        if (!isLost || now - this.otherSince > LONGEST_RECOUNT_MS) {
            this.otherSince = undefined;
            this.watchRunaway(present, isAlike ? runawayWatch?.state() : undefined);
        }
    }

    /** Must be called within a write of the journal, as all that follow. */
    ups(word: UpsWord | undefined): void {
        this.note(this.discharge?.ups(word));
    }

    flags(flags: BatteryFlags): void {
        this.note(this.discharge?.flags(flags));
        this.pausing?.flags(flags);
    }

    sweep(sweep: BatterySweep, discharging: boolean): void {
        this.note(this.discharge?.sweep(sweep));
        const { ambient, config } = this.options;
        this.fitRunaway();
        this.runawayWatch?.sweep(sweep, {
            ambient: ambient?.(),
            discharging,
            sinceDischargeMs: this.sinceDischargeMs,
            currentPerString: config.currentSensors !== 'one' && config.currentSensors !== 'none',
        });
        this.pausing?.sweep(sweep);
    }

    silent(): void {
        this.discharge?.silent();
        this.pausing?.silent();
    }

    get discharging(): boolean {
        return this.discharge?.discharging ?? false;
    }

    get charging(): boolean {
        return this.discharge?.charging === true;
    }

    get sinceDischargeMs(): number | undefined {
        return this.discharge?.sinceDischargeMs;
    }

    get urgent(): boolean {
        return (this.discharge?.urgent ?? false) || (this.runawayWatch?.urgent ?? false);
    }

    get watch(): DischargeWatch | undefined {
        return this.discharge;
    }

    get runaway(): RunawayWatch | undefined {
        return this.runawayWatch;
    }

    get pause(): EqualizingPause | undefined {
        return this.pausing;
    }

    /** @param changed its state must be written, and its event looked at */
    pauseBy(control: EqualizingControl, changed: () => void, failed: (error: UpsError) => void): EqualizingPause {
        const { clock, name } = this.options;
        const kept = this.pausing?.state() ?? this.kept.equalizing;
        this.pausing?.destroy();
        this.pausing = new EqualizingPause({ clock, control, battery: name, changed, failed }, kept);
        return this.pausing;
    }

    /** The events that are on by what the parts say. @param before what an event was about that its part cannot tell of yet */
    causes(before: (eventId: string) => OwnCause | undefined): [eventId: string, cause: OwnCause][] {
        const causes: [string, OwnCause][] = [];
        const note = (eventId: string, cause: OwnCause | undefined) => {
            if (cause) causes.push([eventId, cause]);
        };
        if (this.discharge) {
            if (this.discharging) note('discharging', plain('discharge'));
            if (this.charging) note('charging', plain('charging'));
        } else for (const eventId of ['discharging', 'charging']) note(eventId, before(eventId));
        if (this.counter.active) {
            const { count } = this.counter.state();
            note('discharge-counter', {
                ...plain('discharges'),
                value: count,
                unit: '',
                limit: this.options.config.dischargeLimit,
            });
        }
        if (this.pausing ? this.pausing.paused : before('equalizing-paused')) note('equalizing-paused', plain('pause'));
        if (this.runawayWatch) causes.push(...runawayCauses(this.runawayWatch.views()));
        else if (this.options.config.runaway !== false)
            for (const eventId of RUNAWAY_EVENTS) note(eventId, before(eventId));
        return causes;
    }

    /** Hands records and curves to the recorder. To be called when the write is done that keeps the state. */
    flush(): void {
        this.discharge?.flush();
    }

    get dirty(): boolean {
        return (this.discharge?.dirty ?? false) || (this.runawayWatch?.dirty ?? false);
    }

    state(): PartsState {
        return {
            discharge: this.discharge?.state() ?? this.kept.discharge,
            counter: this.counter.state(),
            runaway: this.runawayWatch?.state() ?? this.kept.runaway,
            ...(this.otherSince !== undefined && { runawayOf: this.runawaySize }),
            equalizing: this.pausing?.state() ?? this.kept.equalizing,
        };
    }

    private get runawaySize() {
        const { modules, strings } = this.runawayOf!;
        return { modules, strings };
    }

    destroy(): void {
        this.pausing?.destroy();
    }

    private note(changes: DischargeChange[] | undefined): void {
        for (const change of changes ?? []) {
            if (change.kind === 'discharging') {
                if (change.active) this.counter.began(change.record);
                else this.counter.ended(change.record);
            }
            this.options.discharged(change);
        }
    }
}

const RUNAWAY_EVENTS = [
    'thermal-runaway-warning',
    'thermal-runaway',
    ...Array.from({ length: 16 }, (_, i) => `thermal-runaway-string-${i + 1}`),
];

/** What is kept may come from another version, or a damaged file. */
function sizeIn(kept: PartsState['runawayOf']): BatteryLayout | undefined {
    try {
        return kept && layoutOf(kept.modules, kept.strings);
    } catch {
        return undefined;
    }
}

function plain(rule: OwnCause['rule']): OwnCause {
    return { modules: [], strings: [], rule, named: [], more: 0 };
}

function runawayCauses(views: readonly RunawayView[]): [eventId: string, cause: OwnCause][] {
    // The warning stays until the condition has ended, also when it has become a runaway.
    const warned = views.filter(({ phase }) => phase === 'counting' || phase === 'stopped' || phase === 'runaway');
    const gone = views.filter(({ phase }) => phase === 'runaway' || phase === 'latched');
    return [
        ...(warned.length > 0 ? [['thermal-runaway-warning', runawayCause(warned)] as [string, OwnCause]] : []),
        ...gone.map((view): [string, OwnCause] => [`thermal-runaway-string-${view.string}`, runawayCause([view])]),
        ...(gone.length > 0 ? [['thermal-runaway', runawayCause(gone)] as [string, OwnCause]] : []),
    ];
}

function runawayCause(views: readonly RunawayView[]): OwnCause {
    const reasons = views.flatMap((view) => view.reasons);
    const modules = [...new Set(reasons.flatMap((reason) => reason.modules ?? []))].sort((a, b) => a - b);
    const [first] = reasons;
    return {
        ...plain('runaway'),
        modules,
        strings: views.map(({ string }) => string).sort((a, b) => a - b),
        ...(first && valuesOf(first)),
    };
}

function valuesOf({ rule, value, modules }: RunawayReason): Partial<OwnCause> {
    const worst = modules?.[0];
    return {
        value,
        unit: rule === 'current' ? 'A' : '°C',
        ...(worst !== undefined && { worst, named: [{ of: worst, value }] }),
    };
}
