import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { Clock, ScalableClock } from '../../../lib/core/clock';
import type { UpsDriver } from '../../../lib/core/driver';
import { UpsError, type UpsErrorCode } from '../../../lib/core/errors';
import type { DevicePath } from '../../../lib/core/unit/device-path';
import { readSettings, type Declaration } from '../../../lib/core/settings';
import type { UpsUnitNode } from '../config/config-nodes';
import { flowOf, type SiteRuntime } from '../runtime/flow-of';
import { whenFlowsStarted } from '../runtime/flow-start';
import { registerDeclared } from '../settings/define-node';
import { StatusIndicator } from '../words/node-status';
import { errorText, statusText } from '../words/texts';
import { startForBattery } from './battery-device';
import { deviceNodeStatus, withProblem } from './device-node-status';
import { DeviceProblems, logProblem } from './device-problems';
import type { FoundValues } from '../admin/try-now';
import { feedReadings } from './device-readings';
import { announceDevice, registerDeviceTry, type OwnMap, type RunningDevice } from './try-device';

/** The surroundings of a driver in a deployed node that feeds a unit. */
export interface DriverContext extends DeployedDevice {
    unit: UpsUnitNode['unit'];
    unitClock: ScalableClock;
}

/** The surroundings of a driver in a deployed node, whatever it feeds. */
export interface DeployedDevice {
    node: Node;
    site: SiteRuntime | undefined;
    /**
     * Reports a problem that does not stop the polling: on the node, and in the event log; once for each text. One of `PORT_FAULTS` is shown in the
     * node's status until it is over.
     */
    warn(error: unknown): void;
    /** Problems with these codes are over; if they come again, they are reported again. */
    over(codes: readonly UpsErrorCode[]): void;
}

/** What a driver needs in addition to its settings. */
export interface DriverDeps<Deployed = DriverContext> {
    /** The clock of the runtime: a device runs in real time, even if a simulator makes its unit's clock run faster. */
    clock: Clock;
    /** Undefined if the dialog tries its present values: then there is no unit, and no node to show a warning. */
    deployed: Deployed | undefined;
}

export interface DeviceParts<S> {
    driver(settings: S, deps: DriverDeps): UpsDriver;
    /** By its settings `feeds` and `battery` it may feed an `ups-battery` in place of a unit; then this is its driver. */
    batteryDriver?(settings: S, deps: DriverDeps<DeployedDevice>): UpsDriver;
    /** Another driver for "Read now"; undefined if only a deployed node can do it. */
    tryDriver?(settings: S, deps: DriverDeps): UpsDriver | undefined;
    /** Settings that "Read now" uses instead of those in the dialog. */
    trySettings?: Readonly<Record<string, unknown>>;
    /** Several nodes may use its serial port at the same time. */
    sharesPort?: boolean;
    /** Seconds between two readings, where they are not the `interval` of the settings. */
    intervalOf?(settings: S): number;
    /** What the device has, for a person to choose from while the map is made; `settings` replace what need not be filled in for it. */
    find?: {
        settings: Readonly<Record<string, unknown>>;
        values(settings: S, deps: DriverDeps): Promise<FoundValues>;
    };
    /** The settings of a user's own map: "Read now" also tells its raw values. */
    ownMap?: OwnMap;
    /** Called when the driver feeds the unit. */
    onStart?(node: Node, driver: UpsDriver | undefined): void;
}

/** The settings that every device has; see `deviceFields`. */
interface DeviceSettings {
    ups: string;
    /** Seconds between polls. */
    interval: number;
    /** Of several paths to one UPS, the one with the lowest number leads; default 1. */
    priority?: number;
}

const NO_UPS = 'none';

/**
 * Registers a device: its driver feeds the unit in its settings. The node sends every reading as a status message, shows the state of its
 * driver, and stops it on close.
 */
export function defineDevice<S extends DeviceSettings>(
    RED: NodeAPI,
    declaration: Declaration<S>,
    parts: DeviceParts<S>,
): void {
    const { driver, batteryDriver, tryDriver = driver, trySettings, sharesPort, ownMap, find, onStart } = parts;
    const clock = () => flowOf(RED).clock;
    registerDeclared(RED, declaration, (node, config) => {
        const read = () => readSettings(declaration, config, node.credentials as object | undefined);
        if (batteryDriver && (config as { feeds?: unknown }).feeds === 'battery') {
            const { battery = '' } = config as { battery?: string };
            const make = (deployed: DeployedDevice) => batteryDriver(read(), { clock: clock(), deployed });
            const started = startForBattery(RED, node, battery, make);
            onStart?.(node, started);
            return;
        }
        const made = start(RED, node, config, {
            read,
            intervalOf: parts.intervalOf,
            make: (settings, deployed) => driver(settings, { clock: clock(), deployed }),
        });
        onStart?.(node, made);
    });
    if (!declaration.triesNow) return;
    // "Read now" does not need a UPS, nor a battery.
    const typed = ({ config, credentials }: { config: object; credentials: object }, others = {}) =>
        readSettings(declaration, { ...config, ...trySettings, ...others, feeds: 'ups', ups: NO_UPS }, credentials);
    const deps = () => ({ clock: clock(), deployed: undefined });
    registerDeviceTry(RED, declaration.type, (request) => tryDriver(typed(request), deps()), {
        sharesPort,
        ownMap,
        find: find && ((request) => find.values(typed(request, find.settings), deps())),
    });
}

interface StartParts<S> extends Pick<DeviceParts<S>, 'intervalOf'> {
    read(): S;
    make(settings: S, deployed: DriverContext): UpsDriver;
}

/** @returns undefined if the settings are invalid, which is reported once */
function start<S extends DeviceSettings>(
    RED: NodeAPI,
    node: Node,
    config: NodeDef,
    { read, intervalOf, make }: StartParts<S>,
): UpsDriver | undefined {
    const indicator = new StatusIndicator(node);
    const unitNode = RED.nodes.getNode((config as { ups?: string }).ups ?? '') as UpsUnitNode | null;
    let driver: UpsDriver;
    let settings: S;
    let path: DevicePath | undefined;
    const problems = new DeviceProblems(RED, node, unitNode, () => show());
    const show = () => {
        if (path) indicator.show(...withProblem(RED, deviceNodeStatus(RED, path), problems.standing));
    };
    try {
        if (!unitNode?.unit) throw new UpsError('config-missing', { property: 'ups' });
        const { unit, unitClock, site } = unitNode;
        settings = read();
        driver = make(settings, {
            ...{ node, unit, unitClock, site },
            warn: (error) => problems.warn(error),
            over: (codes) => problems.over(codes),
        });
    } catch (error) {
        indicator.show('error', statusText(RED, 'notConfigured'));
        reportFault(RED, node, unitNode, error);
        return undefined;
    }
    const { unit } = unitNode;
    const { priority = 1 } = settings;
    const interval = intervalOf?.(settings) ?? settings.interval;
    const listeners: RunningDevice['listeners'] = new Set();
    const running: RunningDevice = { type: node.type, config, driver, isReady: false, listeners };
    const forget = announceDevice(RED, node.id, running);
    const feed = feedReadings(RED, node.id, {
        intervalMs: 1000 * (interval ?? 0),
        statesOf: (channel) => driver.channelStates?.(channel),
    });
    whenFlowsStarted(RED, node, () =>
        unit.addDriver(
            node.id,
            driver,
            (its) => {
                path = its;
                running.isReady = its.state.state === 'ready';
                show();
                feed.connection(its.state.state !== 'waiting', its.failure);
                for (const listener of [...listeners]) listener.state(its.state);
            },
            (status) => {
                // Sends a copy: a function node may change it, and the unit must keep the values of the UPS.
                if (isWired(node))
                    node.send({ topic: `${unit.name}/status`, payload: structuredClone(status) } as never);
                for (const listener of [...listeners]) listener.status(status);
                feed.read(status);
            },
            { name: node.name || node.type, priority, intervalSeconds: interval },
        ),
    );
    node.on('close', (done: () => void) => {
        forget();
        feed.close();
        unit.removeDriver(node.id).then(done, (error: Error) => {
            node.warn(error.message);
            done();
        });
    });
    return driver;
}

/** Whether a node receives its messages: a copy of each reading costs as much as the reading itself. A deploy may change the wires. */
function isWired({ wires }: Node & { wires?: string[][] }): boolean {
    return wires?.some((targets) => targets.length > 0) ?? true;
}

/** Reports a fault in the settings: on the node, and once in the event log, because people look there for the reason why the UPS is not read. */
function reportFault(RED: NodeAPI, node: Node, unitNode: UpsUnitNode | null, error: unknown): void {
    node.error(errorText(RED, error));
    logProblem(RED, node, unitNode, 'error', error);
}
