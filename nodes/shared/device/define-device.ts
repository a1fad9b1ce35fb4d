import type { Node, NodeAPI } from 'node-red';
import type { Clock } from '../../../lib/core/clock';
import type { UpsDriver } from '../../../lib/core/driver';
import { readSettings, type Declaration } from '../../../lib/core/settings';
import { registerDeclared } from '../settings/define-node';
import { attachDevice, type DeviceConfig, type DeviceDeps } from './device';
import { flowOf } from '../runtime/flow-of';
import { registerDeviceTry } from './try-device';

/** What a driver is made with, beside its settings. */
export interface DriverDeps {
    /** Of the runtime: a device lives in real time, even where a simulator makes its unit's clock run faster. */
    clock: Clock;
    /** Undefined where the dialog tries what stands in it: then there is no unit, and nobody to warn. */
    deployed: (DeviceDeps & { node: Node }) | undefined;
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

const NO_UPS = 'none';

/** Registers a device: its driver feeds the unit that its settings name; see `attachDevice`. */
export function defineDevice<S>(RED: NodeAPI, declaration: Declaration<S>, parts: DeviceParts<S>): void {
    const { driver, tryDriver = driver, triedWith, sharesPort, attached } = parts;
    const clock = () => flowOf(RED).clock;
    registerDeclared(RED, declaration, (node, config) => {
        const made = attachDevice(RED, node, config as DeviceConfig, (deps) => {
            const settings = readSettings(declaration, config, node.credentials as object | undefined);
            return driver(settings, { clock: clock(), deployed: { ...deps, node } });
        });
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
