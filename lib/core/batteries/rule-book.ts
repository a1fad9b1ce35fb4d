import type { Clock } from '../clock';
import type { SettledBatteryConfig } from './battery-config';
import { MOST_NAMED, type BatteryDetail } from './battery-detail';
import type { BatteryLayout } from './layout';
import { LevelBank, type BankState } from './level-bank';
import { LIMIT_KINDS, placedLimits, type Limit, type LimitKind, type LimitSide } from './limits';
import type { Values } from './model';
import { RULES } from './rules';
import { fuse } from './rules/fuse';
import { moduleLost } from './rules/module-lost';
import type { Rule, RuleInput } from './rules/rule';

/** What our rules say of one event; without `by`, which the flags of the monitor have a part in. */
export type OwnCause = Omit<BatteryDetail, 'by'>;

interface Placed {
    key: string;
    eventId: string;
    kind: LimitKind | 'fuse' | 'lost';
    of: 'module' | 'string';
    side: LimitSide;
    /** Undefined: the value is only yes or no. */
    unit?: string;
    rule: Rule;
    bank: LevelBank;
}

/** JSON, by rule. */
export type RulesState = Record<string, BankState>;

/** All rules of a battery, each limit with the levels of all modules or strings. */
export class RuleBook {
    private readonly placed: Placed[];
    private readonly rules: ReadonlySet<Rule>;

    constructor(
        config: SettledBatteryConfig,
        private layout: BatteryLayout,
        private readonly clock: Clock,
    ) {
        const limits = placedLimits(config.limits).map((one) => {
            const { of, unit } = LIMIT_KINDS[one.kind];
            const delayed = one.kind === 'deviationCharge' || one.kind === 'deviationDischarge';
            const seconds = one.limit.seconds ?? (delayed ? 60 * config.deviationDelayMinutes : 0);
            const key = `${one.kind}.${one.level}.${one.side}`;
            const { kind, eventId, side } = one;
            return this.place({ key, eventId, kind, of, side, unit, rule: RULES[kind] }, { ...one.limit, seconds });
        });
        const missing: Limit = { value: 0.5, seconds: config.missingSeconds };
        const yes = (kind: 'fuse' | 'lost', eventId: string, rule: Rule) =>
            this.place({ key: kind, eventId, kind, of: 'module', side: 'high', rule }, missing);
        this.placed = [...limits, yes('lost', 'module-lost', moduleLost), yes('fuse', 'module-fuse-blown', fuse)];
        this.rules = new Set(this.placed.map(({ rule }) => rule));
    }

    /** Every event that a rule can raise. */
    get eventIds(): ReadonlySet<string> {
        return new Set(this.placed.map(({ eventId }) => eventId));
    }

    /** @returns whether a module or string began or ended to count */
    judge(input: RuleInput): boolean {
        const judged = new Map<Rule, Values | undefined>();
        for (const rule of this.rules) judged.set(rule, rule.judged(input));
        let changed = false;
        for (const { rule, bank, side } of this.placed) {
            const values = judged.get(rule);
            if (!values) bank.unknown();
            else if (bank.update(values, rule.held?.(input, side) ?? false)) changed = true;
        }
        return changed;
    }

    /** The last values are too old: nothing begins or ends until the next. */
    unknown(): void {
        for (const { bank } of this.placed) bank.unknown();
    }

    /** Clock ms until something goes on by time alone. */
    dueInMs(): number | undefined {
        const due = this.placed.map(({ bank }) => bank.dueInMs() ?? Infinity);
        const first = Math.min(...due);
        return first === Infinity ? undefined : first;
    }

    tick(): boolean {
        return this.placed.filter(({ bank }) => bank.tick()).length > 0;
    }

    /** Modules and strings that remain keep their state. */
    resize(layout: BatteryLayout): void {
        this.layout = layout;
        for (const { of, bank } of this.placed) bank.resize(of === 'module' ? layout.modules : layout.strings);
    }

    /** Whether a duration runs, or something is on. */
    get running(): boolean {
        return this.placed.some(({ bank }) => bank.active > 0 || bank.pending > 0);
    }

    /** Changes whenever a duration begins or ends, or something goes on or off. */
    get phases(): string {
        return this.placed.map(({ bank }) => `${bank.pending}/${bank.active}`).join();
    }

    /** What the rules say of an event; undefined: it is off. */
    cause(eventId: string): OwnCause | undefined {
        const on = this.placed.filter((one) => one.eventId === eventId && one.bank.active > 0);
        if (on.length === 0) return undefined;
        const ranked = on.map((one) => ({ one, items: byExcess(one.bank) }));
        const [worst] = ranked.sort((a, b) => share(b.one.bank, b.items[0]!) - share(a.one.bank, a.items[0]!));
        const { one, items } = worst!;
        const modules = new Set<number>();
        const strings = new Set<number>();
        for (const { one, items } of ranked)
            for (const item of items) {
                if (one.of === 'module') modules.add(item + 1);
                strings.add(one.of === 'module' ? this.layout.stringOf(item + 1) : item + 1);
            }
        const named = items.slice(0, MOST_NAMED).map((item) => ({ of: item + 1, ...this.valueOf(one, item) }));
        return {
            modules: ascending(modules),
            strings: ascending(strings),
            rule: one.kind,
            ...(one.unit !== undefined && { side: one.side, limit: one.bank.limit.value, unit: one.unit }),
            ...this.valueOf(one, items[0]!),
            worst: items[0]! + 1,
            named,
            more: (one.of === 'module' ? modules.size : strings.size) - named.length,
        };
    }

    state(): RulesState {
        return Object.fromEntries(
            this.placed.flatMap(({ key, bank }) => [[key, bank.state()]]).filter(([, on]) => on),
        ) as RulesState;
    }

    /** @param awayMs clock ms since the state was taken */
    restore(state: unknown, awayMs: number): void {
        const kept = (typeof state === 'object' && state !== null ? state : {}) as Record<string, unknown>;
        for (const { key, bank } of this.placed) bank.restore(kept[key], awayMs);
    }

    private place(one: Omit<Placed, 'bank'>, limit: Limit): Placed {
        const count = one.of === 'module' ? this.layout.modules : this.layout.strings;
        return { ...one, bank: new LevelBank(one.side, limit, count, this.clock) };
    }

    private valueOf({ bank, unit }: Placed, item: number): { value?: number } {
        const value = bank.valueOf(item);
        return unit === undefined || !Number.isFinite(value) ? {} : { value: rounded(value, unit === '%' ? 1 : 3) };
    }
}

/** The items that are on, the worst first; of those without a value the order is that of their numbers. */
function byExcess(bank: LevelBank): number[] {
    const excess = (item: number) => {
        const beyond = bank.excess(item);
        return Number.isFinite(beyond) ? beyond : -Infinity;
    };
    // Infinite minus infinite is no number.
    return bank.items().sort((a, b) => excess(b) - excess(a) || a - b);
}

/** How far beyond its limit, in shares of it: limits of several units are compared by it. */
function share(bank: LevelBank, item: number): number {
    const beyond = bank.excess(item) / Math.max(Math.abs(bank.limit.value), 1e-9);
    return Number.isFinite(beyond) ? beyond : -1e9;
}

function ascending(numbers: ReadonlySet<number>): number[] {
    return [...numbers].sort((a, b) => a - b);
}

function rounded(value: number, decimals: number): number {
    return Math.round(value * 10 ** decimals) / 10 ** decimals + 0;
}
