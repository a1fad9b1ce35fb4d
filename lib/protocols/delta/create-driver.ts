import type { Clock } from '../../core/clock';
import type { ByteTransport } from '../shared/byte-transport';
import { bracketedHost } from '../shared/host';
import { SerialTransport, type SignalState } from '../shared/serial-transport';
import { TcpTransport } from '../shared/tcp-transport';
import type { ReturnOrder } from './commands';
import { DeltaDevice } from './device';
import { DeltaDriver } from './driver';
import { DeltaLine } from './line';
import type { LinePool } from './line-pool';

export interface DeltaSettings {
    transport: 'serial' | 'tcp';
    /** For `serial`, like the next three. */
    path: string;
    baudRate: number;
    dtr: SignalState;
    rts: SignalState;
    /** For `tcp`. */
    host: string;
    port: number;
    /** Id of the UPS on its line, 0..99. */
    address: number;
    /** Seconds between polls. */
    interval: number;
    /** Seconds for each answer. */
    timeout: number;
    /** Milliseconds between two bytes of a command. */
    byteDelay: number;
    /** Offers every command, even if AVL denies it. */
    offerAll: boolean;
    /** Whether the time of return (SDR) is sent `before` or `after` the shutdown (SDA). */
    returnOrder: ReturnOrder;
}

interface Place {
    /** Path or host:port. */
    key: string;
    /** Settings that must be equal for all UPSs on the line. */
    shared: string;
    open(): ByteTransport;
}

/** A driver for one UPS; drivers on the same line share the connection. */
export function createDeltaDriver(settings: DeltaSettings, clock: Clock, pool: LinePool): DeltaDriver {
    const { key, shared, open } = settings.transport === 'tcp' ? tcpPlace(settings) : serialPlace(settings);
    const { address: id, interval, timeout, byteDelay: byteDelayMs, offerAll, returnOrder } = settings;
    const device = new DeltaDevice({
        clock,
        id,
        name: id === 0 ? key : `${key} UPS ${id}`,
        timeoutMs: timeout * 1000,
        acquire: () =>
            pool.acquire(
                key,
                `${shared}byteDelay ${byteDelayMs} ms`,
                () => new DeltaLine({ clock, transport: open(), name: key, byteDelayMs }),
            ),
        offerAll,
    });
    return new DeltaDriver({ clock, device, intervalMs: interval * 1000, returnOrder });
}

function tcpPlace({ host: typed, port }: DeltaSettings): Place {
    const host = typed.toLowerCase();
    return {
        key: `${bracketedHost(host)}:${port}`,
        shared: '',
        open: () => new TcpTransport(host, port),
    };
}

function serialPlace({ path, baudRate, dtr, rts }: DeltaSettings): Place {
    return {
        key: path,
        shared: `${baudRate} baud, DTR ${dtr}, RTS ${rts}, `,
        open: () => new SerialTransport({ path, baudRate, dtr, rts }),
    };
}
