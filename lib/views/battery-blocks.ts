import type { BatterySource } from '../core/batteries/battery-source';
import type { BatteryDetail } from '../core/batteries/battery-detail';
import {
    BLOCK_QUANTITIES,
    STRING_QUANTITIES,
    type BatteryIdentity,
    type BlockQuantity,
    type StringQuantity,
    type Values,
} from '../core/batteries/model';
import type { EventLevel } from '../core/events/ids';

/** Units as in BLOCK_UNITS; what is not known is absent. */
export interface BlockView extends Partial<Record<BlockQuantity, number>> {
    /** From 1. */
    module: number;
    /** From 1; absent while the number of strings is not known. */
    string?: number;
    /** The most serious level of the events that concern it. */
    level?: EventLevel;
}

/** Units as in STRING_UNITS; `charge` in %. */
export interface StringView extends Partial<Record<StringQuantity | 'charge', number>> {
    string: number;
    name?: string;
    level?: EventLevel;
}

export interface BatteryEventView {
    id: string;
    level: EventLevel;
    since: number;
    text: string;
    detail?: BatteryDetail;
}

/** A battery as pages, messages and programs are shown it: plain JSON. */
export interface BatteryBlocksView {
    id: string;
    name: string;
    /** Epoch ms of the last pass of all values; absent before the first. */
    time?: number;
    /** Seconds since the last pass. */
    ageSeconds?: number;
    silent: boolean;
    level?: EventLevel;
    nominalVoltage: number;
    modules: number;
    strings: StringView[];
    blocks: BlockView[];
    /** The most serious first. */
    events: BatteryEventView[];
    identity: BatteryIdentity;
    discharges: number;
    discharging: boolean;
    charging: boolean;
}

const SERIOUSNESS: Readonly<Record<EventLevel, number>> = { alarm: 0, warning: 1, info: 2 };

/** @param only numbers of modules; default: all */
export function batteryBlocksView(battery: BatterySource, only?: ReadonlySet<number>): BatteryBlocksView {
    const { id, name, config } = battery;
    const view = battery.view();
    const { layout, blocks, byString } = view;
    const events = battery
        .activeEvents()
        .map((event) => {
            const detail = battery.detail(event.id);
            return {
                id: event.id,
                level: event.level,
                since: event.since,
                text: event.text,
                ...(detail && { detail }),
            };
        })
        .sort((a, b) => SERIOUSNESS[a.level] - SERIOUSNESS[b.level] || a.since - b.since);
    const worst = (of: 'modules' | 'strings') => {
        const levels = new Map<number, EventLevel>();
        // The most serious comes first.
        for (const { level, detail } of events)
            if (level !== 'info') for (const n of detail?.[of] ?? []) if (!levels.has(n)) levels.set(n, level);
        return levels;
    };
    const ofBlocks = worst('modules');
    const ofStrings = worst('strings');
    const modules = layout?.modules ?? 0;
    return {
        id,
        name,
        ...(view.at !== undefined && { time: view.at }),
        ...(view.valuesAgeSeconds !== undefined && { ageSeconds: view.valuesAgeSeconds }),
        silent: battery.silent,
        ...(battery.level && { level: battery.level }),
        nominalVoltage: config.nominalVoltage,
        modules,
        strings: numbers(layout?.strings ?? 0).map((string) => {
            const label = config.stringNames?.[string - 1];
            const level = ofStrings.get(string);
            return {
                string,
                ...(label && { name: label }),
                ...valuesAt([...STRING_QUANTITIES, 'charge'] as const, byString, string - 1),
                ...(level && { level }),
            };
        }),
        blocks: numbers(modules)
            .filter((module) => only?.has(module) ?? true)
            .map((module) => {
                const level = ofBlocks.get(module);
                return {
                    module,
                    ...(layout && { string: layout.stringOf(module) }),
                    ...valuesAt(BLOCK_QUANTITIES, blocks, module - 1),
                    ...(level && { level }),
                };
            }),
        events,
        identity: view.identity,
        discharges: battery.discharges,
        discharging: battery.isActive('discharging'),
        charging: battery.isActive('charging'),
    };
}

function numbers(count: number): number[] {
    return Array.from({ length: count }, (_, i) => i + 1);
}

function valuesAt<Q extends string>(
    quantities: readonly Q[],
    values: Partial<Record<Q, Values>>,
    index: number,
): Partial<Record<Q, number>> {
    const found: Partial<Record<Q, number>> = {};
    for (const quantity of quantities) {
        const value = values[quantity]?.[index];
        if (value !== undefined && !Number.isNaN(value)) found[quantity] = Math.round(value * 1e4) / 1e4;
    }
    return found;
}
