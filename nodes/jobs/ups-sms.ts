import { randomInt } from 'node:crypto';
import type { NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import type { Sentence } from '../../lib/core/language/sentence';
import type { SettingsOf } from '../../lib/core/settings';
import { planSms, smsText } from '../../lib/core/sms/parts';
import type { ModemState } from '../../lib/protocols/gsm/modem';
import { parseRecipients } from '../../lib/protocols/gsm/recipients';
import { sendSms, type SmsOutcome } from '../../lib/protocols/gsm/send-sms';
import { signalPercent, type UpsModemNode } from '../shared/config/modem';
import { defineJob } from '../shared/job/define-job';
import { JobFailure, type JobContext, type JobOutcome } from '../shared/job/job';
import { checkSettings } from '../shared/settings/check-settings';
import type { NodeState } from '../../lib/flow/ports';
import { StatusIndicator } from '../shared/words/node-status';
import { failureStatus, statusText } from '../shared/words/texts';
import { settings as declaration } from './ups-sms.settings';

type SmsSettings = SettingsOf<typeof declaration>;

/** The progress that survives an interruption: the rest must be sent as parts of the same message. */
interface Progress {
    recipients: string[];
    text: string;
    reference: number;
    served: string[];
}

export = (RED: NodeAPI) => {
    defineJob(RED, declaration, ({ node, settings }) => {
        const indicator = new StatusIndicator(node);
        const modem = RED.nodes.getNode(settings.modem) as UpsModemNode | null;
        let running = 0;
        let failed = false;
        const show = (state: ModemState) => {
            // The activity of the job, or the failure of the last one, is more important than the signal.
            if (running === 0 && (!failed || state.state === 'waiting')) indicator.show(...nodeStatusOf(RED, state));
        };
        const release = checkSettings(RED, node, () => usable(modem))?.use(show);
        return {
            describe: (context) => {
                usable(modem);
                const { text, recipients } = newMessage(settings, context);
                return context.words.sentence(sentence(recipients, text));
            },
            run: async (context) => {
                running += 1;
                failed = true;
                try {
                    const outcome = await send(settings, usable(modem), context);
                    failed = false;
                    return outcome;
                } finally {
                    running -= 1;
                }
            },
            close: async () => release?.(),
        };
    });
};

/** @throws UpsError config-missing */
function usable(modem: UpsModemNode | null): UpsModemNode {
    if (!modem?.use) throw new UpsError('config-missing', { property: 'modem' });
    return modem;
}

/** @throws UpsError config-missing, config-invalid */
function newMessage({ text: template, to }: SmsSettings, context: JobContext): Pick<Progress, 'recipients' | 'text'> {
    const text = smsText(context.text(template));
    if (!text) throw new UpsError('config-missing', { property: 'text' });
    return { recipients: parseRecipients(context.text(to.join(', '))), text };
}

async function send(settings: SmsSettings, modem: UpsModemNode, context: JobContext): Promise<JobOutcome> {
    const { maxParts, retries, timeout } = settings;
    const begun = (context.progress as Progress | undefined) ?? {
        ...newMessage(settings, context),
        reference: randomInt(256),
        served: [],
    };
    context.saveProgress(begun);
    const { recipients, text, reference } = begun;
    const { parts, cut } = planSms(text, maxParts);
    const served = new Set(begun.served);
    const total = recipients.length * parts.length;
    const outcomes = await sendSms(modem.gateway(), context.clock, {
        recipients,
        parts,
        reference,
        retries,
        patienceMs: 1000 * timeout,
        served,
        onServed: (key) => {
            served.add(key);
            context.saveProgress({ ...begun, served: [...served] });
            context.status(`${served.size}/${total}`);
        },
        signal: context.signal,
    });
    const summary = sentence(recipients, text);
    const said = cut ? { key: 'ups-sms.said.cut', data: { summary, count: parts.length } } : summary;
    return report(context.words.sentence(said), outcomes);
}

function sentence(recipients: readonly string[], text: string): Sentence {
    const names = recipients.slice(0, 5);
    const to = [...names, ...(recipients.length > names.length ? ['…'] : [])].join(', ');
    return { key: 'ups-sms.said.summary', data: { count: recipients.length, to, text } };
}

function report(said: string, outcomes: SmsOutcome[]): JobOutcome {
    const failed = outcomes.filter(({ ok }) => !ok);
    const outcome: JobOutcome = {
        summary: said,
        attempts: Math.max(1, ...outcomes.map(({ attempts, parts }) => Math.ceil(attempts / parts))),
        detail: outcomes.map(({ cause: _cause, ...told }) => told),
    };
    const [first] = failed;
    if (!first) return outcome;
    const { cause } = first;
    // A locked SIM affects all recipients.
    if (cause instanceof UpsError && cause.code === 'sim-locked') throw new JobFailure(cause, outcome);
    const error = new UpsError('recipients-failed', {
        failed: failed.length,
        total: outcomes.length,
        first: { list: [first.to, first.error], by: ': ' },
    });
    throw new JobFailure(error, outcome);
}

function modemFailure(RED: NodeAPI, error: UpsError): string {
    if (error.code === 'sim-locked') return statusText(RED, 'sim-locked');
    return error.data.why ? failureStatus(RED, error) : statusText(RED, 'noModem');
}

function nodeStatusOf(RED: NodeAPI, state: ModemState): [NodeState, string] {
    switch (state.state) {
        case 'ready':
        case 'sending': {
            const { signalDbm, registration } = state.reading;
            const level = signalDbm === undefined ? '' : `${signalPercent(signalDbm)} % (${signalDbm} dBm)`;
            const registered = registration === 'home' || registration === 'roaming' || registration === 'unknown';
            if (!registered) return ['warning', [statusText(RED, 'noNetwork'), level].filter(Boolean).join(' ')];
            if (signalDbm === undefined) return ['warning', statusText(RED, 'noSignal')];
            return ['ok', level];
        }
        case 'waiting':
            return ['error', modemFailure(RED, state.error)];
        case 'closed':
            return ['disabled', statusText(RED, 'noModem')];
        default:
            return ['connecting', statusText(RED, 'connecting')];
    }
}
