import type { Clock } from '../../core/clock';
import { UpsError } from '../../core/errors';
import type { DeviceMap } from '../device-map/device-map';
import { MODBUS_MAPS } from '../device-map/maps';
import { endpointOf, hostOf, type EndpointSettings } from '../modbus/endpoint';
import type { ModbusLinePool } from '../modbus/line-pool';
import { ModbusMapDriver } from './driver';

export interface ModbusMapSettings extends EndpointSettings {
    unitId: number;
    /** `zero`: registers are sent as they stand in the map; `one`: plus one. */
    addressing: 'zero' | 'one';
    /** The id of a shipped map, or `own`. */
    map: string;
    /** The user's own map, for `own`. */
    ownMap?: DeviceMap;
    /** Seconds between polls. */
    interval: number;
    /** Seconds for each answer. */
    timeout: number;
}

/** A driver for one device. @throws UpsError config-invalid for an unknown map, config-missing without one */
export function createModbusMapDriver(
    settings: ModbusMapSettings,
    clock: Clock,
    lines: ModbusLinePool,
    warn?: (error: unknown) => void,
): ModbusMapDriver {
    const endpoint = endpointOf(settings);
    const { unitId, addressing, interval, timeout } = settings;
    const map = mapOf(settings);
    return new ModbusMapDriver({
        clock,
        host: hostOf(endpoint),
        intervalMs: interval * 1000,
        // Last, since every line that is taken must be given back: nothing after this throws.
        line: lines.take({ endpoint, timeoutMs: timeout * 1000 }),
        unitId,
        addressOffset: addressing === 'one' ? 1 : 0,
        map,
        warn,
    });
}

function mapOf({ map: id, ownMap }: ModbusMapSettings): DeviceMap {
    if (id === 'own' && !ownMap) throw new UpsError('config-missing', { property: 'ownMap' });
    const map = id === 'own' ? ownMap : MODBUS_MAPS.find((each) => each.id === id);
    if (!map) throw new UpsError('config-invalid', { property: 'map', value: id });
    return map;
}
