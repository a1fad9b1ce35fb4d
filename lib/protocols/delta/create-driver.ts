import type { Clock } from '../../core/clock';
import { UpsError } from '../../core/errors';
import type { ByteTransport } from '../shared/byte-transport';
import { bracketedHost, hostSetting } from '../shared/host';
import { SerialTransport, type SignalState } from '../shared/serial-transport';
import { settingChoice, settingNumber, settingTick } from '../shared/setting-number';
import { TcpTransport } from '../shared/tcp-transport';
import { RETURN_ORDERS, type ReturnOrder } from './commands';
import { DeltaDevice } from './device';
import { DeltaDriver } from './driver';
import { DeltaLine } from './line';
import type { LinePool } from './line-pool';
import { BAUD_RATES } from './sets';

/** What a user types into the node; everything may be missing or text. */
export interface DeltaSettings {
    transport?: string;
    path?: string;
    baudRate?: string | number;
    dtr?: string;
    rts?: string;
    host?: string;
    port?: string | number;
    /** Id of the UPS on its line, 0..99; 0 by default. */
    address?: string | number;
    /** Seconds between polls; 1 by default. */
    interval?: string | number;
    /** Seconds for each answer; 1.5 by default. */
    timeout?: string | number;
    /** Milliseconds between two bytes of a command; 0 by default. */
    byteDelay?: string | number;
    /** Offer every command, whatever AVL says. */
    offerAll?: boolean | string;
    /** Whether the time of return (SDR) is sent `before` (default) or `after` the shutdown (SDA). */
    returnOrder?: string;
}

/** Of a serial device server, as its dialog proposes. */
const TCP_PORT = 4001;

interface Place {
    /** Path or host:port. */
    key: string;
    /** What must be the same for all on the line. */
    shared: string;
    open(): ByteTransport;
}

/** A driver for one UPS; those of one line share it. @throws UpsError config-missing, config-invalid */
export function createDeltaDriver(settings: DeltaSettings, clock: Clock, pool: LinePool): DeltaDriver {
    const { key, shared, open } = settings.transport === 'tcp' ? tcpPlace(settings) : serialPlace(settings);
    const id = settingNumber('address', settings.address, 0, 0, 99, true);
    const intervalMs = settingNumber('interval', settings.interval, 1, 0.2, 3600, false) * 1000;
    const timeoutMs = settingNumber('timeout', settings.timeout, 1.5, 0.1, 60, false) * 1000;
    const byteDelayMs = settingNumber('byteDelay', settings.byteDelay, 0, 0, 100, true);
    const device = new DeltaDevice({
        clock,
        id,
        name: id === 0 ? key : `${key} UPS ${id}`,
        timeoutMs,
        acquire: () =>
            pool.acquire(
                key,
                `${shared}byteDelay ${byteDelayMs} ms`,
                () => new DeltaLine({ clock, transport: open(), name: key, byteDelayMs }),
            ),
        offerAll: settingTick('offerAll', settings.offerAll, false),
    });
    const returnOrder = settingChoice('returnOrder', settings.returnOrder, RETURN_ORDERS, 'before') as ReturnOrder;
    return new DeltaDriver({ clock, device, intervalMs, returnOrder });
}

function tcpPlace({ host: typedHost, port: typedPort }: DeltaSettings): Place {
    const host = hostSetting('host', typedHost).toLowerCase();
    const port = settingNumber('port', typedPort, TCP_PORT, 1, 65_535, true);
    return {
        key: `${bracketedHost(host)}:${port}`,
        shared: '',
        open: () => new TcpTransport(host, port),
    };
}

function serialPlace(settings: DeltaSettings): Place {
    const path = settings.path?.trim();
    if (!path) throw new UpsError('config-missing', { property: 'path' });
    const baudRate = settingNumber('baudRate', settings.baudRate, 2400, 1200, 9600, true);
    if (!(BAUD_RATES as readonly number[]).includes(baudRate)) {
        throw new UpsError('config-invalid', {
            property: 'baudRate',
            value: baudRate,
            expected: BAUD_RATES.join(', '),
        });
    }
    const dtr = signal('dtr', settings.dtr);
    const rts = signal('rts', settings.rts);
    return {
        key: path,
        shared: `${baudRate} baud, DTR ${dtr}, RTS ${rts}, `,
        open: () => new SerialTransport({ path, baudRate, dtr, rts }),
    };
}

function signal(property: string, typed: string | undefined): SignalState {
    const states = ['unchanged', 'on', 'off'] as const;
    const found = states.find((state) => state === (typed || 'unchanged'));
    if (found) return found;
    throw new UpsError('config-invalid', { property, value: typed, expected: states.join(', ') });
}
