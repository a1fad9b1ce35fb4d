import type { DeviceMap } from './device-map';
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

/** What the protocol of a node cannot read, and the commands that it cannot send. */
export function placesFaults({ items, commands = [] }: DeviceMap, places: Places): MapFault[] {
    const fits = (at: object | undefined) => at === undefined || isOneOf(places, at);
    return [
        ...items
            .filter(({ at, when }) => !fits(at) || !fits(when?.at))
            .map(({ id }): MapFault => ({ item: id, rule: places })),
        ...commands.flatMap(({ does, set, send, shows }): MapFault[] => {
            if (![...set, ...(shows ? [shows] : [])].every(({ at }) => fits(at))) return [{ item: does, rule: places }];
            if (send && places !== 'frames') return [{ item: does, rule: 'sendFrames' }];
            // Only ups-duramax speaks frames, and of what a DURAmax does it has this one.
            return places === 'frames' && does !== 'latch-reset' ? [{ item: does, rule: 'frameCommand' }] : [];
        }),
    ];
}
