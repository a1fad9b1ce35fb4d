import { hostname } from 'node:os';
import type { ConnectionOptions } from 'node:tls';
import type { NodeAPI } from 'node-red';
import { UpsError } from '../../../lib/core/errors';
import type { Host } from '../../../lib/protocols/shared/host';
import { parseHosts } from '../../../lib/protocols/shared/hosts';
import {
    assertDataId,
    encodeSyslog,
    FACILITIES,
    SEVERITIES,
    type Facility,
    type Severity,
    type SyslogEntry,
    type SyslogFormat,
} from '../../../lib/protocols/syslog/message';
import type { SyslogTarget } from '../../../lib/protocols/syslog/sender';
import type { JobConfig } from '../job/job';
import { numberOr, wholeOr } from '../settings/numbers';
import { tlsOptions } from '../settings/tls';

export interface UpsSyslogConfig extends JobConfig {
    /** `events`: what comes by wire; `log`: every entry of the event log of its site. Default: events. */
    mode?: 'events' | 'log';
    /** Receivers: host or host:port, by lines or commas. */
    hosts: string;
    port: string | number;
    transport: 'udp' | 'tcp' | 'tls';
    format: SyslogFormat;
    framing: 'octets' | 'lines';
    facility: Facility;
    /** `auto`: by the level of the event, and `notice` for its end. */
    severity: Severity | 'auto';
    appName: string;
    /** Default: the name of this machine. */
    hostname: string;
    /** Id of the structured data, `name@enterprise number`; empty: none. */
    dataId: string;
    text: string;
    /** Id of a `tls-config`. */
    tls: string;
    /** Seconds */
    timeout: string | number;
    retries: string | number;
}

export interface SyslogSettings {
    receivers: Host[];
    config: UpsSyslogConfig;
    tls: ConnectionOptions | undefined;
    timeoutMs: number;
    retries: number;
}

/** The default of the CS141 manual ("Remote syslog server port"); that of RFC 6587 for TCP as well. */
const PORT = 601;

/** @throws UpsError config-missing, config-invalid */
export function readSyslogSettings(RED: NodeAPI, config: UpsSyslogConfig): SyslogSettings {
    const choice = (property: keyof UpsSyslogConfig, options: readonly string[]) => {
        const value = String(config[property] ?? '');
        if (value !== '' && !options.includes(value)) {
            throw new UpsError('config-invalid', { property, value, expected: options.join(' ') });
        }
    };
    choice('mode', ['events', 'log']);
    choice('transport', ['udp', 'tcp', 'tls']);
    choice('format', ['rfc5424', 'rfc3164']);
    choice('framing', ['octets', 'lines']);
    choice('facility', FACILITIES);
    choice('severity', ['auto', ...SEVERITIES]);
    const receivers = parseHosts(config.hosts || '', wholeOr('port', config.port, PORT, 1, 65535));
    if (receivers.length === 0) throw new UpsError('config-missing', { property: 'hosts' });
    if (config.dataId) assertDataId(config.dataId);
    return {
        receivers,
        config,
        tls: config.transport === 'tls' ? tlsOptions(RED, config.tls) : undefined,
        timeoutMs: 1000 * numberOr('timeout', config.timeout, 5, 0.1, 60),
        retries: wholeOr('retries', config.retries, 0, 0, 20),
    };
}

export function targetOf({ config, tls, timeoutMs }: SyslogSettings, { host, port }: Host): SyslogTarget {
    return {
        host,
        port,
        transport: config.transport || 'tcp',
        framing: config.framing || 'octets',
        tls,
        timeoutMs,
    };
}

/** What differs from message to message; `params` are left out where no structured data is wanted. */
export type SyslogWords = Pick<SyslogEntry, 'severity' | 'at' | 'messageId' | 'text'> & {
    params: NonNullable<SyslogEntry['data']>['params'];
};

export function encodeWith(config: UpsSyslogConfig, { params, ...words }: SyslogWords): Buffer {
    return encodeSyslog(config.format || 'rfc5424', {
        ...words,
        facility: config.facility || 'local0',
        hostname: config.hostname || hostname(),
        appName: config.appName || 'ridethrough',
        processId: process.pid,
        ...(config.dataId && { data: { id: config.dataId, params } }),
    });
}
