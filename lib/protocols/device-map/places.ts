import type { DeviceMap, MapItem } from './device-map';
import type { MapFault } from './map-fault';

/** The kinds of places that one protocol has: objects of SNMP, registers of Modbus, offsets in frames, or labels of a page and names of columns. */
export type Places = 'objects' | 'registers' | 'frames' | 'labels';

/** Whether the place is one of these. */
export function isOneOf(places: Places, at: object): boolean {
    switch (places) {
        case 'objects':
            return 'oid' in at || 'column' in at;
        case 'registers':
            return 'register' in at;
        case 'frames':
            return 'offset' in at;
        case 'labels':
            return 'label' in at;
    }
}

/** The first item that the protocol of a node cannot read, or the first command that it cannot send; undefined: there is none. */
export function placesFault({ items, commands = [] }: DeviceMap, places: Places): MapFault | undefined {
    const item = items.find(({ at }: MapItem) => !isOneOf(places, at));
    if (item) return { item: item.id, rule: places };
    const command = commands.find(({ set, shows }) =>
        [...set, ...(shows ? [shows] : [])].some(({ at }) => !isOneOf(places, at)),
    );
    return command && { item: command.does, rule: places };
}
