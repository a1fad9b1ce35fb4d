import type { NodeAPI } from 'node-red';
import { composeMail } from '../../lib/protocols/mail/compose';
import type { NewMail } from '../../lib/protocols/mail/mail';
import { filesOf } from '../../lib/protocols/mail/message-files';
import { nextStatusAt, statusPlan } from '../../lib/protocols/mail/status-plan';
import { statusReport } from '../../lib/protocols/mail/status-report';
import { escapeHtml } from '../../lib/core/templates/wildcards';
import { AutomaticEvents } from '../../lib/flow/delivery/automatic-events';
import { OutageDigest } from '../../lib/flow/mail/outage-digest';
import { STATUS_EVENT, StatusMails, type StatusMailPlan, type StatusMessage } from '../../lib/flow/mail/status-mails';
import { asReceiver } from '../shared/source/as-receiver';
import { defineJob } from '../shared/job/define-job';
import type { NodeInstance } from '../shared/settings/define-node';
import { flowOf } from '../shared/runtime/flow-of';
import type { JobContext, JobOutcome } from '../shared/job/job';
import { isTest, MailJob, recipientsIn } from '../shared/mail/mail-job';
import { whenFlowsStarted } from '../shared/runtime/flow-start';
import { errorText } from '../shared/words/texts';
import type { SettingsOf } from '../../lib/core/settings';
import { EVENT_TEXT, PROPOSED_TEXT, settings as declaration } from './ups-email.settings';

type EmailSettings = SettingsOf<typeof declaration>;

export = (RED: NodeAPI) => {
    defineJob(
        RED,
        declaration,
        ({ node, settings, config }) => {
            const to = recipientsIn(config);
            const mails = new MailJob(RED, node, settings.account);
            const digest = new OutageDigest(
                flowOf(RED),
                node.id,
                () => mails.account(),
                settings.digest ? settings.digestMinutes : 0,
                (error) => node.warn(errorText(RED, error)),
            );
            const job = { id: node.id, name: node.name || 'ups-email', log: settings.log };

            const compose = (context: JobContext): NewMail => {
                const report = reportOf(context);
                // A report may contain text that looks like a wildcard: it is inserted unchanged.
                const { html, subject, text } =
                    report === undefined ? settings : { html: false, subject: '{{event.text}}', text: '' };
                const { attachEventLog, attachDataLog } = settings;
                // Without values of a UPS the second line of the proposed text would be "NA %, NA".
                const isBare = text === PROPOSED_TEXT && !context.message.status;
                const template = {
                    ...{ to, subject, html, attachEventLog, attachDataLog },
                    text: isBare ? EVENT_TEXT : text,
                };
                const mail = composeMail(template, context.message.event, context, job);
                return report === undefined ? withFiles(mail, context) : { ...mail, text: report };
            };
            const send = (context: JobContext): Promise<JobOutcome> => {
                // A test mail or a status mail must neither wait nor delay a real alarm.
                const aside = isTest(context) || reportOf(context) !== undefined;
                const hold = aside ? undefined : digest.holdFor(context.message);
                return mails.send(context, () => compose(context), {
                    minimumMs: aside ? 0 : 60_000 * settings.minimumMinutes,
                    ...(hold ? { hold } : {}),
                });
            };

            startOwnMails(RED, { node, settings, config }, digest);
            return {
                describe: (context) =>
                    context.words.say('ups-email.said.plan', {
                        to: context.text(to).replace(/\s*[\r\n]+\s*/g, ', '),
                        account: mails.accountName,
                        subject: context.text(settings.subject),
                    }),
                run: (context) => send(context),
                remark: () => mails.remark(),
            };
        },
        { useDefaults: true },
    );
};

/** The mail with the files of its message, e.g. a report; a line says how many do not fit. */
function withFiles(mail: NewMail, { message, words }: JobContext): NewMail {
    const { files, left } = filesOf(message as { attachments?: unknown });
    const note = left > 0 ? words.say('ups-email.said.filesLeftOut', { count: left }) : undefined;
    return {
        ...mail,
        ...(files.length > 0 ? { files } : {}),
        ...(note === undefined ? {} : { text: `${mail.text}\n\n${note}` }),
        ...(note !== undefined && mail.html !== undefined ? { html: `${mail.html}\n<p>${escapeHtml(note)}</p>` } : {}),
    };
}

/** Starts the events without a wire, and the mails that are held. */
function startOwnMails(RED: NodeAPI, { node, settings }: NodeInstance<EmailSettings>, digest: OutageDigest): void {
    const flow = flowOf(RED);
    const receiver = asReceiver(node);
    const events = settings.automatic
        ? new AutomaticEvents(flow, receiver, settings, new Set(settings.events))
        : undefined;
    const status =
        settings.statusMode === 'never'
            ? undefined
            : new StatusMails(flow, receiver, settings, mailPlan(settings), settings.edge !== 'off');
    whenFlowsStarted(RED, node, () => {
        if (settings.account) digest.start();
        events?.start();
        status?.start();
    });
    node.on('close', (done: () => void) => {
        events?.destroy();
        status?.destroy();
        digest.destroy();
        done();
    });
}

function mailPlan(settings: EmailSettings): StatusMailPlan {
    const plan = statusPlan(settings);
    return { nextAt: (last) => nextStatusAt(plan, last), report: statusReport };
}

/** The text of a status mail; undefined for every other message. */
function reportOf({ message }: JobContext): string | undefined {
    const { event, report } = message as Partial<StatusMessage>;
    return event?.id === STATUS_EVENT && typeof report === 'string' ? report : undefined;
}
