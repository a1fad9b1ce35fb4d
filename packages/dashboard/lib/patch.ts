/**
 * What changed between two views, so that a page that has the first can make the second: sent once a second instead of the whole. Views are plain
 * JSON without null (an unknown value is absent).
 */
export type Patch = { set: unknown } | { props: Record<string, Patch | null> } | { items: ItemsPatch };

/** Changes of a list whose entries have a name of their own (`id`, `key` or `sourceId`): `order` only if entries came, went or moved. */
interface ItemsPatch {
    order?: string[];
    changed: Record<string, Patch>;
}

type Plain = Record<string, unknown>;

/** The values that go on by themselves: both sides count them, so that none of them is sent each second. Seconds. */
const RUNNING: Readonly<Record<string, 1 | -1>> = {
    ageSeconds: 1,
    secondsOnBattery: 1,
    presumedSeconds: 1,
    inSeconds: -1,
};
/** Real seconds; the others are seconds of the clock of a UPS, and stand still at zero. */
const REAL = new Set(['ageSeconds', 'inSeconds']);
/** By how much a value may differ from what the other side has counted, seconds. */
const TOLERANCE_S = 0.75;

/** Up to this part of `staleSeconds` an age is far from old. */
const FRESH = 0.3;

/** What an object says of the passing of its time: clock seconds per real second. */
export function speedOf(value: object): number {
    const { speed } = value as { speed?: unknown };
    return typeof speed === 'number' && speed > 0 ? speed : 1;
}

/**
 * A running value `seconds` (of this machine's time) later.
 * @param key its name, e.g. `ageSeconds`; another one stands still
 */
export function runOn(key: string, value: number, seconds: number, speed: number): number {
    const sign = RUNNING[key];
    if (sign === undefined) return value;
    if (REAL.has(key)) return Math.max(0, value + sign * seconds);
    return value === 0 ? 0 : Math.max(0, value + sign * seconds * speed);
}

/** How two views are compared. */
export interface Between {
    /** Seconds since an object of the earlier view came, by a clock that does not jump; for those that run on. */
    since(object: object): number;
    /** An age that is far from `staleSeconds` is not told exactly: of many UPSs each reading would be a change. */
    roughAges?: boolean;
}

/** `undefined`: nothing has changed but what runs on by itself. */
export function makePatch(before: unknown, now: unknown, between: Between = { since: () => 0 }): Patch | undefined {
    if (isPlain(before) && isPlain(now)) return objectPatch(before, now, between);
    if (haveNames(before) && haveNames(now)) return itemsPatch(before, now, between);
    if (Array.isArray(before) && Array.isArray(now)) return sameJson(before, now) ? undefined : { set: now };
    return Object.is(before, now) ? undefined : { set: now };
}

function objectPatch(before: Plain, now: Plain, between: Between): Patch | undefined {
    const props: Record<string, Patch | null> = {};
    for (const [key, value] of Object.entries(now)) {
        if (value === undefined || hasRunOn(key, before, now, between)) continue;
        const patch = before[key] === undefined ? { set: value } : makePatch(before[key], value, between);
        if (patch) props[key] = patch;
    }
    for (const key of Object.keys(before)) {
        if (before[key] !== undefined && now[key] === undefined) props[key] = null;
    }
    return Object.keys(props).length > 0 ? { props } : undefined;
}

function hasRunOn(key: string, before: Plain, now: Plain, { since, roughAges }: Between): boolean {
    const [old, value] = [before[key], now[key]];
    if (RUNNING[key] === undefined || typeof old !== 'number' || typeof value !== 'number') return false;
    const speed = speedOf(before);
    const expected = runOn(key, old, since(before), speed);
    if (roughAges && key === 'ageSeconds' && typeof now.staleSeconds === 'number') {
        const limit = now.staleSeconds * FRESH;
        if (expected < limit && value < limit) return true;
    }
    return Math.abs(expected - value) <= TOLERANCE_S * (REAL.has(key) ? 1 : speed);
}

function itemsPatch(before: Plain[], now: Plain[], between: Between): Patch | undefined {
    const known = byName(before);
    const changed: Record<string, Patch> = {};
    for (const [name, item] of byName(now)) {
        const old = known.get(name);
        const patch = old ? makePatch(old, item, between) : { set: item };
        if (patch) changed[name] = patch;
    }
    const order = now.map(nameOf);
    const isSame = order.length === before.length && order.every((name, index) => nameOf(before[index]!) === name);
    if (isSame && Object.keys(changed).length === 0) return undefined;
    return { items: { ...(isSame ? {} : { order }), changed } };
}

/** Remembers when each object of the views came. Of what has not changed the object stays, and so does its time. Seconds. */
export class Arrivals {
    private readonly came = new WeakMap<object, number>();

    /** Notes the new objects in a view. */
    note(view: unknown, now: number): void {
        if (typeof view !== 'object' || view === null || this.came.has(view)) return;
        this.came.set(view, now);
        for (const each of Object.values(view)) this.note(each, now);
    }

    /** @param otherwise for an object that was never noted */
    since(object: object, now: number, otherwise = now): number {
        return Math.max(0, now - (this.came.get(object) ?? otherwise));
    }
}

/**
 * The later view. What has not changed is the same object as before, so that only what changed is drawn; in what has changed, the running values
 * are counted on to now.
 * @param secondsSince real seconds since an object came, for those that run on
 */
export function applyPatch(before: unknown, patch: Patch, secondsSince: (object: object) => number): unknown {
    if ('set' in patch) return patch.set;
    if ('items' in patch) return applyItems(before as Plain[], patch.items, secondsSince);
    const old = before as Plain;
    const seconds = secondsSince(old);
    const speed = speedOf(old);
    const result: Plain = {};
    for (const [key, value] of Object.entries(old)) {
        result[key] = typeof value === 'number' ? runOn(key, value, seconds, speed) : value;
    }
    for (const [key, change] of Object.entries(patch.props)) {
        if (change === null) delete result[key];
        else result[key] = applyPatch(old[key], change, secondsSince);
    }
    return result;
}

function applyItems(
    before: Plain[],
    { order, changed }: ItemsPatch,
    secondsSince: (object: object) => number,
): Plain[] {
    const items = byName(before);
    for (const [name, patch] of Object.entries(changed)) {
        items.set(name, applyPatch(items.get(name), patch, secondsSince) as Plain);
    }
    return (order ?? before.map(nameOf)).map((name) => items.get(name)).filter((item) => item !== undefined);
}

function isPlain(value: unknown): value is Plain {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nameOf({ id, key, sourceId }: Plain): string {
    return String(id ?? key ?? sourceId);
}

function byName(items: Plain[]): Map<string, Plain> {
    return new Map(items.map((item) => [nameOf(item), item]));
}

/** A list with one entry for each name; an empty list is one too. */
function haveNames(value: unknown): value is Plain[] {
    if (!Array.isArray(value)) return false;
    const isNamed = (item: unknown) =>
        isPlain(item) && [item.id, item.key, item.sourceId].some((name) => typeof name === 'string');
    return value.every(isNamed) && byName(value as Plain[]).size === value.length;
}

function sameJson(one: unknown, other: unknown): boolean {
    return JSON.stringify(one) === JSON.stringify(other);
}
