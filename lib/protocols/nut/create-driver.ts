import type { ConnectionOptions } from 'node:tls';
import type { Clock } from '../../core/clock';
import { UpsError } from '../../core/errors';
import { bracketedHost, hostSetting } from '../shared/host';
import { settingNumber, settingTick } from '../shared/setting-number';
import { NutClient } from './client';
import { NutDriver } from './driver';
import { TcpNutTransport } from './tcp-transport';

/** What a user types into the node; everything may be missing or text. */
export interface NutSettings {
    host?: string;
    port?: string | number;
    upsName?: string;
    /** Seconds between polls; 1 by default. */
    interval?: string | number;
    /** Seconds for each answer; 5 by default. */
    timeout?: string | number;
    user?: string;
    password?: string;
    /** Present: STARTTLS, or nothing. */
    tls?: ConnectionOptions;
    /** The flag LB is not believed; false by default. */
    ignoreLowBattery?: boolean | string;
}

/** A driver for one UPS of one upsd. @throws UpsError config-missing, config-invalid; never with a secret in it */
export function createNutDriver(settings: NutSettings, clock: Clock): NutDriver {
    const host = hostSetting('host', settings.host);
    const upsName = settings.upsName?.trim();
    if (!upsName) throw new UpsError('config-missing', { property: 'upsName' });
    // The characters that upsd allows in a section of ups.conf; anything else would become a part of the command.
    if (!/^[^\s"\\#=[\]@]+$/.test(upsName)) {
        throw new UpsError('config-invalid', {
            property: 'upsName',
            value: upsName,
            expected: 'a name without blanks',
        });
    }
    const port = settingNumber('port', settings.port, 3493, 1, 65535, true);
    const intervalMs = settingNumber('interval', settings.interval, 1, 0.1, 3600, false) * 1000;
    const timeoutMs = settingNumber('timeout', settings.timeout, 5, 0.05, 60, false) * 1000;
    const place = `${bracketedHost(host)}:${port}`;
    const client = new NutClient({
        clock,
        transport: new TcpNutTransport({ host, port, tls: settings.tls }),
        host: place,
        upsName,
        user: settings.user?.trim() || undefined,
        password: settings.password,
        tls: settings.tls !== undefined,
        timeoutMs,
    });
    const ignoreLowBattery = settingTick('ignoreLowBattery', settings.ignoreLowBattery, false);
    return new NutDriver({ clock, host: place, intervalMs, client, ignoreLowBattery });
}
