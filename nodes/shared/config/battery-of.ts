import type { Node, NodeAPI } from 'node-red';
import type { BatteryPlate, BatterySource } from '../../../lib/core/batteries/battery-source';
import type { ScalableClock } from '../../../lib/core/clock';
import { UpsError } from '../../../lib/core/errors';
import type { HealthWatch } from '../../../lib/flow/batteries/health-watch';
import type { SiteRuntime } from '../runtime/flow-of';

export interface UpsBatteryNode extends Node {
    /** Absent if its settings are invalid. */
    battery?: BatterySource;
    /** The battery's clock: a simulated battery sets its speed. */
    batteryClock: ScalableClock;
    site: SiteRuntime | undefined;
    /** As `battery`. */
    health?: HealthWatch;
    plate?: BatteryPlate;
}

/** The `ups-battery` in a node's settings. @throws UpsError config-missing */
export function batteryOf(RED: NodeAPI, id: string): UpsBatteryNode & { battery: BatterySource } {
    const node = RED.nodes.getNode(id) as UpsBatteryNode | null;
    if (!node?.battery) throw new UpsError('config-missing', { property: 'battery' });
    return node as UpsBatteryNode & { battery: BatterySource };
}

/** A battery with its health; undefined: it is none, or its settings are invalid. */
export function keptBattery(node: UpsBatteryNode | null) {
    if (!node?.battery || !node.health) return undefined;
    const { battery, health, site } = node;
    return { battery, health, site };
}

/** The battery of a report, with its health and its site. @throws UpsError config-missing */
export function reportedBattery(RED: NodeAPI, id: string) {
    const { battery, health, site, plate } = batteryOf(RED, id);
    if (!health || !site) throw new UpsError('config-missing', { property: 'site' });
    return { battery, health, site, ...(plate?.batteryType && { type: plate.batteryType }) };
}
