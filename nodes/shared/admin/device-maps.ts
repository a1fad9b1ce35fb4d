import type { NodeAPI } from 'node-red';
import type * as Maps from '../../../lib/protocols/device-map/maps';
import type { DeviceMap } from '../../../lib/protocols/device-map/device-map';
import type { Places } from '../../../lib/protocols/device-map/places';
import { adminRoute } from './admin-route';

// Loaded when somebody asks: they are large, and few make a map of their own.
const shipped = (): Record<Places, readonly DeviceMap[]> => {
    const { SNMP_MAPS, MODBUS_MAPS, FRAME_MAPS } = require('../../../lib/protocols/device-map/maps') as typeof Maps;
    return { objects: SNMP_MAPS, registers: MODBUS_MAPS, frames: FRAME_MAPS, labels: [] };
};

/**
 * Adds the shipped device maps to the admin API: `GET maps/<places>` is their list, `GET maps/<places>/<id>` one of them. A user's own map may begin
 * with one.
 */
export function serveMaps(RED: NodeAPI): void {
    adminRoute(RED, 'get', 'maps/:places', 'flows.read', ({ params }, response) => {
        response.json(mapsOf(params.places).map(({ id, name, judgedBy }) => ({ id, name, judgedBy })));
    });
    adminRoute(RED, 'get', 'maps/:places/:id', 'flows.read', ({ params }, response) => {
        const map = mapsOf(params.places).find(({ id }) => id === params.id);
        if (map) response.json(map);
        else response.status(404).json({ error: 'not-found' });
    });
}

function mapsOf(places: unknown): readonly DeviceMap[] {
    const all = shipped();
    return Object.hasOwn(all, String(places)) ? all[places as Places] : [];
}
