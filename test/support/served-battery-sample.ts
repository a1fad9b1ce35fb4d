import { layoutOf } from '../../lib/core/batteries/layout';
import { emptyView } from '../../lib/core/batteries/battery-view';
import type { CardState } from '../../lib/core/batteries/model';
import type { ServedBattery } from '../../lib/core/served/served-battery';

/** A battery of many blocks as servers tell of it: module n has 13.00 V + n mV·10, 21.5 °C, 4.5 mΩ; each string 1.5 A, 162.5 V. */
export function batterySample(
    modules: number,
    strings: number,
    states: readonly CardState[] = [],
    moduleStates: readonly (readonly [CardState, number[]])[] = [],
): ServedBattery {
    const each = (count: number, value: (n: number) => number) =>
        Float64Array.from({ length: count }, (_, i) => value(i + 1));
    return {
        id: 'b1',
        name: 'Battery 1',
        knowledge: 'live',
        states: new Set(states),
        moduleStates: new Map(moduleStates),
        view: {
            ...emptyView(),
            at: 1000,
            layout: layoutOf(modules, strings),
            blocks: {
                voltage: each(modules, (n) => 13 + n / 100),
                temperature: each(modules, () => 21.5),
                impedance: each(modules, (n) => (n === 2 ? NaN : 4.5)),
                equalizing: each(modules, () => 30),
            },
            byString: {
                current: each(strings, () => -1.5),
                voltage: each(strings, () => 162.5),
                average: each(strings, () => 13.54),
                ripple: each(strings, () => 0.25),
            },
            inputs: [true, false, undefined, undefined],
            outputs: [false, undefined, undefined, undefined],
            settings: {
                nominalVoltage: 12,
                capacityAh: 100,
                limits: { 'voltage-high-alarm': 14.9, 'temperature-high-warning': 35 },
                inputNames: ['Door', 'Hydrogen', '', ''],
            },
        },
    };
}
