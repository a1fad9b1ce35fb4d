import type { Node, NodeAPI } from 'node-red';
import type { TimerHandle } from '../../lib/core/clock';
import type { SettingsOf } from '../../lib/core/settings';
import type { UpsUnit } from '../../lib/core/unit/ups-unit';
import { BatteryOrders } from '../../lib/simulation/battery/orders';
import { SimulatedBattery } from '../../lib/simulation/battery/simulated-battery';
import { SimulatedBatteryDriver } from '../../lib/simulation/battery/simulated-battery-driver';
import { feedBattery } from '../batteries/feed-battery';
import { batteryOf, type UpsBatteryNode } from '../shared/config/battery-of';
import type { UpsUnitNode } from '../shared/config/config-nodes';
import { unitOf } from '../shared/config/unit-of';
import { simulatedBatteries } from '../shared/device/simulated-batteries';
import { flowOf } from '../shared/runtime/flow-of';
import { whenFlowsStarted } from '../shared/runtime/flow-start';
import { checkSettings } from '../shared/settings/check-settings';
import { defineNode } from '../shared/settings/define-node';
import { asSentence, errorText } from '../shared/words/texts';
import { settings } from './ups-battery-simulator.settings';

type Own = SettingsOf<typeof settings>;
type Battery = UpsBatteryNode & Required<Pick<UpsBatteryNode, 'battery'>>;

const ORDERS = 'orders';
const SAVE_EVERY_MS = 5000;
/** GX_R_AUX of the simulated card: as many as one may have. */
const AUX_DEVICES = 4;

export = (RED: NodeAPI) => {
    defineNode(RED, settings, ({ node, settings: own }) => {
        const found = checkSettings(RED, node, () => {
            const batteryNode = batteryOf(RED, own.battery);
            return { batteryNode, unitNode: own.ups ? unitOf(RED, own.ups) : undefined };
        });
        if (!found) return;
        const { batteryNode, unitNode } = found;
        const simulated = checkSettings(RED, node, () => make(batteryNode, own));
        if (!simulated) return;
        const { battery, batteryClock } = batteryNode;
        batteryClock.setSpeed(own.speed);
        const orders = new BatteryOrders(simulated, own.loadWatts, unitNode?.unit.name);
        const save = restoreAndKeep(RED, node, batteryNode, orders, JSON.stringify(own));
        const batteries = simulatedBatteries(RED);
        batteries.set(own.battery, simulated);
        const driver = new SimulatedBatteryDriver(simulated, batteryClock);
        simulated.start();
        if (unitNode) follow(RED, node, unitNode, orders, own.loadWatts);
        feedBattery(RED, node, battery, driver);
        node.on('input', (message, _send, done) => {
            try {
                orders.take(String(message.topic ?? ''), message.payload);
                save();
                driver.pollNow();
                done();
            } catch (error) {
                done(asSentence(errorText(RED, error)));
            }
        });
        node.on('close', (done: () => void) => {
            save();
            simulated.stop();
            if (batteries.get(own.battery) === simulated) batteries.delete(own.battery);
            batteryClock.setSpeed(1);
            done();
        });
    });
};

/** @throws UpsError out-of-range */
function make({ battery, batteryClock }: Battery, own: Own): SimulatedBattery {
    const { modules, strings, capacityAh, ambient, seed } = own;
    const { nominalVoltage } = battery.config;
    return new SimulatedBattery(batteryClock, {
        bank: { modules, strings, nominalVoltage, capacityAh, ambient, seed },
        monitor: { auxDevices: AUX_DEVICES },
    });
}

/** While the UPS is on battery, its load discharges the blocks. One that does not tell its load has that of the settings. */
function follow(RED: NodeAPI, node: Node, { unit }: UpsUnitNode, orders: BatteryOrders, otherwise: number): void {
    const take = () => orders.supply(!unit.stateOf('power-fail').active, wattsOf(unit) ?? otherwise);
    const ends: (() => void)[] = [];
    whenFlowsStarted(RED, node, () => {
        ends.push(unit.onStatus(take), unit.subscribe(take));
        take();
    });
    node.on('close', () => {
        for (const end of ends) end();
    });
}

/** W that the battery gives for the load, with the losses of an inverter [ours]. */
function wattsOf(unit: UpsUnit): number | undefined {
    const powers = unit.status()?.output.lines.flatMap(({ power }) => power ?? []) ?? [];
    return powers.length === 0 ? undefined : powers.reduce((sum, each) => sum + each, 0) / 0.93;
}

/** What people did to the battery outlives a restart, in the store of its site; other settings are another battery. @returns saves it now */
function restoreAndKeep(RED: NodeAPI, node: Node, { site }: Battery, orders: BatteryOrders, plate: string): () => void {
    if (!site) return () => undefined;
    const { clock } = flowOf(RED);
    const kept = site.store.getValue(node.id, ORDERS) as { plate?: string; orders?: unknown } | undefined;
    if (kept?.plate === plate) orders.restore(kept.orders);
    const save = () => site.store.setValue(node.id, ORDERS, { plate, orders: orders.keep() });
    let timer: TimerHandle;
    const saveAgain = () => {
        save();
        timer = clock.setTimeout(saveAgain, SAVE_EVERY_MS);
    };
    timer = clock.setTimeout(saveAgain, SAVE_EVERY_MS);
    node.on('close', () => clock.clearTimeout(timer));
    return save;
}
