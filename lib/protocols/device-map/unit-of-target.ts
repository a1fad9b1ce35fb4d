import { inUnit } from '../../core/units/convert';
import type { MapItem } from './device-map';
import { parseTarget, unitOfTarget } from './targets';

/**
 * The same item in the unit of its target, for whoever writes it: a setting in `min` whose target is in s has 60 times the scale, the offset and the
 * limits. An item that has the unit of its target, none, or none that can be converted, comes back as it is.
 */
export function inUnitOfTarget(item: MapItem): MapItem {
    const target = parseTarget(item.to);
    const wanted = target && unitOfTarget(target);
    const own = item.unit?.trim();
    if (item.kind !== 'number' || !wanted || !own || own === wanted) return item;
    const [zero, one] = [inUnit(0, own, wanted), inUnit(1, own, wanted)];
    if (zero === undefined || one === undefined) return item;
    const factor = exact(one - zero);
    const { scale = 1, offset = 0, set } = item;
    return {
        ...item,
        unit: wanted,
        scale: exact(scale * factor),
        offset: exact(offset * factor + zero),
        ...converted(item, (value) => inUnit(value, own, wanted)),
        ...(set ? { set: { ...set, ...converted(set, (value) => inUnit(value, own, wanted)) } } : {}),
    };
}

const KEYS = ['min', 'max', 'default'] as const;
type Values = Partial<Record<(typeof KEYS)[number], number | string>>;

/** The numbers among these values, converted. */
function converted(from: Values, convert: (value: number) => number | undefined): object {
    return Object.fromEntries(
        KEYS.flatMap((key) => {
            const value = from[key];
            return typeof value === 'number' ? [[key, convert(value)]] : [];
        }),
    );
}

/** So many significant digits leave out what binary fractions add. */
function exact(value: number): number {
    return Number(value.toPrecision(12));
}
