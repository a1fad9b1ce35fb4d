import type { BatterySource } from '../batteries/battery-source';
import type { BatteryView } from '../batteries/battery-view';
import type { CardState } from '../batteries/model';

/** What every server tells of a battery of many blocks, whatever its protocol. Taken at one moment. */
export interface ServedBattery {
    id: string;
    name: string;
    /** `none`: no reading yet. `silent`: its monitor does not answer, and nothing of it is known now. */
    knowledge: 'none' | 'live' | 'silent';
    /** Values of its blocks and strings; NaN: not known. */
    view: BatteryView;
    /** What is on, by the monitor or by our rules; empty in silence. */
    states: ReadonlySet<CardState>;
    /** Modules (from 1) by state. */
    moduleStates: ReadonlyMap<CardState, readonly number[]>;
}

/** The part of a battery that is served. */
export type ServableBattery = Pick<BatterySource, 'id' | 'name' | 'silent' | 'view' | 'activeEvents' | 'detail'>;

/** What is known of a battery now. */
export function servedBattery(battery: ServableBattery): ServedBattery {
    const { id, name } = battery;
    const view = battery.view();
    const isRead = view.at !== undefined || view.flagsAgeSeconds !== undefined;
    const knowledge = !isRead ? 'none' : battery.silent ? 'silent' : 'live';
    if (knowledge !== 'live') return { id, name, knowledge, view, states: new Set(), moduleStates: new Map() };
    const states = new Set<CardState>(view.states);
    const moduleStates = new Map<CardState, Set<number>>();
    const add = (state: CardState, modules: readonly number[] = []) => {
        const known = moduleStates.get(state) ?? new Set();
        for (const module of modules) known.add(module);
        if (known.size > 0) moduleStates.set(state, known);
    };
    for (const [state, modules] of view.modules) add(state, modules);
    for (const event of battery.activeEvents()) {
        states.add(event.id);
        add(event.id, battery.detail(event.id)?.modules);
    }
    return {
        ...{ id, name, knowledge, view, states },
        moduleStates: new Map([...moduleStates].map(([state, modules]) => [state, [...modules].sort((a, b) => a - b)])),
    };
}
