import type { Clock } from '../../core/clock';
import type { DeviceMap } from '../device-map/device-map';
import { MOST_PAGE_BYTES } from '../labelled-page/labelled-page';
import { MOST_LOG_BYTES } from '../measurement-csv/measurement-csv';
import { bracketedHost } from '../shared/host';
import { homePath } from '../shared/home-path';
import type { SnmpDriverSettings } from '../snmp/create-driver';
import { LocalLog, WebLog, type LogFiles } from './log-files';
import { WebPage } from './web-page';

export interface DuracommSettings extends Omit<SnmpDriverSettings, 'dialect' | 'map' | 'onTrap' | 'onListening'> {
    way: 'snmp' | 'page' | 'csv';
    map: DeviceMap;
    /** V AC. */
    mainsFail: number;
    mainsBack: number;
    /** V DC. */
    disconnectAt: number;
    reconnectAt: number;
    /** The device's own trap of a boot, beside coldStart and warmStart. */
    bootTrap: string;
    /** TCP port of the web server. */
    webPort: number;
    page: '/' | '/m';
    webUser: string;
    webPassword: string;
    csvFrom: 'web' | 'file';
    /** Path of the log on the web server. */
    csvPath: string;
    /** Path of a local file; its name may contain `*`. */
    csvFile: string;
    /** Names of one or two columns, parted by a comma. */
    csvTime: string;
    csvFormat: string;
    csvSite: string;
    /** Minutes between two rows. */
    csvMinutes: number;
}

/** A page is small; the log has up to 5 MB, from a small processor. */
const PAGE_MS = 5000;
const LOG_MS = 120_000;

/** The status page, the large or the small one. */
export function statusPage(settings: DuracommSettings, clock: Clock): WebPage {
    return webPage(settings, clock, settings.page, PAGE_MS, MOST_PAGE_BYTES);
}

function webPage(
    { host, webPort, webUser: user, webPassword: password }: DuracommSettings,
    clock: Clock,
    path: string,
    timeoutMs: number,
    most: number,
): WebPage {
    const url = new URL(path.startsWith('/') ? path : `/${path}`, `http://${bracketedHost(host)}:${webPort}`);
    return new WebPage({ clock, url, timeoutMs, most, user, password });
}

export function logFiles(settings: DuracommSettings, clock: Clock): LogFiles {
    if (settings.csvFrom === 'file') return new LocalLog(homePath(settings.csvFile));
    return new WebLog(webPage(settings, clock, settings.csvPath, LOG_MS, MOST_LOG_BYTES));
}
