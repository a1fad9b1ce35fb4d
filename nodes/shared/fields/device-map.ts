import {
    missing,
    ownFault,
    special,
    type Field,
    type FieldFault,
    type Siblings,
    type When,
} from '../../../lib/core/settings';
import { mapFaultTexts, readStoredMap, type MapFault } from '../../../lib/protocols/device-map/check-map';
import type { DeviceMap } from '../../../lib/protocols/device-map/device-map';
import { placesFaults, type Places } from '../../../lib/protocols/device-map/places';

/** So many faults are told at once; people mend one after the other. */
const TOLD = 3;

/**
 * A user's own device map: an object in the flow, made in the dialog or imported there. Dialog and runtime check it whole, and tell its first
 * faults, each with its item; the sentence is `error.map` of the node.
 * @param places where the values of the device are, which may depend on other settings: a map for other devices is refused
 */
export function deviceMap({
    places,
    when,
}: {
    places: Places | ((sibling: Siblings) => Places);
    when?: When;
}): Field<DeviceMap | undefined> {
    return special<DeviceMap | undefined>({
        icon: 'table',
        when,
        initial: '',
        empty: { fault: missing('listEmpty') },
        read(raw, sibling) {
            const { map, faults } = readStoredMap(raw);
            if (!map) return { fault: mapFault(faults) };
            const others = placesFaults(map, typeof places === 'string' ? places : places(sibling));
            return others.length > 0 ? { fault: mapFault(others) } : { value: map };
        },
        schema: {
            type: 'object',
            properties: { version: { const: 1 }, items: { type: 'array', minItems: 1 } },
            required: ['version', 'id', 'name', 'judgedBy', 'items'],
        },
    });
}

function mapFault(faults: readonly MapFault[]): FieldFault {
    return ownFault('map', undefined, { faults: { list: mapFaultTexts(faults, TOLD), by: '; ' } });
}
