import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { composeMail } from '../../lib/protocols/mail/compose';
import type { NewMail } from '../../lib/protocols/mail/mail';
import { mailReport } from '../../lib/protocols/mail/report';
import { attachJob, JobFailure, type JobConfig, type JobContext, type JobOutcome } from '../shared/job';
import type { UpsMailAccountNode } from '../shared/mail-account';
import { StatusLamp } from '../shared/node-status';
import { numberOr } from '../shared/numbers';
import { whenStarted } from '../shared/started';
import { statusText } from '../shared/texts';

interface UpsEmailConfig extends JobConfig {
    account: string;
    to: string;
    subject: string;
    text: string;
    /** The text is HTML. */
    html: boolean;
    attachEventLog: boolean;
    attachDataLog: boolean;
    minimumMinutes: string | number;
}

const LONGEST_INTERVAL_MINUTES = 24 * 60;

export = (RED: NodeAPI) => {
    function UpsEmail(this: Node, config: UpsEmailConfig) {
        RED.nodes.createNode(this, config);
        const name = this.name || 'ups-email';

        const compose = (context: JobContext): NewMail =>
            composeMail(
                {
                    to: config.to ?? '',
                    subject: config.subject || '{{event.text}}',
                    text: config.text || '{{event.text}}',
                    html: config.html === true,
                    attachEventLog: config.attachEventLog === true,
                    attachDataLog: config.attachDataLog === true,
                },
                context.message.event,
                context,
                { id: this.id, name, log: config.log ?? 'always' },
            );

        const account = (): UpsMailAccountNode => {
            const found = config.account ? (RED.nodes.getNode(config.account) as UpsMailAccountNode | null) : null;
            if (!found?.queueFor) throw new UpsError('config-missing', { property: 'account' });
            return found;
        };

        const send = async (context: JobContext): Promise<JobOutcome> => {
            const queue = account().queueFor(context.site);
            const mailId = (context.progress as { mailId?: string } | undefined)?.mailId;
            if (mailId) {
                const known = queue.outcomeOf(mailId, context.signal);
                if (!known) return { summary: 'mail was dealt with before the restart', attempts: 0 };
                return finish(await known, compose(context));
            }
            const mail = compose(context);
            const { outcome } = queue.enqueue(mail, {
                // an attempt at the Test button must neither wait nor hold up a real alarm
                minimumMs: isTest(context) ? 0 : 60_000 * minimumMinutes(config),
                alongside: (id) => context.saveProgress({ mailId: id }),
                signal: context.signal,
            });
            return finish(await outcome, mail);
        };

        attachJob(RED, this, config, {
            type: 'ups-email',
            describe: (context) => {
                const found = config.account ? RED.nodes.getNode(config.account) : null;
                const to = context.text(config.to ?? '').replace(/\s*[\r\n]+\s*/g, ', ');
                return `mail to ${to} by ${found?.name || 'its mail account'}: ${context.text(config.subject || '{{event.text}}')}`;
            },
            run: send,
        });

        whenStarted(RED, this, () => {
            const found = config.account ? (RED.nodes.getNode(config.account) as UpsMailAccountNode | null) : null;
            if (found?.watch) this.on('close', showQueue(RED, this, found));
        });
    }
    RED.nodes.registerType('ups-email', UpsEmail as never);
};

function finish(...arguments_: Parameters<typeof mailReport>): JobOutcome {
    const { error, ...outcome } = mailReport(...arguments_);
    if (error) throw new JobFailure(error, outcome);
    return outcome;
}

/** Shows how many mails wait while the server does not take them, and that they are gone when it does again. */
function showQueue(RED: NodeAPI, node: Node, account: UpsMailAccountNode): () => void {
    const lamp = new StatusLamp(node);
    let stuck = false;
    return account.watch((_queue, { state, depth, lastError }) => {
        if (state === 'waiting' && lastError) {
            stuck = true;
            lamp.show('warning', `${depth} ${statusText(RED, 'queued')}`);
        } else if (stuck && depth === 0 && state !== 'closed') {
            stuck = false;
            lamp.show('ok', statusText(RED, 'sent'));
        }
    });
}

function minimumMinutes(config: UpsEmailConfig): number {
    return numberOr('minimumMinutes', config.minimumMinutes, 0, 0, LONGEST_INTERVAL_MINUTES);
}

/** Messages of the Test button have the event `test` without an episode. */
function isTest({ message }: JobContext): boolean {
    return message.event.id === 'test' && !message.event.episode;
}
