import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import type { EventInfo } from '../../lib/core/messages';
import type { Host } from '../../lib/protocols/shared/host';
import { hostKey } from '../../lib/protocols/shared/hosts';
import type { Severity } from '../../lib/protocols/syslog/message';
import { sendPersistently } from '../../lib/protocols/syslog/persist';
import { attachJob, JobFailure, type JobContext, type JobOutcome } from '../shared/job/job';
import { StatusLamp } from '../shared/words/node-status';
import { whenStarted } from '../shared/runtime/started';
import { LogToSyslog } from '../shared/syslog/syslog-log';
import {
    encodeWith,
    readSyslogSettings,
    targetOf,
    type SyslogSettings,
    type UpsSyslogConfig,
} from '../shared/syslog/syslog-settings';
import { errorText, statusText } from '../shared/words/texts';

/** One receiver's outcome; kept as progress, so that after an interruption nobody is told twice. */
interface Outcome {
    host: string;
    ok: boolean;
    attempts: number;
    error?: string;
}

const AUTO: Record<EventInfo['level'], Severity> = { info: 'notice', warning: 'warning', alarm: 'crit' };

export = (RED: NodeAPI) => {
    function UpsSyslog(this: Node, config: UpsSyslogConfig) {
        RED.nodes.createNode(this, config);
        const lamp = new StatusLamp(this);
        const told = (error: unknown) => {
            lamp.show('error', statusText(RED, 'notConfigured'));
            this.error(errorText(RED, error));
        };
        let log: LogToSyslog | undefined;
        try {
            const settings = readSyslogSettings(RED, config);
            if (config.mode === 'log') {
                whenStarted(RED, this, () => {
                    try {
                        log = new LogToSyslog(RED, this, settings, lamp);
                        log.start();
                    } catch (error) {
                        told(error);
                    }
                });
            }
        } catch (error) {
            told(error);
        }
        attachJob(RED, this, config, {
            type: 'ups-syslog',
            defaults: { log: 'errors' },
            describe: (context) => describe(RED, config, context),
            run: (context) => send(RED, readSyslogSettings(RED, config), context),
            close: async () => log?.close(),
        });
    }
    RED.nodes.registerType('ups-syslog', UpsSyslog as never);
};

function describe(RED: NodeAPI, config: UpsSyslogConfig, context: JobContext): string {
    try {
        const { receivers } = readSyslogSettings(RED, config);
        return context.words.say('ups-syslog.said.summary', {
            severity: severityOf(config, context),
            hosts: receivers.map(hostKey).join(', '),
            text: textOf(config, context),
        });
    } catch (error) {
        return context.words.say('ups-syslog.said.wrong', { why: errorText(context.words, error) });
    }
}

/** Receivers are served side by side: one that does not answer holds up no other. */
async function send(RED: NodeAPI, settings: SyslogSettings, context: JobContext): Promise<JobOutcome> {
    const done = new Map(outcomesOf(context.progress).map((outcome) => [outcome.host, outcome]));
    const message = encode(settings.config, context);
    const outcomes = await Promise.all(
        settings.receivers.map(async (receiver) => {
            const name = hostKey(receiver);
            const before = done.get(name);
            if (before) return before;
            const outcome = await sendTo(settings, receiver, message, context);
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
    settings: SyslogSettings,
    receiver: Host,
    message: Buffer,
    { clock, signal, persistence, words }: JobContext,
): Promise<Outcome> {
    const tries = { retries: settings.retries, impatient: Number.isFinite(persistence.retries), clock, signal };
    const { attempts, error } = await sendPersistently(targetOf(settings, receiver), message, tries);
    const outcome = { host: hostKey(receiver), ok: !error, attempts };
    return error ? { ...outcome, error: errorText(words, error) } : outcome;
}

function encode(config: UpsSyslogConfig, context: JobContext): Buffer {
    const { event } = context.message;
    return encodeWith(config, {
        severity: severityOf(config, context),
        at: event.at,
        messageId: event.id,
        text: textOf(config, context),
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
