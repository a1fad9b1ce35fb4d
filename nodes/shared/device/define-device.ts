import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { Clock, ScalableClock } from '../../../lib/core/clock';
import type { UpsDriver } from '../../../lib/core/driver';
import { UpsError } from '../../../lib/core/errors';
import { readSettings, type Declaration } from '../../../lib/core/settings';
import type { UpsUnitNode } from '../config/config-nodes';
import { flowOf, type SiteRuntime } from '../runtime/flow-of';
import { whenFlowsStarted } from '../runtime/flow-start';
import { registerDeclared } from '../settings/define-node';
import { StatusIndicator } from '../words/node-status';
import { errorText, statusText } from '../words/texts';
import { deviceNodeStatus } from './device-node-status';
import { announceDevice, registerDeviceTry, type RunningDevice } from './try-device';

/** What a driver of a deployed node has around it. */
export interface DriverContext {
    node: Node;
    unit: UpsUnitNode['unit'];
    unitClock: ScalableClock;
    site: SiteRuntime | undefined;
    /** For problems that do not stop the polling, e.g. a trap port that cannot be opened. Once per kind is enough. */
    warn(error: unknown): void;
}

/** What a driver is made with, beside its settings. */
export interface DriverDeps {
    /** Of the runtime: a device lives in real time, even where a simulator makes its unit's clock run faster. */
    clock: Clock;
    /** Undefined where the dialog tries what stands in it: then there is no unit, and nobody to warn. */
    deployed: DriverContext | undefined;
}

export interface DeviceParts<S> {
    driver(settings: S, deps: DriverDeps): UpsDriver;
    /** A driver for "Read now", where it is another; undefined where only a deployed node can tell. */
    tryDriver?(settings: S, deps: DriverDeps): UpsDriver | undefined;
    /** What "Read now" does without, whatever stands in the dialog. */
    triedWith?: Readonly<Record<string, unknown>>;
    /** Several nodes may use its serial port at the same time. */
    sharesPort?: boolean;
    /** What else the node does, once its driver feeds the unit. */
    attached?(node: Node, driver: UpsDriver | undefined): void;
}

/** What the settings of every device have; see `deviceFields`. */
interface DeviceSettings {
    ups: string;
    /** Seconds between polls. */
    interval: number;
    /** Of several paths to one UPS the one with the lowest number leads; 1 where a node has no such setting. */
    priority?: number;
}

const NO_UPS = 'none';

/**
 * Registers a device: its driver feeds the unit that its settings name. Every reading leaves the node as a status message, the node shows how its
 * driver stands, and stops it on close.
 */
export function defineDevice<S extends DeviceSettings>(
    RED: NodeAPI,
    declaration: Declaration<S>,
    parts: DeviceParts<S>,
): void {
    const { driver, tryDriver = driver, triedWith, sharesPort, attached } = parts;
    const clock = () => flowOf(RED).clock;
    registerDeclared(RED, declaration, (node, config) => {
        const read = () => readSettings(declaration, config, node.credentials as object | undefined);
        const made = start(RED, node, config, read, (settings, deployed) =>
            driver(settings, { clock: clock(), deployed }),
        );
        attached?.(node, made);
    });
    if (!declaration.triesNow) return;
    const make = ({ config, credentials }: { config: object; credentials: object }) =>
        // What is tried need not belong to a UPS yet.
        tryDriver(readSettings(declaration, { ...config, ...triedWith, ups: NO_UPS }, credentials), {
            clock: clock(),
            deployed: undefined,
        });
    registerDeviceTry(RED, declaration.type, make, { sharesPort });
}

/** @returns undefined where the settings are wrong, which is told once */
function start<S extends DeviceSettings>(
    RED: NodeAPI,
    node: Node,
    config: NodeDef,
    read: () => S,
    make: (settings: S, deployed: DriverContext) => UpsDriver,
): UpsDriver | undefined {
    const indicator = new StatusIndicator(node);
    const unitNode = RED.nodes.getNode((config as { ups?: string }).ups ?? '') as UpsUnitNode | null;
    let driver: UpsDriver;
    let settings: S;
    try {
        if (!unitNode?.unit) throw new UpsError('config-missing', { property: 'ups' });
        const { unit, unitClock, site } = unitNode;
        settings = read();
        driver = make(settings, { node, unit, unitClock, site, warn: (error) => node.warn(errorText(RED, error)) });
    } catch (error) {
        indicator.show('error', statusText(RED, 'notConfigured'));
        tellFault(RED, node, unitNode, error);
        return undefined;
    }
    const { unit } = unitNode;
    const { priority = 1, interval } = settings;
    const listeners: RunningDevice['listeners'] = new Set();
    const running: RunningDevice = { type: node.type, config, driver, isReady: false, listeners };
    const forget = announceDevice(RED, node.id, running);
    whenFlowsStarted(RED, node, () =>
        unit.addDriver(
            node.id,
            driver,
            (path) => {
                running.isReady = path.state.state === 'ready';
                indicator.show(...deviceNodeStatus(RED, path));
                for (const listener of [...listeners]) listener.state(path.state);
            },
            (status) => {
                // A copy, for a function node may reckon in it: the unit must not take that for what the UPS said.
                node.send({ topic: `${unit.name}/status`, payload: structuredClone(status) } as never);
                for (const listener of [...listeners]) listener.status(status);
            },
            { name: node.name || node.type, priority, intervalSeconds: interval },
        ),
    );
    node.on('close', (done: () => void) => {
        forget();
        unit.removeDriver(node.id).then(done, (error: Error) => {
            node.warn(error.message);
            done();
        });
    });
    return driver;
}

/** What is wrong with the settings: at the node, and once in the event log, where the UPS that is not read is looked for. */
function tellFault(RED: NodeAPI, node: Node, unitNode: UpsUnitNode | null, error: unknown): void {
    const text = errorText(RED, error);
    node.error(text);
    unitNode?.site?.store.append({
        at: flowOf(RED).clock.now(),
        kind: 'system',
        level: 'error',
        source: node.name || node.type,
        text,
        nodeId: node.id,
    });
}
