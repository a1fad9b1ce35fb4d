import { randomInt } from 'node:crypto';
import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import type { Sentence } from '../../lib/core/language/sentence';
import type { ModemState } from '../../lib/protocols/gsm/modem';
import { planSms, smsText } from '../../lib/core/sms/parts';
import { parseRecipients } from '../../lib/protocols/gsm/recipients';
import { sendSms, type SmsOutcome } from '../../lib/protocols/gsm/send-sms';
import { attachJob, JobFailure, type JobConfig, type JobContext, type JobOutcome } from '../shared/job/job';
import { signalPercent, type UpsModemNode } from '../shared/config/modem';
import { StatusLamp, type Look } from '../shared/words/node-status';
import { numberOr, wholeOr } from '../shared/settings/numbers';
import { errorText, failureStatus, statusText } from '../shared/words/texts';

interface UpsSmsConfig extends JobConfig {
    modem: string;
    /** Numbers, parted by commas or lines; wildcards are filled. */
    to: string;
    text: string;
    maxParts: string | number;
    retries: string | number;
    /** s that a part may wait for the modem. */
    timeout: string | number;
}

/** What outlives an interruption: the rest must go out as one message with what was sent before. */
interface Progress {
    recipients: string[];
    text: string;
    reference: number;
    served: string[];
}

export = (RED: NodeAPI) => {
    function UpsSms(this: Node, config: UpsSmsConfig) {
        RED.nodes.createNode(this, config);
        const lamp = new StatusLamp(this);
        const modem = RED.nodes.getNode(config.modem) as UpsModemNode | null;
        let running = 0;
        let failed = false;
        const show = (state: ModemState) => {
            // What a job is doing, or why the last one failed, is more important than the signal.
            if (running === 0 && (!failed || state.state === 'waiting')) lamp.show(...lookOf(RED, state));
        };
        const release = modem?.use ? modem.use(show) : undefined;
        try {
            settingsOf(config, modem);
        } catch (error) {
            lamp.show('error', statusText(RED, 'notConfigured'));
            this.error(errorText(RED, error));
        }
        attachJob(RED, this, config, {
            type: 'ups-sms',
            describe: (context) => {
                settingsOf(config, modem);
                const { text, recipients } = fresh(config, context);
                return context.words.sentence(sentence(recipients, text));
            },
            run: async (context) => {
                running += 1;
                failed = true;
                try {
                    const outcome = await send(config, modem, context);
                    failed = false;
                    return outcome;
                } finally {
                    running -= 1;
                }
            },
            close: async () => release?.(),
        });
    }
    RED.nodes.registerType('ups-sms', UpsSms as never);
};

/** @throws UpsError config-missing, config-invalid */
function settingsOf(config: UpsSmsConfig, modem: UpsModemNode | null) {
    if (!modem?.use) throw new UpsError('config-missing', { property: 'modem' });
    if (!config.to?.trim()) throw new UpsError('config-missing', { property: 'to' });
    if (!config.to.includes('{{')) parseRecipients(config.to);
    return {
        modem,
        maxParts: wholeOr('maxParts', config.maxParts, 4, 1, 20),
        retries: wholeOr('retries', config.retries, 2, 0, 20),
        patienceMs: 1000 * numberOr('timeout', config.timeout, 120, 1, 3600),
    };
}

/** @throws UpsError config-missing, config-invalid */
function fresh(config: UpsSmsConfig, context: JobContext): Pick<Progress, 'recipients' | 'text'> {
    const text = smsText(context.text(config.text || '{{event.text}}'));
    if (!text) throw new UpsError('config-missing', { property: 'text' });
    return { recipients: parseRecipients(context.text(config.to ?? '')), text };
}

async function send(config: UpsSmsConfig, node: UpsModemNode | null, context: JobContext): Promise<JobOutcome> {
    const { modem, maxParts, retries, patienceMs } = settingsOf(config, node);
    const begun = (context.progress as Progress | undefined) ?? {
        ...fresh(config, context),
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
        patienceMs,
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
    // The SIM's trouble is everybody's.
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

function lookOf(RED: NodeAPI, state: ModemState): [Look, string] {
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
