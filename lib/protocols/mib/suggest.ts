import type { MapItem } from '../device-map/device-map';
import { plainUnit } from '../../core/units/plain-units';
import { quantityOf } from '../../core/units/value-text';
import type { MibObject } from './objects';

/**
 * An item of a device map for an object, as a proposal for the user. Scale and unit are those that UNITS or DISPLAY-HINT state plainly, and TimeTicks
 * are hundredths of a second; everything else comes as it is. Nothing is ever proposed to be written.
 * @param row the instance of a column, such as `1`
 * @param live the raw value that the device tells at present: a text such as `13.2 Volts` is proposed as a number
 * @returns undefined for what no item can hold: bits, octets, addresses, object identifiers
 */
export function suggestItem(
    object: MibObject,
    { row = '1', live }: { row?: string; live?: string | number } = {},
): MapItem | undefined {
    const { name, oid, table, type } = object;
    const at = table ? { column: oid, row } : { oid: `${oid}.0` };
    const id = table ? `${name}.${row}` : name;
    const item = { id, at, to: `channel:${id}` };
    switch (type.kind) {
        case 'state':
            return { ...item, kind: 'state', states: { ...type.states } };
        case 'number':
            return { ...item, kind: 'number', ...scaleOf(object) };
        case 'text': {
            const quantity = typeof live === 'string' ? quantityOf(live) : undefined;
            return quantity ? { ...item, kind: 'number', ...unitOf(quantity.unit) } : { ...item, kind: 'text' };
        }
        default:
            return undefined;
    }
}

/** A unit of a map has no more characters; a longer text is a sentence. */
const LONGEST_UNIT = 16;
const unitOf = (unit: string | undefined) => (unit && unit.length <= LONGEST_UNIT ? { unit } : {});

/** Powers of ten, from 1 down: how many decimals they make. */
const DECIMALS: ReadonlyMap<number, number> = new Map(
    [1, 2, 3, 4, 5, 6].map((digits) => [Number(`1e-${digits}`), digits]),
);

function scaleOf({ type, units }: MibObject): Pick<MapItem, 'scale' | 'unit' | 'digits'> {
    if (type.ticks) return { unit: 's', scale: 0.01, digits: 2 };
    const plain = units === undefined ? undefined : plainUnit(units);
    const scale = Number(((plain?.scale ?? 1) * (type.decimals ? Number(`1e-${type.decimals}`) : 1)).toPrecision(3));
    // UNITS says tenths and DISPLAY-HINT shifts by one digit: most likely both say the same, but which they mean is not plain.
    if (type.decimals && plain && plain.scale !== 1) return unitOf(units);
    const digits = DECIMALS.get(scale);
    return {
        ...unitOf(plain?.unit ?? units),
        ...(scale === 1 ? {} : { scale }),
        ...(digits ? { digits } : {}),
    };
}
