import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { MOST_IMPORTANT_EVENTS } from '../../lib/core/events/important';
import { parseRecipients } from '../../lib/protocols/mail/addresses';
import { composeTrap } from '../../lib/protocols/mail/email-trap';
import type { NewMail } from '../../lib/protocols/mail/mail';
import { settingTick } from '../../lib/protocols/shared/setting-number';
import { AutomaticEvents } from '../../lib/flow/delivery/automatic-events';
import type { SourceChoice } from '../../lib/flow/source-choice';
import { asReceiver, sourceChoice } from '../shared/settings/source-choice';
import { checkSettings } from '../shared/settings/check-settings';
import { flowOf } from '../shared/runtime/flow-of';
import { attachJob, type JobConfig, type JobContext } from '../shared/job/job';
import { MailJob } from '../shared/mail/mail-job';
import { whenStarted } from '../shared/runtime/started';

interface UpsEmailTrapConfig extends JobConfig {
    account: string;
    to: string;
    /** Takes the events of its UPSs without a wire. */
    automatic?: boolean | string;
    /** Id of an `ups-unit`; empty: all of the site, or all. */
    ups?: string;
    /** Event ids of the UPSs; empty = all. */
    events?: string[];
    /** Sensors, contacts, AUX ports, markers and thresholds too; missing = yes. */
    otherSources?: boolean | string;
    /** Schedules too; missing = no. */
    schedules?: boolean | string;
}

export = (RED: NodeAPI) => {
    function UpsEmailTrap(this: Node, config: UpsEmailTrapConfig) {
        RED.nodes.createNode(this, config);
        const name = this.name || 'ups-email-trap';
        let automatic: SourceChoice | undefined;
        checkSettings(RED, this, () => {
            const sources = sourceChoice(config);
            automatic = settingTick('automatic', config.automatic, false) ? sources : undefined;
            if (!config.account) throw new UpsError('config-missing', { property: 'account' });
            if (!/\{\{/.test(config.to ?? '')) parseRecipients(config.to ?? '');
        });
        const mails = new MailJob(RED, this, config.account);

        const compose = (context: JobContext): NewMail => {
            const source = flowOf(RED).registry.source(context.message.event.sourceId);
            const parts = {
                message: context.message,
                activeEvents: source?.activeEvents().map(({ id }) => id),
                site: context.site,
                now: flowOf(RED).clock.now(),
            };
            const job = { id: this.id, name, log: config.log ?? 'always' };
            return composeTrap(context.text(config.to ?? ''), parts, job, (part) => context.words.text(part));
        };

        attachJob(RED, this, config, {
            type: 'ups-email-trap',
            defaults: { edge: 'both' },
            describe: (context) => {
                const { subject, to } = compose(context);
                const data = { subject, to: to.join(', '), account: mails.accountName };
                return context.words.say('ups-email-trap.said.plan', data);
            },
            run: (context) => mails.send(context, () => compose(context)),
            remark: () => mails.remark(),
        });

        if (!automatic) return;
        const events = new AutomaticEvents(
            flowOf(RED),
            asReceiver(this),
            automatic,
            new Set(config.events ?? MOST_IMPORTANT_EVENTS),
        );
        whenStarted(RED, this, () => events.start());
        this.on('close', (done: () => void) => {
            events.destroy();
            done();
        });
    }
    RED.nodes.registerType('ups-email-trap', UpsEmailTrap as never);
};
