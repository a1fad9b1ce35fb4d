import type { NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import type { EventInfo } from '../../lib/core/messages';
import type { Severity } from '../../lib/core/syslog/parameters';
import { hostKey } from '../../lib/protocols/shared/hosts';
import { sendWithRetries } from '../../lib/protocols/syslog/send-with-retries';
import type { SyslogTarget } from '../../lib/protocols/syslog/sender';
import { defineJob } from '../shared/job/define-job';
import { JobFailure, type JobContext, type JobOutcome } from '../shared/job/job';
import { whenFlowsStarted } from '../shared/runtime/flow-start';
import { checkSettings } from '../shared/settings/check-settings';
import { LogToSyslog } from '../shared/syslog/syslog-log';
import { encodeWith, receiversOf, syslogTls, targetOf, type SyslogSettings } from '../shared/syslog/syslog-target';
import { StatusIndicator } from '../shared/words/node-status';
import { errorText, statusText } from '../shared/words/texts';
import { settings as declaration } from './ups-syslog.settings';

/** The outcome of one receiver; saved as progress, so that after an interruption no receiver gets the message twice. */
interface Outcome {
    host: string;
    ok: boolean;
    attempts: number;
    error?: string;
}

const AUTO: Record<EventInfo['level'], Severity> = { info: 'notice', warning: 'warning', alarm: 'crit' };

export = (RED: NodeAPI) => {
    defineJob(RED, declaration, ({ node, settings }) => {
        const indicator = new StatusIndicator(node);
        const told = (error: unknown) => {
            indicator.show('error', statusText(RED, 'notConfigured'));
            node.error(errorText(RED, error));
        };
        let log: LogToSyslog | undefined;
        if (settings.mode === 'log') {
            whenFlowsStarted(RED, node, () => {
                try {
                    log = new LogToSyslog(RED, node, settings, indicator);
                    log.start();
                } catch (error) {
                    told(error);
                }
            });
        } else checkSettings(RED, node, () => syslogTls(RED, settings));
        return {
            describe: (context) => describe(settings, context),
            run: (context) => send(RED, settings, context),
            close: async () => log?.close(),
        };
    });
};

function describe(settings: SyslogSettings, context: JobContext): string {
    return context.words.say('ups-syslog.said.summary', {
        severity: severityOf(settings, context),
        hosts: receiversOf(settings).map(hostKey).join(', '),
        text: context.text(settings.text),
    });
}

/** Sends to all receivers in parallel: one that does not answer delays no other. */
async function send(RED: NodeAPI, settings: SyslogSettings, context: JobContext): Promise<JobOutcome> {
    const done = new Map(outcomesOf(context.progress).map((outcome) => [outcome.host, outcome]));
    const tls = syslogTls(RED, settings);
    const message = encode(settings, context);
    const outcomes = await Promise.all(
        receiversOf(settings).map(async (receiver) => {
            const name = hostKey(receiver);
            const before = done.get(name);
            if (before) return before;
            const outcome = await sendTo(settings, targetOf(settings, tls, receiver), message, context);
            done.set(name, outcome);
            context.saveProgress([...done.values()]);
            return outcome;
        }),
    );
    const failed = outcomes.filter(({ ok }) => !ok);
    const outcome: JobOutcome = {
        summary: describe(settings, context),
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
    target: SyslogTarget,
    message: Buffer,
    { clock, signal, persistence, words }: JobContext,
): Promise<Outcome> {
    const tries = { retries: settings.retries, skipClockWait: Number.isFinite(persistence.retries), clock, signal };
    const { attempts, error } = await sendWithRetries(target, message, tries);
    const outcome = { host: hostKey(target), ok: !error, attempts };
    return error ? { ...outcome, error: errorText(words, error) } : outcome;
}

function encode(settings: SyslogSettings, context: JobContext): Buffer {
    const { event } = context.message;
    return encodeWith(settings, {
        severity: severityOf(settings, context),
        at: event.at,
        messageId: event.id,
        text: context.text(settings.text),
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

function severityOf({ severity }: SyslogSettings, { message: { event } }: JobContext): Severity {
    if (severity !== 'auto') return severity;
    return event.active ? (AUTO[event.level] ?? 'notice') : 'notice';
}

function outcomesOf(progress: unknown): Outcome[] {
    return Array.isArray(progress)
        ? (progress as Outcome[]).filter((outcome) => typeof outcome?.host === 'string')
        : [];
}
