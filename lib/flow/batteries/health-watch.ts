import type { BatterySource } from '../../core/batteries/battery-source';
import { batteryHealthSoon, type BatteryHealth } from '../../core/batteries/health/health';
import type { HealthLimits } from '../../core/batteries/health/reasons';
import { WEEK_MS } from '../../core/batteries/health/series';
import { keptInventory, newlyReplaced, NO_INVENTORY, type BatteryInventory } from '../../core/batteries/inventory';
import type { OwnCause } from '../../core/batteries/rule-book';
import { realMs, type TimerHandle } from '../../core/clock';
import type { Journal } from '../../core/journal/journal';
import { Slices } from '../../core/turns';
import { Listeners } from '../listeners';
import type { BatteryHistory } from './battery-history';
import { CAPACITY_LOW, FAILING, healthCause } from './health-cause';
import { healthInput, type HealthSettings } from './health-input';

const HEALTH = 'health';
const INVENTORY = 'inventory';
/** After a start, the battery has to be read first; after a discharge, its last rows have to be written [ours]. Real ms. */
const AFTER_MS = 300_000;
/** So often it is seen whether a week is over: a clock that was set changes nothing for long. */
const LOOK_MS = 3_600_000;

export interface HealthWatchOptions {
    battery: BatterySource;
    journal: Journal;
    history: BatteryHistory;
    settings?: HealthSettings;
    /** The reasons of the blocks of an event in the language of the site. */
    reasons(health: BatteryHealth, cause: OwnCause): string;
    /** A judgement that nobody waits for failed. */
    failed(error: unknown): void;
}

/**
 * Judges the health of a battery soon after the start, after each discharge and once a week, in slices; keeps the last judgement and the inventory over a
 * restart, and has the battery raise what it finds.
 */
export class HealthWatch {
    private last: BatteryHealth | undefined;
    private kept: BatteryInventory = NO_INVENTORY;
    private timer: TimerHandle;
    private running: Promise<BatteryHealth | undefined> | undefined;
    private unwatch: (() => void) | undefined;
    private closed = false;
    private readonly listeners = new Listeners<void>();

    constructor(private readonly options: HealthWatchOptions) {}

    /** Takes up what is kept; call it after the start of the battery. */
    start(): void {
        const { battery, journal } = this.options;
        this.kept = keptInventory(journal.getValue(battery.id, INVENTORY));
        this.last = keptHealth(journal.getValue(battery.id, HEALTH));
        if (this.last) this.tell(this.last);
        this.unwatch = battery.watch((change) => {
            if (change.kind !== 'discharge') return;
            const { kind } = change.change;
            if (kind === 'complete' || (kind === 'discharging' && !change.change.active)) this.wait(AFTER_MS, true);
        });
        this.wait(AFTER_MS, true);
    }

    /** The last judgement; undefined: there is none yet. */
    get health(): BatteryHealth | undefined {
        return this.last;
    }

    get inventory(): BatteryInventory {
        return this.kept;
    }

    /** What it judges by, but for what is usual. */
    get settings(): HealthSettings {
        return this.options.settings ?? {};
    }

    /** The health or the inventory is another one. @returns ends it */
    onChange(listener: () => void): () => void {
        return this.listeners.add(listener);
    }

    /**
     * Replaces the inventory. Blocks that are newly replaced begin anew: their baseline from before is taken away, and the health is judged soon.
     * @returns modules (from 1) that were replaced
     */
    setInventory(inventory: BatteryInventory): number[] {
        const { battery, journal } = this.options;
        const replaced = newlyReplaced(this.kept, inventory);
        this.kept = inventory;
        journal.setValue(battery.id, INVENTORY, inventory);
        const { baseline } = battery;
        const isOld = (module: number, at: number) =>
            replaced.includes(module) && at < Date.parse(inventory.blocks[module - 1]?.replacedOn ?? '');
        if (baseline?.blocks.some((block, i) => block && isOld(i + 1, block.at)))
            battery.replaceBaseline({
                blocks: baseline.blocks.map((block, i) => (block && isOld(i + 1, block.at) ? null : block)),
            });
        if (replaced.length > 0) this.wait(0, true);
        this.listeners.tell();
        return replaced;
    }

    /** Judges now, or waits for the judgement under way. @returns undefined: it is not known of how many blocks the battery is */
    judge(): Promise<BatteryHealth | undefined> {
        this.running ??= this.work()
            .then((health) => {
                if (health && !this.closed) this.take(health);
                return health;
            })
            .finally(() => (this.running = undefined));
        return this.running;
    }

    /** A judgement by other limits, which is not kept. */
    async judgedBy(limits: Partial<HealthLimits>): Promise<BatteryHealth | undefined> {
        return this.work({ ...this.settings.limits, ...limits });
    }

    /** Idempotent. */
    destroy(): void {
        this.closed = true;
        this.options.battery.clock.clearTimeout(this.timer);
        this.unwatch?.();
    }

    private async work(limits?: Partial<HealthLimits>): Promise<BatteryHealth | undefined> {
        const { battery, history } = this.options;
        const { settings } = this;
        const slices = new Slices();
        const input = await healthInput(
            battery,
            history,
            this.kept,
            { ...settings, ...(limits && { limits }) },
            slices,
        );
        return input && batteryHealthSoon(input, slices);
    }

    private take(health: BatteryHealth): void {
        const { battery, journal } = this.options;
        this.last = health;
        journal.setValue(battery.id, HEALTH, health);
        this.tell(health);
        this.listeners.tell();
    }

    private tell(health: BatteryHealth): void {
        const { battery, reasons } = this.options;
        for (const eventId of [FAILING, CAPACITY_LOW] as const) {
            const cause = healthCause(eventId, health);
            battery.report(eventId, cause && { ...cause, why: reasons(health, cause) });
        }
    }

    private wait(ms: number, due: boolean): void {
        const { clock } = this.options.battery;
        clock.clearTimeout(this.timer);
        if (this.closed) return;
        this.timer = clock.setTimeout(() => this.look(due), realMs(clock, ms));
    }

    private look(due: boolean): void {
        const { battery, failed } = this.options;
        const age = battery.clock.now() - (this.last?.at ?? -Infinity);
        // A clock that was set back would otherwise put it off for years.
        const isOld = age >= WEEK_MS || age < 0;
        if (!due && !isOld) this.wait(LOOK_MS, false);
        // Nothing else has to be done in a discharge.
        else if (battery.discharging) this.wait(AFTER_MS, true);
        else
            this.judge()
                .catch(failed)
                .finally(() => this.wait(LOOK_MS, false))
                .catch(failed);
    }
}

/** What is kept may come from another version, or a damaged file. */
function keptHealth(kept: unknown): BatteryHealth | undefined {
    const { at, modules, strings, blocks, ranking } = (
        typeof kept === 'object' && kept !== null ? kept : {}
    ) as Partial<BatteryHealth>;
    const isWhole =
        [at, modules, strings].every((value) => typeof value === 'number' && Number.isFinite(value)) &&
        Array.isArray(blocks) &&
        blocks.length === modules &&
        Array.isArray(ranking);
    return isWhole ? (kept as BatteryHealth) : undefined;
}
