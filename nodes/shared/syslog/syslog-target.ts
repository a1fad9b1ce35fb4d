import { hostname } from 'node:os';
import type { ConnectionOptions } from 'node:tls';
import type { NodeAPI } from 'node-red';
import type { SettingsOf } from '../../../lib/core/settings';
import type { Host } from '../../../lib/protocols/shared/host';
import { parseHosts } from '../../../lib/protocols/shared/hosts';
import { encodeSyslog, type SyslogEntry } from '../../../lib/protocols/syslog/message';
import type { SyslogTarget } from '../../../lib/protocols/syslog/sender';
import type { settings } from '../../jobs/ups-syslog.settings';
import { tlsOptions } from '../settings/tls';

export type SyslogSettings = SettingsOf<typeof settings>;

export function receiversOf({ hosts, port }: SyslogSettings): Host[] {
    return parseHosts(hosts, port);
}

/** @throws UpsError config-missing: the chosen tls-config does not exist */
export function syslogTls(RED: NodeAPI, { transport, tls }: SyslogSettings): ConnectionOptions | undefined {
    return transport === 'tls' ? tlsOptions(RED, tls) : undefined;
}

export function targetOf(
    { transport, framing, timeout }: SyslogSettings,
    tls: ConnectionOptions | undefined,
    { host, port }: Host,
): SyslogTarget {
    return { host, port, transport, framing, tls, timeoutMs: timeout * 1000 };
}

/** The parts that differ between messages; without structured data, `params` are left out. */
export type SyslogWords = Pick<SyslogEntry, 'severity' | 'at' | 'messageId' | 'text'> & {
    params: NonNullable<SyslogEntry['data']>['params'];
};

export function encodeWith(settings: SyslogSettings, { params, ...words }: SyslogWords): Buffer {
    const { format, facility, appName, dataId } = settings;
    return encodeSyslog(format, {
        ...words,
        facility,
        hostname: settings.hostname || hostname(),
        appName,
        processId: process.pid,
        ...(dataId && { data: { id: dataId, params } }),
    });
}
