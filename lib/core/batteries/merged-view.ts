import { realMs, type Clock } from '../clock';
import type { SettledBatteryConfig } from './battery-config';
import { emptyView, type BatteryView, type ViewProblem } from './battery-view';
import { layoutOf, type BatteryLayout } from './layout';
import {
    BLOCK_QUANTITIES,
    MOST_MODULES,
    MOST_STRINGS,
    POSSIBLE_OF_BLOCK,
    POSSIBLE_OF_STRING,
    STRING_QUANTITIES,
    type BatteryFlags,
    type BatteryIdentity,
    type BatterySweep,
    type CardSettings,
    type CardState,
    type Possible,
    type Values,
} from './model';
import { meanOf } from './rules/rule';

/** A monitor that says one of these may not have found all of its modules yet [inferred]. */
const COUNTING: readonly CardState[] = ['initializing', 'addressing'];

interface Feed {
    flags?: BatteryFlags;
    flagsAt: number;
    sweep?: BatterySweep;
    sweepAt: number;
    identity?: BatteryIdentity;
    settings?: CardSettings;
    /** Counts of its last pass that differed from the layout: a second one in a row that tells the same is believed. */
    otherCounts?: string;
    /** States that its modules have told: one that none of them tells any more is off. */
    moduleStates: Set<CardState>;
}

/** Merges what several paths tell of one battery. The first in order leads; of what it does not tell, the next one counts. */
export class MergedView {
    private readonly feeds = new Map<string, Feed>();
    private current: BatteryView;
    /** Monotonic ms of the last flags and the last pass of anybody. */
    private flagsAt: number | undefined;
    private valuesAt: number | undefined;
    private valuesWall: number | undefined;
    private merged: BatterySweep | undefined;

    constructor(
        private readonly config: SettledBatteryConfig,
        private readonly clock: Clock,
        kept?: { modules?: number; strings?: number },
    ) {
        // What is kept may come from another version, or a damaged file.
        const count = (value: unknown, most: number) => (isCount(value, most) ? value : undefined);
        const { layout, problem } = this.layoutFor(
            count(kept?.modules, MOST_MODULES),
            count(kept?.strings, MOST_STRINGS),
        );
        this.current = {
            ...(layout && { layout }),
            ...(problem && { problem }),
            ...emptyView(),
        };
    }

    get view(): BatteryView {
        const now = this.clock.monotonic();
        const age = (at: number | undefined) => (at === undefined ? undefined : (now - at) / 1000);
        return {
            ...this.current,
            ...(this.valuesWall !== undefined && { at: this.valuesWall }),
            ...(this.flagsAt !== undefined && { flagsAgeSeconds: age(this.flagsAt) }),
            ...(this.valuesAt !== undefined && { valuesAgeSeconds: age(this.valuesAt) }),
        };
    }

    get layout(): BatteryLayout | undefined {
        return this.current.layout;
    }

    /** The last pass merged with what the others told, offsets added; the current of a single sensor as it measures it. */
    get pass(): BatterySweep | undefined {
        return this.merged;
    }

    /** Monotonic ms of the last pass; undefined before the first. */
    get lastValues(): number | undefined {
        return this.valuesAt;
    }

    open(id: string): void {
        this.feeds.set(id, { flagsAt: -Infinity, sweepAt: -Infinity, moduleStates: new Set() });
    }

    /** Its flags and values count until they are too old. */
    close(id: string): void {
        const feed = this.feeds.get(id);
        if (feed && !feed.flags && !feed.sweep) this.feeds.delete(id);
    }

    /** @returns whether what is told differs from before */
    flags(id: string, flags: BatteryFlags): boolean {
        const feed = this.feedOf(id);
        feed.flags = flags;
        feed.flagsAt = this.flagsAt = this.clock.monotonic();
        return this.mergeFlags();
    }

    /** @returns false: it is no pass of a battery, or of another one than before; nothing of it is used yet */
    sweep(id: string, sweep: BatterySweep): boolean {
        const counts = `${sweep.modules}/${sweep.strings}`;
        const usable =
            isCount(sweep.modules, MOST_MODULES) &&
            (sweep.strings === undefined || isCount(sweep.strings, MOST_STRINGS));
        if (!usable) return false;
        const feed = this.feedOf(id);
        if (!this.layoutHolds(sweep)) {
            const known = this.current.layout !== undefined;
            const again = counts === feed.otherCounts;
            feed.otherCounts = counts;
            const isCounting = COUNTING.some((state) => this.current.states.has(state));
            if (known && (!again || isCounting)) return false;
            this.forgetOtherSizes(sweep);
        }
        feed.otherCounts = undefined;
        const { layout, problem } = this.layoutFor(sweep.modules, sweep.strings ?? this.current.layout?.strings);
        feed.sweep = sweep;
        for (const state of sweep.moduleStates.keys()) feed.moduleStates.add(state);
        feed.sweepAt = this.valuesAt = this.clock.monotonic();
        this.valuesWall = this.clock.now();
        this.current = { ...this.current, layout, problem };
        this.mergeValues(sweep.tookMs);
        this.mergeFlags();
        return true;
    }

    identity(id: string, identity: BatteryIdentity): void {
        this.feedOf(id).identity = identity;
        this.mergeIdentity();
    }

    settings(id: string, settings: CardSettings): void {
        this.feedOf(id).settings = settings;
        this.mergeIdentity();
    }

    private feedOf(id: string): Feed {
        if (!this.feeds.has(id)) this.open(id);
        return this.feeds.get(id)!;
    }

    /** The counts of the settings hold against those of the monitor. */
    private layoutFor(
        modules: number | undefined,
        strings: number | undefined,
    ): { layout?: BatteryLayout; problem?: ViewProblem } {
        const { config } = this;
        const count = config.modules ?? modules;
        if (count === undefined) return {};
        const parts = config.strings ?? strings ?? 1;
        const problem: ViewProblem | undefined =
            modules !== undefined && modules !== count
                ? { kind: 'modules', told: modules, expected: count }
                : strings !== undefined && strings !== parts
                  ? { kind: 'strings', told: strings, expected: parts }
                  : undefined;
        if (count % parts === 0) return { layout: layoutOf(count, parts), problem };
        return { layout: layoutOf(count, 1), problem: { kind: 'layout', modules: count, strings: parts } };
    }

    private layoutHolds({ modules, strings }: BatterySweep): boolean {
        const { layout } = this.layoutFor(modules, strings ?? this.current.layout?.strings);
        return layout?.modules === this.current.layout?.modules && layout?.strings === this.current.layout?.strings;
    }

    /** Values of a battery of another size are not mixed with those of this one. */
    private forgetOtherSizes({ modules }: BatterySweep): void {
        for (const feed of this.feeds.values()) if (feed.sweep?.modules !== modules) feed.sweep = undefined;
    }

    private mergeValues(tookMs: number): void {
        const layout = this.current.layout!;
        const feeds = this.fresh((feed) => feed.sweepAt, this.config.valuesStaleSeconds);
        const sweeps = feeds.flatMap(({ sweep }) => sweep ?? []);
        const blocks: BatteryView['blocks'] = {};
        for (const quantity of BLOCK_QUANTITIES) {
            const merged = firstKnown(
                layout.modules,
                sweeps.map((sweep) => sweep.blocks[quantity]),
                POSSIBLE_OF_BLOCK[quantity],
            );
            if (!merged) continue;
            const offset =
                quantity === 'charge' || quantity === 'equalizing' ? 0 : (this.config.offsets[quantity] ?? 0);
            if (offset !== 0) for (let i = 0; i < merged.length; i++) merged[i]! += offset;
            blocks[quantity] = merged;
        }
        const byString: BatteryView['byString'] = {};
        for (const quantity of STRING_QUANTITIES) {
            if (quantity === 'current' && this.config.currentSensors === 'none') continue;
            const merged = firstKnown(
                layout.strings,
                sweeps.map((sweep) => sweep.byString[quantity]),
                POSSIBLE_OF_STRING[quantity],
            );
            if (merged) byString[quantity] = merged;
        }
        const { charge: _charge, ...told } = byString;
        const { currentSensors, currentMultiplier } = this.config;
        if (currentSensors === 'one' && byString.current && currentMultiplier !== 1)
            byString.current = byString.current.map((value) => value * currentMultiplier);
        byString.voltage = sumsWhereUnknown(layout, byString.voltage, blocks.voltage);
        if (blocks.charge) byString.charge = meansOf(layout, blocks.charge);
        if (byString.voltage === undefined) delete byString.voltage;
        const modules = new Map<CardState, readonly number[]>();
        for (const feed of feeds.toReversed())
            for (const state of feed.moduleStates) {
                const numbers = feed.sweep?.moduleStates.get(state) ?? [];
                if (numbers.length > 0 || !modules.has(state))
                    modules.set(
                        state,
                        numbers.filter((module) => isCount(module, layout.modules)),
                    );
            }
        this.merged = {
            modules: layout.modules,
            strings: layout.strings,
            tookMs,
            blocks,
            byString: told,
            moduleStates: modules,
        };
        this.current = { ...this.current, blocks, byString, modules };
    }

    private mergeFlags(): boolean {
        const before = this.current;
        const feeds = this.fresh((feed) => feed.flagsAt, this.config.staleSeconds).flatMap(({ flags }) => flags ?? []);
        const states = new Set<CardState>();
        const tells = new Set<CardState>();
        const strings = new Map<CardState, readonly number[]>();
        for (const flags of feeds) {
            for (const state of flags.tells) tells.add(state);
            for (const state of flags.states) states.add(state);
            for (const [state, numbers] of flags.strings ?? [])
                if (!strings.has(state))
                    strings.set(
                        state,
                        numbers.filter((string) => isCount(string, MOST_STRINGS)),
                    );
        }
        // What is on is told.
        for (const state of states) tells.add(state);
        const inputs = firstTold(feeds.map((flags) => flags.inputs));
        const outputs = firstTold(feeds.map((flags) => flags.outputs));
        this.current = { ...before, states, tells, strings, inputs, outputs };
        return flagsText(before) !== flagsText(this.current);
    }

    private mergeIdentity(): void {
        const feeds = [...this.feeds.values()].toReversed();
        this.current = {
            ...this.current,
            identity: Object.assign({}, ...feeds.map(({ identity }) => identity)) as BatteryIdentity,
            settings: Object.assign({}, ...feeds.map(({ settings }) => settings)) as CardSettings,
        };
    }

    /** The feeds in order whose word is recent; if nobody's is, all of them: the last word counts until there is another one. */
    private fresh(at: (feed: Feed) => number, seconds: number): Feed[] {
        const all = [...this.feeds.values()].filter((feed) => at(feed) > -Infinity);
        const oldest = this.clock.monotonic() - realMs(this.clock, 1000 * seconds);
        const fresh = seconds > 0 ? all.filter((feed) => at(feed) >= oldest) : all;
        return fresh.length > 0 ? fresh : all;
    }
}

function isCount(value: unknown, most: number): value is number {
    return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most;
}

/** A new array of the first known and possible value of each; undefined if none has this quantity. */
function firstKnown(count: number, told: (Values | undefined)[], [least, most]: Possible): Values | undefined {
    const arrays = told.filter((values) => values !== undefined);
    if (arrays.length === 0) return undefined;
    const merged = new Float64Array(count).fill(NaN);
    for (let i = 0; i < count; i++)
        for (const values of arrays) {
            const value = values[i]!;
            if (!(value >= least && value <= most)) continue;
            merged[i] = value;
            break;
        }
    return merged;
}

function firstTold(lists: (readonly (boolean | undefined)[] | undefined)[]): (boolean | undefined)[] {
    const length = Math.max(0, ...lists.map((list) => list?.length ?? 0));
    return Array.from({ length }, (_, i) => lists.map((list) => list?.[i]).find((told) => told !== undefined));
}

/** The voltage of a string that nobody tells is the sum of its blocks, if all are known. */
function sumsWhereUnknown(
    layout: BatteryLayout,
    told: Values | undefined,
    blocks: Values | undefined,
): Values | undefined {
    if (!blocks) return told;
    const sums = told ?? new Float64Array(layout.strings).fill(NaN);
    for (let s = 0; s < layout.strings; s++) {
        if (Number.isFinite(sums[s])) continue;
        let sum = 0;
        for (let i = s * layout.perString; i < (s + 1) * layout.perString; i++) sum += blocks[i]!;
        sums[s] = sum;
    }
    return sums;
}

function meansOf(layout: BatteryLayout, values: Values): Values {
    const { perString } = layout;
    return Float64Array.from({ length: layout.strings }, (_, s) => meanOf(values, s * perString, (s + 1) * perString));
}

function flagsText({ states, tells, strings, inputs, outputs }: BatteryView): string {
    return JSON.stringify([
        [...states].sort(),
        [...tells].sort(),
        [...strings].sort(([a], [b]) => (a < b ? -1 : 1)),
        inputs.map((on) => on ?? null),
        outputs.map((on) => on ?? null),
    ]);
}
