import type { ConnectionOptions } from 'node:tls';
import type { Clock } from '../../core/clock';
import { bracketedHost } from '../shared/host';
import { NutClient } from './client';
import { NutDriver } from './driver';
import { TcpNutTransport } from './tcp-transport';

export interface NutSettings {
    /** A name or an address without brackets. */
    host: string;
    port: number;
    /** The section of the UPS in ups.conf. */
    upsName: string;
    /** Seconds between polls. */
    interval: number;
    /** Empty: nobody logs in. */
    user?: string;
    password?: string;
    /** Present: STARTTLS, or nothing. */
    tls?: ConnectionOptions;
    /** The flag LB is not believed. */
    ignoreLowBattery?: boolean;
}

/** upsd answers from its memory; more is a server that hangs. */
const ANSWER_MS = 5000;

/** A driver for one UPS of one upsd. */
export function createNutDriver(settings: NutSettings, clock: Clock): NutDriver {
    const { host, port, upsName, interval, user, password, tls, ignoreLowBattery = false } = settings;
    const place = `${bracketedHost(host)}:${port}`;
    const client = new NutClient({
        clock,
        transport: new TcpNutTransport({ host, port, tls }),
        host: place,
        upsName,
        user: user || undefined,
        password,
        tls: tls !== undefined,
        timeoutMs: ANSWER_MS,
    });
    return new NutDriver({ clock, host: place, intervalMs: interval * 1000, client, ignoreLowBattery });
}
