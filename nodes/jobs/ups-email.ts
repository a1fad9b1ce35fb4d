import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { MOST_IMPORTANT_EVENTS } from '../../lib/core/events/important';
import { parseRecipients } from '../../lib/protocols/mail/addresses';
import { composeMail } from '../../lib/protocols/mail/compose';
import type { NewMail } from '../../lib/protocols/mail/mail';
import { nextStatusAt, readStatusPlan, type StatusPlan } from '../../lib/protocols/mail/status-plan';
import { statusReport } from '../../lib/protocols/mail/status-report';
import { settingTick } from '../../lib/protocols/shared/setting-number';
import { AutomaticEvents } from '../../lib/flow/delivery/automatic-events';
import { STATUS_EVENT, StatusMails, type StatusMailPlan, type StatusMessage } from '../../lib/flow/mail/status-mails';
import type { SourceChoice } from '../../lib/flow/source-choice';
import { flowOf } from '../shared/runtime/flow-of';
import { asReceiver, sourceChoice } from '../shared/settings/source-choice';
import { attachJob, type JobConfig, type JobContext, type JobOutcome } from '../shared/job/job';
import { isTest, MailJob } from '../shared/mail/mail-job';
import { StatusLamp } from '../shared/words/node-status';
import { numberOr } from '../shared/settings/numbers';
import { OutageDigest } from '../../lib/flow/mail/outage-digest';
import { whenStarted } from '../shared/runtime/started';
import { errorText, statusText } from '../shared/words/texts';

interface UpsEmailConfig extends JobConfig {
    account: string;
    to: string;
    subject: string;
    text: string;
    /** The text is HTML. */
    html?: boolean | string;
    attachEventLog?: boolean | string;
    attachDataLog?: boolean | string;
    minimumMinutes: string | number;
    /** All that an outage brings in one mail: when it is over, or so many minutes after the first. */
    digest?: boolean | string;
    digestMinutes?: string | number;
    /** Takes the events of its UPSs without a wire. */
    automatic?: boolean | string;
    /** Id of an `ups-unit`, for automatic and status mails; empty: all of the site, or all. */
    ups?: string;
    /** Event ids of the UPSs for automatic mails; empty = all. */
    events?: string[];
    /** Sensors, contacts, AUX ports, markers and thresholds too, in automatic and status mails; missing = yes. */
    otherSources?: boolean | string;
    /** Schedules too; missing = no. */
    schedules?: boolean | string;
    /** Status mails besides. */
    statusMode?: StatusPlan['mode'];
    statusHours?: string | number;
    /** `HH:MM` */
    statusTime?: string;
}

const LONGEST_INTERVAL_MINUTES = 24 * 60;
const DEFAULT_DIGEST_MINUTES = 60;
const DEFAULT_SUBJECT = '{{ups.name}}: {{event.text}}';
const DEFAULT_TEXT = '{{event.text}}\n\n{{ups.name}}: {{battery.chargePercent}} %, {{battery.minutesRemaining}} min';

export = (RED: NodeAPI) => {
    function UpsEmail(this: Node, config: UpsEmailConfig) {
        RED.nodes.createNode(this, config);
        const name = this.name || 'ups-email';
        const mails = new MailJob(RED, this, config.account);
        const settings = readOptions(RED, this, config);
        const digest = new OutageDigest(
            flowOf(RED),
            this.id,
            () => mails.account(),
            settings?.digestMinutes ?? 0,
            (error) => this.warn(errorText(RED, error)),
        );

        const compose = (context: JobContext): NewMail => {
            const report = reportOf(context);
            return composeMail(
                {
                    to: config.to ?? '',
                    subject: report === undefined ? config.subject || DEFAULT_SUBJECT : '{{event.text}}',
                    // wildcards in a report are none: it is filled in as it is
                    text: report === undefined ? config.text || DEFAULT_TEXT : '',
                    html: report === undefined && settingTick('html', config.html, false),
                    attachEventLog: settingTick('attachEventLog', config.attachEventLog, false),
                    attachDataLog: settingTick('attachDataLog', config.attachDataLog, false),
                },
                context.message.event,
                context,
                { id: this.id, name, log: config.log ?? 'always' },
            );
        };
        const mailOf = (context: JobContext): NewMail => {
            const report = reportOf(context);
            return report === undefined ? compose(context) : { ...compose(context), text: report };
        };

        const send = (context: JobContext): Promise<JobOutcome> => {
            // an attempt at the Test button, or a status mail, must neither wait nor hold up a real alarm
            const aside = isTest(context) || reportOf(context) !== undefined;
            const hold = aside ? undefined : digest.holdFor(context.message);
            return mails.send(context, () => mailOf(context), {
                minimumMs: aside ? 0 : 60_000 * minimumMinutes(config),
                ...(hold ? { hold } : {}),
            });
        };

        attachJob(RED, this, config, {
            type: 'ups-email',
            describe: (context) => {
                const to = context.text(config.to ?? '').replace(/\s*[\r\n]+\s*/g, ', ');
                const subject = context.text(config.subject || DEFAULT_SUBJECT);
                return context.words.say('ups-email.said.plan', { to, account: mails.accountName, subject });
            },
            run: async (context) => send(context),
            remark: () => mails.remark(),
        });

        const events = settings?.automatic
            ? new AutomaticEvents(
                  flowOf(RED),
                  asReceiver(this),
                  settings.sources,
                  new Set(config.events ?? MOST_IMPORTANT_EVENTS),
              )
            : undefined;
        const status =
            settings && settings.plan.mode !== 'never'
                ? new StatusMails(
                      flowOf(RED),
                      asReceiver(this),
                      settings.sources,
                      mailPlan(settings.plan),
                      config.edge !== 'off',
                  )
                : undefined;
        whenStarted(RED, this, () => {
            if (config.account) digest.start();
            events?.start();
            status?.start();
        });
        this.on('close', (done: () => void) => {
            events?.destroy();
            status?.destroy();
            digest.destroy();
            done();
        });
    }
    RED.nodes.registerType('ups-email', UpsEmail as never);
};

function mailPlan(plan: StatusPlan): StatusMailPlan {
    return { nextAt: (last) => nextStatusAt(plan, last), report: statusReport };
}

/** Told at once when wrong; the mails of the wired input go on. */
function readOptions(
    RED: NodeAPI,
    node: Node,
    config: UpsEmailConfig,
): { digestMinutes: number; automatic: boolean; sources: SourceChoice; plan: StatusPlan } | undefined {
    try {
        assertMail(config);
        const minutes = numberOr('digestMinutes', config.digestMinutes, DEFAULT_DIGEST_MINUTES, 1, 1440);
        return {
            digestMinutes: settingTick('digest', config.digest, false) ? minutes : 0,
            automatic: settingTick('automatic', config.automatic, false),
            sources: sourceChoice(config),
            plan: readStatusPlan(config.statusMode, config.statusHours, config.statusTime),
        };
    } catch (error) {
        new StatusLamp(node).show('error', statusText(RED, 'notConfigured'));
        node.error(errorText(RED, error));
        return undefined;
    }
}

/** The text of a status mail; undefined for every other message. */
function reportOf({ message }: JobContext): string | undefined {
    const { event, report } = message as Partial<StatusMessage>;
    return event?.id === STATUS_EVENT && typeof report === 'string' ? report : undefined;
}

/** What is known to be wrong before there is a mail. @throws UpsError config-missing, config-invalid */
function assertMail(config: UpsEmailConfig): void {
    if (!config.account) throw new UpsError('config-missing', { property: 'account' });
    if (!config.to?.includes('{{')) parseRecipients(config.to ?? '');
    minimumMinutes(config);
    for (const property of ['html', 'attachEventLog', 'attachDataLog'] as const)
        settingTick(property, config[property], false);
}

function minimumMinutes(config: UpsEmailConfig): number {
    return numberOr('minimumMinutes', config.minimumMinutes, 0, 0, LONGEST_INTERVAL_MINUTES);
}
