import type { BatteryConfig } from '../../lib/core/batteries/battery-config';
import {
    BatterySource,
    type BatteryChange,
    type BatteryFeed,
    type BatterySourceOptions,
} from '../../lib/core/batteries/battery-source';
import type { BatteryFlags, BatterySweep, BlockQuantity, StringQuantity } from '../../lib/core/batteries/model';
import type { NewLogEntry } from '../../lib/core/journal/event-log';
import type { Journal } from '../../lib/core/journal/journal';
import { MemoryJournal } from '../../lib/core/journal/memory-journal';
import type { EventInfo } from '../../lib/core/messages';
import { FakeClock } from './fake-clock';

type Numbers = readonly number[];
export type Pass = Partial<Record<BlockQuantity, Numbers>> & {
    current?: Numbers;
    stringVoltage?: Numbers;
    moduleStates?: Record<string, number[]>;
    modules?: number;
    strings?: number;
};

export const BATTERY: BatteryConfig = { nominalVoltage: 12, chemistry: 'lead-acid', limits: {}, runaway: false };

/** A battery that is told what the test wants, with a clock and a journal that a restart keeps. */
export class BatteryBench {
    readonly source: BatterySource;
    readonly edges: EventInfo[] = [];
    readonly entries: NewLogEntry[] = [];
    readonly changes: BatteryChange[] = [];
    readonly card: BatteryFeed;
    urgent: boolean | undefined;

    constructor(
        readonly config: Partial<BatteryConfig> = {},
        readonly clock = new FakeClock(),
        readonly journal: Journal = new MemoryJournal(),
        readonly more: Partial<BatterySourceOptions> = {},
    ) {
        clock.boot ??= { id: 'boot', origin: 1000 };
        this.source = new BatterySource({
            id: 'battery1',
            name: 'Battery 1',
            config: { ...BATTERY, ...config },
            clock,
            journal,
            log: { append: (entry) => this.entries.push(entry) },
            text: (eventId, active, { modules, value }) =>
                `${eventId} ${active ? 'on' : 'off'} [${modules.join()}] ${value ?? ''}`.trim(),
            ...more,
        });
        this.source.subscribe((change) => {
            if (change.kind === 'edge') this.edges.push(change.event);
        });
        this.source.watch((change) => this.changes.push(change));
        this.card = this.source.connect('card1', {
            setUrgent: (urgent) => (this.urgent = urgent),
            pollNow: () => undefined,
        });
        this.source.start();
    }

    get told(): string[] {
        return this.edges.map(({ id, active }) => `${id} ${active ? 'on' : 'off'}`);
    }

    get sets(): string[] {
        return this.changes.flatMap((change) =>
            change.kind === 'set' ? [`${change.eventId} ${change.detail.by} [${change.detail.modules.join()}]`] : [],
        );
    }

    /** What was told since this was called last. */
    news(): string[] {
        const { told } = this;
        this.edges.length = 0;
        return told;
    }

    /** The program is killed: nothing is closed or saved, and what it still does reaches nobody. */
    restart(deadMs = 0, config = this.config, journal = this.journal): BatteryBench {
        this.source['judge'] = undefined;
        this.clock.clearTimeout(this.source['timer']);
        this.clock.advanceSync(deadMs);
        return new BatteryBench(config, this.clock, journal, this.more);
    }

    flags(states: readonly string[], tells: readonly string[] = states, more: Partial<BatteryFlags> = {}): void {
        this.card.flags({ states: new Set(states), tells: new Set(tells), ...more });
    }

    pass(told: Pass): void {
        this.card.sweep(sweepOf(told));
    }

    /** The same values and flags for so long: a pass each 10 s, flags each second. */
    run(seconds: number, told?: Pass, states?: readonly string[]): void {
        for (let second = 0; second < seconds; second++) {
            if (states) this.flags(states);
            if (told && second % 10 === 0) this.pass(told);
            this.clock.advanceSync(1000);
        }
    }
}

export function sweepOf({
    current,
    stringVoltage,
    moduleStates = {},
    modules,
    strings,
    ...blocks
}: Pass): BatterySweep {
    const arrays = Object.entries(blocks).map(([quantity, values]) => [quantity, Float64Array.from(values)]);
    const count = Math.max(1, ...Object.values(blocks).map((values) => values.length));
    const byString: Partial<Record<StringQuantity, Float64Array>> = {
        ...(current && { current: Float64Array.from(current) }),
        ...(stringVoltage && { voltage: Float64Array.from(stringVoltage) }),
    };
    return {
        modules: modules ?? count,
        ...((strings ?? current ?? stringVoltage) && { strings: strings ?? (current ?? stringVoltage)!.length }),
        tookMs: 100,
        blocks: Object.fromEntries(arrays) as BatterySweep['blocks'],
        byString,
        moduleStates: new Map(Object.entries(moduleStates)),
    };
}

/** `count` times this value, but for some modules (from 1). */
export function all(count: number, value: number, but: Record<number, number> = {}): number[] {
    return Array.from({ length: count }, (_, i) => but[i + 1] ?? value);
}
