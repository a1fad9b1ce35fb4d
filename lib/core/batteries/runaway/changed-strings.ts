import type { BatterySource } from '../battery-source';
import type { RunawayWatch } from './runaway-watch';

/** Has the runaway watch of a battery do something. @returns the strings, from 1, whose phase is another one afterwards */
export function changedStrings(battery: BatterySource, work: (watch: RunawayWatch) => unknown): number[] {
    return (
        battery.act(({ runaway }) => {
            if (!runaway) return [];
            const before = runaway.views().map(({ phase }) => phase);
            work(runaway);
            return runaway.views().flatMap(({ phase, string }, i) => (phase === before[i] ? [] : [string]));
        }) ?? []
    );
}
