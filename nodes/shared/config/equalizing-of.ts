import type { NodeAPI } from 'node-red';
import type { BatterySource } from '../../../lib/core/batteries/battery-source';
import { EqualizingWays } from '../../../lib/core/batteries/equalizing/equalizing-ways';
import { flowOf, onePerFlow } from '../runtime/flow-of';
import { batteryOf } from './battery-of';

const OWNER = 'equalizing-by';

const known = onePerFlow(() => new WeakMap<BatterySource, EqualizingWays>());

/** The ways by which the equalizing of this `ups-battery` is paused: all its jobs share them. @throws UpsError config-missing */
export function equalizingOf(RED: NodeAPI, batteryId: string): EqualizingWays {
    const { battery, site } = batteryOf(RED, batteryId);
    const made = known(RED).get(battery);
    if (made) return made;
    const journal = site?.store ?? flowOf(RED).registry.memoryJournal;
    const ways = new EqualizingWays({
        battery,
        kept: () => journal.getValue(batteryId, OWNER) as string | undefined,
        keep: (owner) => journal.setValue(batteryId, OWNER, owner),
    });
    known(RED).set(battery, ways);
    return ways;
}
