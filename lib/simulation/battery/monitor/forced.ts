import type { CardState } from '../../../core/batteries/model';
import type { Judgement } from './judging';
import { BIT, isModuleState } from './states';

interface Order {
    on: boolean;
    modules: readonly number[];
    strings: readonly number[];
}

/** States that somebody sets, for tests: on or off, whatever the values say, until they are released. */
export class Forced {
    private readonly orders = new Map<CardState, Order>();

    /** @param modules, strings (from 1) that carry the state as well */
    set(state: CardState, on: boolean, modules: readonly number[] = [], strings: readonly number[] = []): void {
        this.orders.set(state, { on, modules, strings });
    }

    /** One state, or all, goes by the values again. */
    release(state?: CardState): void {
        if (state === undefined) this.orders.clear();
        else this.orders.delete(state);
    }

    /** Undefined: nobody has set it. */
    told(state: CardState): boolean | undefined {
        return this.orders.get(state)?.on;
    }

    isOn(state: CardState): boolean {
        return this.told(state) === true;
    }

    applyTo({ modules, strings, system }: Judgement): void {
        for (const [state, order] of this.orders) {
            if (order.on && order.strings.length) strings.set(state, [...order.strings]);
            if (!order.on) {
                strings.delete(state);
                system.delete(state);
            }
            if (!isModuleState(state)) continue;
            if (order.on) for (const module of order.modules) modules[module - 1]! |= BIT[state];
            else for (let i = 0; i < modules.length; i++) modules[i]! &= ~BIT[state];
        }
    }

    applyToStates(states: Set<CardState>): void {
        for (const [state, { on }] of this.orders) {
            if (on) states.add(state);
            else states.delete(state);
        }
    }
}
