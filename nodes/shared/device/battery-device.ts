import type { Node, NodeAPI } from 'node-red';
import type { BatteryDriver, BatteryDriverEvents } from '../../../lib/core/batteries/model';
import type { UpsDriver } from '../../../lib/core/driver';
import { feedBattery } from '../../batteries/feed-battery';
import { batteryOf } from '../config/battery-of';
import { checkSettings } from '../settings/check-settings';
import { DeviceProblems } from './device-problems';
import type { DeployedDevice } from './define-device';

/** A device by a map that tells blocks and strings, as a path to an `ups-battery`. It has no flags of its own. */
class MapBatteryDriver implements BatteryDriver {
    constructor(private readonly driver: UpsDriver) {}

    start({ flags, sweep, identity, state }: BatteryDriverEvents): void {
        this.driver.start({
            state,
            status: ({ identity: told = {} }, further) => {
                if (further) return;
                const { model, serial, firmware } = told;
                if (model || serial || firmware)
                    identity({ ...(model && { model }), ...(serial && { serial }), ...(firmware && { firmware }) });
                // It answers: that it tells no state ends none.
                flags({ states: new Set(), tells: new Set() });
                const blocks = this.driver.battery?.();
                if (blocks) sweep(blocks);
            },
        });
    }

    pollNow(): void {
        this.driver.pollNow();
    }

    setUrgent(urgent: boolean): void {
        this.driver.setUrgent(urgent);
    }

    stop(): Promise<void> {
        return this.driver.stop();
    }
}

/**
 * Lets a device feed the `ups-battery` in its settings, and shows its state on the node.
 * @param battery id of the `ups-battery`
 * @param make its driver, from its settings; may throw UpsError
 * @returns undefined if the settings are invalid, which is reported once
 */
export function startForBattery(
    RED: NodeAPI,
    node: Node,
    battery: string,
    make: (deployed: DeployedDevice) => UpsDriver,
): UpsDriver | undefined {
    return checkSettings(RED, node, () => {
        const batteryNode = batteryOf(RED, battery);
        const problems = new DeviceProblems(RED, node, batteryNode, () => undefined);
        const driver = make({
            ...{ node, site: batteryNode.site },
            warn: (error) => problems.warn(error),
            over: (codes) => problems.over(codes),
        });
        feedBattery(RED, node, batteryNode.battery, new MapBatteryDriver(driver));
        return driver;
    });
}
