import type { Node, NodeAPI } from 'node-red';
import type { EqualizingControl } from '../../../lib/core/batteries/equalizing/control';
import { UpsError } from '../../../lib/core/errors';
import { said } from '../../../lib/core/language/sentence';
import type { SimulatedBattery } from '../../../lib/simulation/battery/simulated-battery';
import { batteryOf } from '../config/battery-of';
import type { ObjectWriter } from '../device/object-writer';
import { simulatedBatteries } from '../device/simulated-batteries';
import { flowOf } from '../runtime/flow-of';

/** How a job tells the monitor. */
export interface Told {
    battery: string;
    way: 'message' | 'snmp' | 'simulator';
    device: string;
    oid: string;
    pauseValue: string;
    resumeValue: string;
}

export interface CheckedControl extends EqualizingControl {
    /** Whether it could be told now. @throws UpsError config-missing, not-supported */
    check(): void;
}

const EQUALIZING = 'equalizing';

/** The way of one job. What it needs is looked up when it is used: a deploy may replace it alone. */
export function equalizingControl(RED: NodeAPI, node: Node, own: Told): CheckedControl {
    const ways = { message: byMessage, snmp: byObject, simulator: bySimulator };
    return ways[own.way](RED, node, own);
}

/** The second output: the flow of the user tells the monitor. */
function byMessage(RED: NodeAPI, node: Node, { battery }: Told): CheckedControl {
    const { deploys } = flowOf(RED);
    const tell = (payload: object) =>
        new Promise<void>((resolve) => {
            const send = () => {
                const topic = `${batteryOf(RED, battery).battery.name}/${EQUALIZING}`;
                // After a deploy its successor sends.
                const sender = (RED.nodes.getNode(node.id) as Node | null) ?? node;
                sender.send([null, { topic, payload }] as never);
                resolve();
            };
            if (deploys.inProgress) deploys.afterDeploy(send);
            else send();
        });
    return {
        check: () => void batteryOf(RED, battery),
        pause: (hours) => tell({ command: 'pause', hours: Math.round(hours * 1000) / 1000 }),
        resume: () => tell({ command: 'resume' }),
    };
}

/** An object of the user's, by the SNMP of his `ups-bacs`. */
function byObject(RED: NodeAPI, _node: Node, { battery, device, oid, pauseValue, resumeValue }: Told): CheckedControl {
    const writer = () => {
        const bacs = RED.nodes.getNode(device) as (Node & ObjectWriter) | null;
        if (!bacs) throw new UpsError('config-missing', { property: 'device' });
        if (!bacs.writeObject) throw new UpsError('not-supported', { device: bacs.name || bacs.type, command: 'SNMP' });
        return bacs.writeObject;
    };
    const write = async (template: string, hours: number) => writer()(oid, filled(template, hours));
    return {
        check() {
            batteryOf(RED, battery);
            writer();
        },
        pause: (hours) => write(pauseValue, hours),
        resume: () => write(resumeValue, 0),
    };
}

function bySimulator(RED: NodeAPI, _node: Node, { battery }: Told): CheckedControl {
    const simulated = (): SimulatedBattery => {
        const { name } = batteryOf(RED, battery).battery;
        const known = simulatedBatteries(RED).get(battery);
        if (!known) throw new UpsError('not-supported', { device: name, command: 'ups-battery-simulator' });
        if (known.silent) {
            const why = { why: 'simulated', reason: said('sim.silent') };
            throw new UpsError('device-silent', { host: 'simulator', ...why });
        }
        return known;
    };
    return {
        check: () => void simulated(),
        pause: async (hours) => simulated().pauseEqualizing(hours),
        resume: async () => simulated().resumeEqualizing(),
    };
}

/** Rounded up: the battery itself ends the pause in time. */
function filled(template: string, hours: number): string {
    const values: Record<string, number> = { hours, minutes: hours * 60, seconds: hours * 3600 };
    return template.replace(/\{\{\s*(hours|minutes|seconds)\s*\}\}/g, (_all, unit: string) =>
        String(Math.ceil(Math.round(values[unit]! * 1e6) / 1e6)),
    );
}
