import type { Clock } from '../../core/clock';
import { UpsError } from '../../core/errors';
import { createContactsDriver, type ContactsDevice, type ContactsSettings } from '../contacts/create-driver';
import type { DeviceMap } from '../device-map/device-map';
import { FRAME_MAPS } from '../device-map/maps';
import type { ByteTransport } from '../shared/byte-transport';
import { bracketedHost } from '../shared/host';
import { SerialTransport } from '../shared/serial-transport';
import { TcpTransport } from '../shared/tcp-transport';
import { DuramaxDriver } from './driver';
import { identityOf, type Model } from './models';

export interface DuramaxSettings extends Omit<ContactsSettings, 'identity' | 'port'> {
    /** How it is read. `contacts`: all settings of contacts; else `host` and `port`, or `path` and `baudRate`. */
    way: 'contacts' | 'serial' | 'tcp';
    model: Model;
    mode: 'user' | 'pc';
    baudRate: number;
    /** The id of a shipped map, or `own`. */
    map: string;
    /** The user's own map, for `own`. */
    ownMap?: DeviceMap;
    /** Undefined: the usual one. */
    port: number | undefined;
}

/** Of a Modbus module, and of a serial device server in raw mode. */
const MODBUS_PORT = 502;
const SERIAL_SERVER_PORT = 4001;

/**
 * A driver for one DC UPS.
 * @throws UpsError config-invalid for an unknown map, config-missing without one
 */
export function createDuramaxDriver(
    settings: DuramaxSettings,
    clock: Clock,
    warn?: (error: unknown) => void,
): { driver: DuramaxDriver | ContactsDevice['driver']; receive?: ContactsDevice['receive'] } {
    const { way, model, mode, interval, timeout } = settings;
    const identity = identityOf(model);
    if (way === 'contacts') {
        const { port = MODBUS_PORT } = settings;
        return createContactsDriver({ ...settings, port, identity }, clock, warn);
    }
    const driver = new DuramaxDriver({
        ...{ clock, warn, mode, identity },
        ...lineOf(settings),
        map: mapOf(settings),
        intervalMs: interval * 1000,
        timeoutMs: timeout * 1000,
    });
    return { driver };
}

function lineOf({ way, host, port = SERIAL_SERVER_PORT, path, baudRate, dtr, rts }: DuramaxSettings): {
    name: string;
    transport: ByteTransport;
} {
    if (way === 'serial') return { name: path, transport: new SerialTransport({ path, baudRate, dtr, rts }) };
    return { name: `${bracketedHost(host.toLowerCase())}:${port}`, transport: new TcpTransport(host, port) };
}

function mapOf({ map: id, ownMap }: DuramaxSettings): DeviceMap {
    if (id === 'own' && !ownMap) throw new UpsError('config-missing', { property: 'ownMap' });
    const map = id === 'own' ? ownMap : FRAME_MAPS.find((each) => each.id === id);
    if (!map) throw new UpsError('config-invalid', { property: 'map', value: id });
    return map;
}
