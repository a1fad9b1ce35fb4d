import type { NodeAPI } from 'node-red';
import type { DriverState, UpsDriver } from '../../../lib/core/driver';
import { awaitReading, readOnce } from '../../../lib/core/read-once';
import type { PartialStatus } from '../../../lib/core/status/status';
import { flowOf, onePerFlow } from '../runtime/flow-of';
import { inUse, registerTry, type FoundValues, type TryRequest } from '../admin/try-now';
import { canShowRaw, readOwnMap, rawOf, type OwnMap } from './try-own-map';
import { rowsOf } from './try-rows';

export type { OwnMap } from './try-own-map';

/** A running device node, as "Read now" needs it. */
export interface RunningDevice {
    type: string;
    config: object;
    driver: UpsDriver;
    /** The device answers. If it does not, a separate try finds out more. */
    isReady: boolean;
    /** Listeners for further readings and states of its driver. */
    listeners: Set<{ status(reading: PartialStatus): void; state(state: DriverState): void }>;
}

/** By node id. */
const devicesOf = onePerFlow(() => new Map<string, RunningDevice>());
const READ_MS = 20_000;
/** Settings that do not influence how the device is read. */
const IGNORED_PROPERTIES = new Set([
    'name',
    'ups',
    'priority',
    'id',
    'type',
    'x',
    'y',
    'z',
    'wires',
    'g',
    'd',
    'l',
    'interval',
    'trapPort',
]);

/** Registers a running device. @returns removes it */
export function announceDevice(RED: NodeAPI, id: string, device: RunningDevice): () => void {
    const devices = devicesOf(RED);
    devices.set(id, device);
    return () => {
        if (devices.get(id) === device) devices.delete(id);
    };
}

export interface TryDeviceOptions {
    sharesPort?: boolean;
    ownMap?: OwnMap;
    /** What the device has; asked with `ask.find`. */
    find?(request: TryRequest): Promise<FoundValues>;
}

/**
 * Adds **Read now** to the dialog of a device: the result of one poll with the present values.
 * @param make makes a driver from the dialog's values, as a deploy does; undefined if only a deployed node can read
 */
export function registerDeviceTry(
    RED: NodeAPI,
    type: string,
    make: (request: TryRequest) => UpsDriver | undefined,
    { sharesPort = false, ownMap, find }: TryDeviceOptions = {},
): void {
    registerTry(RED, type, async (request) => {
        if (find && request.ask.find !== undefined) return { found: await find(request) };
        const { host, path } = request.config as { host?: unknown; path?: unknown };
        const place = String((isSerial(request.config) ? path : host) ?? '').trim();
        const options = { clock: flowOf(RED).clock, timeoutMs: READ_MS, signal: request.signal, place };
        const own = devicesOf(RED).get(request.id);
        if (own?.type === type && own.isReady && !request.isTyped && sameSettings(own.config, request.config)) {
            const status = await readRunning(own, options);
            return { rows: rowsOf(status, options.clock.now(), own.driver), raw: rawOf(ownMap, request, own.driver) };
        }
        if (isSerial(request.config) && !sharesPort && usesPort(RED, place)) throw inUse(place);
        if (ownMap && canShowRaw(ownMap, request)) return readOwnMap(ownMap, request, make, options);
        const driver = make(request);
        const status = driver ? await readOnce(driver, options) : await readRunning(own, options);
        return { rows: rowsOf(status, options.clock.now(), driver ?? own?.driver) };
    });
}

function readRunning(device: RunningDevice | undefined, options: Parameters<typeof awaitReading>[1]) {
    let listener: { status(reading: PartialStatus): void; state(state: DriverState): void } | undefined;
    const news = awaitReading((status, state) => {
        listener = { status, state };
        device?.listeners.add(listener);
        if (device) device.driver.pollNow();
        else
            state({
                state: 'waiting',
                code: 'device-silent',
                reason: 'no message',
                data: { host: 'msg', why: 'no-messages' },
            });
    }, options);
    return news.finally(() => listener && device?.listeners.delete(listener));
}

function isSerial(config: Record<string, unknown>): boolean {
    const { way = 'contacts', transport, source } = config;
    if (way !== 'contacts') return way === 'serial';
    return transport === 'serial' || transport === 'rtu' || source === 'serial';
}

/** Whether a running device node uses this serial port. */
export function usesPort(RED: NodeAPI, path: string): boolean {
    return [...devicesOf(RED).values()].some(({ config }) => {
        const settings = config as Record<string, unknown>;
        return isSerial(settings) && String(settings.path ?? '').trim() === path;
    });
}

/** Whether two settings mean the same to a deploy: a missing property equals an empty one. */
export function sameSettings(deployed: object, typed: object): boolean {
    const essence = (config: object) =>
        Object.entries(config)
            .filter(([key, value]) => !IGNORED_PROPERTIES.has(key) && !key.startsWith('_') && !isEmpty(value))
            .map(([key, value]) => `${key}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
            .sort();
    const known = new Set(Object.keys(typed));
    const shared = Object.fromEntries(Object.entries(deployed).filter(([key]) => known.has(key)));
    return essence(shared).join('\n') === essence(typed).join('\n');
}

function isEmpty(value: unknown): boolean {
    return value === undefined || value === null || value === '' || value === false;
}
