import type { NodeAPI } from 'node-red';
import type { RawItem, UpsDriver } from '../../../lib/core/driver';
import { UpsError } from '../../../lib/core/errors';
import { readOnce, type ReadOnceOptions } from '../../../lib/core/read-once';
import { probeMap } from '../../../lib/protocols/device-map/probe-map';
import type { TryRequest, TryResult } from '../admin/try-now';
import { errorText } from '../words/texts';
import { rowsOf } from './try-rows';

/** The settings of a user's own device map. */
export interface OwnMap {
    /** The setting that holds the map. */
    property: string;
    /** The choice that is `own` if it counts; absent: the device has no other map. */
    choice?: string;
}

type Make = (request: TryRequest) => UpsDriver | undefined;

/** Whether the dialog holds a map of its own with something to read. */
export function canShowRaw({ property, choice }: OwnMap, { config }: TryRequest): boolean {
    return isOwn(choice, config) && probeMap(config[property]) !== undefined;
}

/**
 * Reads by the map in the dialog. If the map is unfinished, or nothing of it is known, its raw values are read all the same: by them people finish it.
 * @throws UpsError device-silent, config-missing, config-invalid (of another setting), …
 */
export async function readOwnMap(
    RED: NodeAPI,
    ownMap: OwnMap,
    request: TryRequest,
    make: Make,
    options: ReadOnceOptions,
): Promise<TryResult> {
    try {
        const driver = make(request);
        if (!driver) throw new UpsError('only-deployed');
        const status = await readOnce(driver, options);
        return { rows: rowsOf(status, options.clock.now(), driver), raw: rawOf(ownMap, request, driver) };
    } catch (error) {
        if (!(error instanceof UpsError) || !UNFINISHED.includes(error.code)) throw error;
        const raw = await probe(ownMap, request, make, options);
        return { ok: false, text: errorText(RED, error), raw };
    }
}

/** The map has a fault, or tells nothing of what the device has. */
const UNFINISHED: readonly string[] = ['config-invalid', 'config-missing', 'device-refused'];

async function probe(
    { property }: OwnMap,
    request: TryRequest,
    make: Make,
    options: ReadOnceOptions,
): Promise<(RawItem | null)[]> {
    const map = probeMap(request.config[property])!;
    // A fault of another setting is thrown once more.
    const driver = make({ ...request, config: { ...request.config, [property]: map as never } });
    if (!driver) return [];
    try {
        await readOnce(driver, options);
    } catch (error) {
        if (!(error instanceof UpsError) || error.code !== 'device-refused') throw error;
    }
    const found = driver.rawItems?.() ?? {};
    return itemsOf(request.config[property]).map((_, index) => found[String(index)] ?? null);
}

/** The raw values in the order of the map in the dialog; undefined: there is no such map. */
export function rawOf(
    ownMap: OwnMap | undefined,
    { config }: TryRequest,
    driver: UpsDriver,
): (RawItem | null)[] | undefined {
    if (!ownMap || !isOwn(ownMap.choice, config)) return undefined;
    const found = driver.rawItems?.() ?? {};
    return itemsOf(config[ownMap.property]).map(({ id }) => (typeof id === 'string' ? found[id] : undefined) ?? null);
}

function isOwn(choice: string | undefined, config: TryRequest['config']): boolean {
    return choice === undefined || config[choice] === 'own';
}

function itemsOf(map: unknown): { id?: unknown }[] {
    const { items } = (map ?? {}) as { items?: unknown };
    return Array.isArray(items) ? (items as { id?: unknown }[]) : [];
}
