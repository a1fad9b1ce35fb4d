import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { ScalableClock } from '../../../lib/core/clock';
import type { UpsDriver } from '../../../lib/core/driver';
import { UpsError } from '../../../lib/core/errors';
import { isAlarm } from '../../../lib/core/status/alarms';
import type { Feed } from '../../../lib/core/unit/feed';
import { feedLamp } from '../../../lib/core/unit/unit-lamp';
import type { UpsUnitNode } from '../config/config-nodes';
import { flowOf, type SiteRuntime } from '../runtime/flow-of';
import { wholeOr } from '../settings/numbers';
import { StatusLamp, type Look } from '../words/node-status';
import { whenStarted } from '../runtime/started';
import { announceDevice, type RunningDevice } from './try-device';
import { errorText, failureStatus, statusText } from '../words/texts';

/** What every device's dialog has. */
export interface DeviceConfig extends NodeDef {
    /** Id of the `ups-unit` that it feeds. */
    ups: string;
    /** Seconds between polls. */
    interval: string | number;
    /** Of several ways to one UPS the one with the lowest number leads, 1..9; default 1. */
    priority?: string | number;
}

export interface DeviceDeps {
    unit: UpsUnitNode['unit'];
    unitClock: ScalableClock;
    site: SiteRuntime | undefined;
    /** For problems that do not stop the polling, e.g. a trap port that cannot be opened. Once per kind is enough. */
    warn(error: unknown): void;
}

/** How a device's node looks; the one place where driver states become a status. */
function look(RED: NodeAPI, feed: Feed): [Look, string] {
    return [feedLamp(feed), words(RED, feed)];
}

function words(RED: NodeAPI, feed: Feed): string {
    const { state } = feed;
    const { failure } = feed;
    if (failure) return failureStatus(RED, failure as never, failure.since);
    switch (state.state) {
        case 'idle':
        case 'connecting':
            return statusText(RED, 'connecting');
        case 'waiting':
        case 'closed':
            return statusText(RED, 'closed');
        case 'ready':
            return feed.blind ? statusText(RED, 'outages-unseen') : describeReading(RED, feed);
    }
}

function describeReading(RED: NodeAPI, feed: Feed): string {
    const { reading } = feed;
    const charge = reading?.battery?.chargePercent;
    const percent = charge === undefined ? '' : ` ${Math.round(charge)} %`;
    const alarms = reading?.alarms?.filter(isAlarm) ?? [];
    if (feedLamp(feed) === 'testing') return `${statusText(RED, 'testing')}${percent}`;
    if (reading?.output?.source === 'battery') return `${statusText(RED, 'onBattery')}${percent}`;
    if (alarms.length > 0) return `${statusText(RED, 'alarms', { count: alarms.length })}${percent}`;
    return `${statusText(RED, 'ok')}${percent}`;
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

/**
 * Makes a node a device: lets its driver feed the unit, sends every reading as a status message, shows how it stands, and
 * stops it on close. Settings that are wrong are told once, by `makeDriver` throwing UpsError config-missing or config-invalid.
 */
export function attachDevice(
    RED: NodeAPI,
    node: Node,
    config: DeviceConfig,
    makeDriver: (deps: DeviceDeps) => UpsDriver,
): UpsDriver | undefined {
    const lamp = new StatusLamp(node);
    const unitNode = RED.nodes.getNode(config.ups) as UpsUnitNode | null;
    let driver: UpsDriver;
    let priority: number;
    try {
        if (!unitNode?.unit) throw new UpsError('config-missing', { property: 'ups' });
        const { unit, unitClock, site } = unitNode;
        priority = wholeOr('priority', config.priority, 1, 1, 9);
        driver = makeDriver({ unit, unitClock, site, warn: (error) => node.warn(errorText(RED, error)) });
    } catch (error) {
        lamp.show('error', statusText(RED, 'notConfigured'));
        tellFault(RED, node, unitNode, error);
        return undefined;
    }
    const { unit } = unitNode;
    const listeners: RunningDevice['listeners'] = new Set();
    const running: RunningDevice = { type: node.type, config, driver, isReady: false, listeners };
    const forget = announceDevice(RED, node.id, running);
    whenStarted(RED, node, () =>
        unit.addDriver(
            node.id,
            driver,
            (feed) => {
                running.isReady = feed.state.state === 'ready';
                lamp.show(...look(RED, feed));
                for (const listener of [...listeners]) listener.state(feed.state);
            },
            (status) => {
                // A copy, for a function node may reckon in it: the unit must not take that for what the UPS said.
                node.send({ topic: `${unit.name}/status`, payload: structuredClone(status) } as never);
                for (const listener of [...listeners]) listener.status(status);
            },
            { name: node.name || node.type, priority, intervalSeconds: Number(config.interval) || 0 },
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
