import { hostname } from 'node:os';
import type { ConnectionOptions } from 'node:tls';
import type { Node, NodeAPI } from 'node-red';
import { asUpsError, UpsError } from '../../lib/core/errors';
import type { EventInfo } from '../../lib/core/messages';
import { hostKey, parseHosts, type RccmdHost } from '../../lib/protocols/rccmd/hosts';
import {
    assertDataId,
    encodeSyslog,
    FACILITIES,
    SEVERITIES,
    type Facility,
    type Severity,
    type SyslogFormat,
} from '../../lib/protocols/syslog/message';
import { sendSyslog, type SyslogTarget } from '../../lib/protocols/syslog/sender';
import { attachJob, JobFailure, type JobConfig, type JobContext, type JobOutcome } from '../shared/job';
import { StatusLamp } from '../shared/node-status';
import { numberOr, wholeOr } from '../shared/numbers';
import { errorText, statusText } from '../shared/texts';
import { wait } from '../shared/wait';

interface UpsSyslogConfig extends JobConfig {
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

interface Settings {
    receivers: RccmdHost[];
    config: UpsSyslogConfig;
    tls: ConnectionOptions | undefined;
    timeoutMs: number;
    retries: number;
}

/** One receiver's outcome; kept as progress, so that after an interruption nobody is told twice. */
interface Outcome {
    host: string;
    ok: boolean;
    attempts: number;
    error?: string;
}

/** The manual's default (line 2091); that of RFC 6587 for TCP as well. */
const PORT = 601;
const PAUSE_MS = 2000;
const AUTO: Record<EventInfo['level'], Severity> = { info: 'notice', warning: 'warning', alarm: 'crit' };

export = (RED: NodeAPI) => {
    function UpsSyslog(this: Node, config: UpsSyslogConfig) {
        RED.nodes.createNode(this, config);
        try {
            readSettings(RED, config);
        } catch (error) {
            new StatusLamp(this).show('error', statusText(RED, 'notConfigured'));
            this.error(errorText(RED, error));
        }
        attachJob(RED, this, config, {
            type: 'ups-syslog',
            defaults: { log: 'errors' },
            describe: (context) => describe(RED, config, context),
            run: (context) => send(RED, readSettings(RED, config), context),
        });
    }
    RED.nodes.registerType('ups-syslog', UpsSyslog as never);
};

interface TlsConfigNode extends Node {
    addTLSOptions(options: ConnectionOptions): ConnectionOptions;
}

/** @throws UpsError config-missing, config-invalid */
function readSettings(RED: NodeAPI, config: UpsSyslogConfig): Settings {
    const choice = (property: keyof UpsSyslogConfig, options: readonly string[]) => {
        const value = String(config[property] ?? '');
        if (value !== '' && !options.includes(value)) {
            throw new UpsError('config-invalid', { property, value, expected: options.join(' ') });
        }
    };
    choice('transport', ['udp', 'tcp', 'tls']);
    choice('format', ['rfc5424', 'rfc3164']);
    choice('framing', ['octets', 'lines']);
    choice('facility', FACILITIES);
    choice('severity', ['auto', ...SEVERITIES]);
    const receivers = parseHosts(config.hosts || '', wholeOr('port', config.port, PORT, 1, 65535));
    if (receivers.length === 0) throw new UpsError('config-missing', { property: 'hosts' });
    if (config.dataId) assertDataId(config.dataId);
    const tls = config.tls ? (RED.nodes.getNode(config.tls) as TlsConfigNode | null) : undefined;
    if (config.transport === 'tls' && tls === null) throw new UpsError('config-missing', { property: 'tls' });
    return {
        receivers,
        config,
        tls: tls?.addTLSOptions({}),
        timeoutMs: 1000 * numberOr('timeout', config.timeout, 5, 0.1, 60),
        retries: wholeOr('retries', config.retries, 0, 0, 20),
    };
}

function describe(RED: NodeAPI, config: UpsSyslogConfig, context: JobContext): string {
    try {
        const { receivers } = readSettings(RED, config);
        const names = receivers.map(hostKey).join(', ');
        return `syslog ${severityOf(config, context)} to ${names}: ${textOf(config, context)}`;
    } catch (error) {
        return `syslog: ${errorText(RED, error)}`;
    }
}

/** Receivers are served side by side: one that does not answer holds up no other. */
async function send(RED: NodeAPI, settings: Settings, context: JobContext): Promise<JobOutcome> {
    const done = new Map(outcomesOf(context.progress).map((outcome) => [outcome.host, outcome]));
    const message = encode(settings.config, context);
    const outcomes = await Promise.all(
        settings.receivers.map(async (receiver) => {
            const name = hostKey(receiver);
            const before = done.get(name);
            if (before) return before;
            const outcome = await sendTo(RED, settings, receiver, message, context);
            done.set(name, outcome);
            context.saveProgress([...done.values()]);
            return outcome;
        }),
    );
    const failed = outcomes.filter(({ ok }) => !ok);
    const outcome: JobOutcome = {
        summary: describe(RED, settings.config, context),
        attempts: Math.max(...outcomes.map(({ attempts }) => attempts)),
        detail: outcomes,
    };
    if (failed.length === 0) return outcome;
    const first = `${failed[0]!.host} (${failed[0]!.error})`;
    throw new JobFailure(
        new UpsError('hosts-failed', { failed: failed.length, total: outcomes.length, first }),
        outcome,
    );
}

async function sendTo(
    RED: NodeAPI,
    { config, tls, timeoutMs, retries }: Settings,
    { host, port }: RccmdHost,
    message: Buffer,
    { clock, signal }: JobContext,
): Promise<Outcome> {
    const target: SyslogTarget = {
        host,
        port,
        transport: config.transport || 'tcp',
        framing: config.framing || 'octets',
        tls,
        timeoutMs,
    };
    for (let attempts = 1; ; attempts++) {
        try {
            await sendSyslog(target, message, clock, signal);
            return { host: hostKey({ host, port }), ok: true, attempts };
        } catch (error) {
            const failure = asUpsError(error, 'host-unreachable', { host });
            if (failure.code === 'interrupted') throw failure;
            // A certificate does not get better within seconds.
            if (attempts > retries || failure.code === 'certificate-refused') {
                return { host: hostKey({ host, port }), ok: false, attempts, error: errorText(RED, failure) };
            }
            await wait(clock, PAUSE_MS * attempts, signal);
        }
    }
}

function encode(config: UpsSyslogConfig, context: JobContext): Buffer {
    const { event } = context.message;
    return encodeSyslog(config.format || 'rfc5424', {
        facility: config.facility || 'local0',
        severity: severityOf(config, context),
        at: event.at,
        hostname: config.hostname || hostname(),
        appName: config.appName || 'ridethrough',
        processId: process.pid,
        messageId: event.id,
        ...(config.dataId && {
            data: {
                id: config.dataId,
                params: {
                    event: event.id,
                    source: event.source,
                    level: event.level,
                    active: event.active,
                    since: new Date(event.since).toISOString(),
                    episode: event.episode,
                    value: event.value,
                    unit: event.unit,
                    site: context.site?.name,
                },
            },
        }),
        text: textOf(config, context),
    });
}

function severityOf({ severity }: UpsSyslogConfig, { message: { event } }: JobContext): Severity {
    if (severity && severity !== 'auto') return severity;
    return event.active ? (AUTO[event.level] ?? 'notice') : 'notice';
}

function textOf({ text }: UpsSyslogConfig, context: JobContext): string {
    return context.text(text || '{{event.text}}');
}

function outcomesOf(progress: unknown): Outcome[] {
    return Array.isArray(progress)
        ? (progress as Outcome[]).filter((outcome) => typeof outcome?.host === 'string')
        : [];
}
