import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { MapWrite } from '../device-map/device-map';
import { rangeOf, wholeOf } from '../device-map/raw-to-write';
import type { SnmpSetVarbind, SnmpValue } from './transport';

type ObjectType = NonNullable<MapWrite['type']>;

/** The type of an object by the value that was read from it: RFC 2578, section 7.1, an object has one syntax. */
export function typeAsRead(read: SnmpValue, value: number | string): ObjectType {
    if (typeof read === 'string') return 'text';
    if (typeof read === 'number') return 'integer';
    return wholeOf(value) === undefined ? 'text' : 'integer';
}

/** @throws UpsError config-invalid if the value does not have the type of the object */
export function varbindFor(oid: string, type: ObjectType, value: number | string): SnmpSetVarbind {
    if (type === 'text' || type === 'oid') return { oid, type, value: String(value) };
    const [min, max] = rangeOf(undefined, type)!;
    const whole = wholeOf(value);
    if (whole === undefined || whole < min || whole > max) {
        const expected = said('expected.wholeAt', { oid, min, max });
        throw new UpsError('config-invalid', { property: 'write', value, expected });
    }
    return { oid, type, value: whole };
}
