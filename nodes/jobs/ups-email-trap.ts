import type { NodeAPI } from 'node-red';
import { composeTrap } from '../../lib/protocols/mail/email-trap';
import type { NewMail } from '../../lib/protocols/mail/mail';
import { AutomaticEvents } from '../../lib/flow/delivery/automatic-events';
import { asReceiver } from '../shared/source/as-receiver';
import { defineJob } from '../shared/job/define-job';
import { flowOf } from '../shared/runtime/flow-of';
import type { JobContext } from '../shared/job/job';
import { MailJob, recipientsIn } from '../shared/mail/mail-job';
import { whenFlowsStarted } from '../shared/runtime/flow-start';
import { settings as declaration } from './ups-email-trap.settings';

export = (RED: NodeAPI) => {
    defineJob(
        RED,
        declaration,
        ({ node, settings, config }) => {
            const { account, automatic, log } = settings;
            const to = recipientsIn(config);
            const mails = new MailJob(RED, node, account);
            const compose = (context: JobContext): NewMail => {
                const source = flowOf(RED).registry.source(context.message.event.sourceId);
                const parts = {
                    message: context.message,
                    activeEvents: source?.activeEvents().map(({ id }) => id),
                    site: context.site,
                    now: flowOf(RED).clock.now(),
                };
                const job = { id: node.id, name: node.name || 'ups-email-trap', log };
                return composeTrap(context.text(to), parts, job, (part) => context.words.text(part));
            };

            if (automatic) {
                const events = new AutomaticEvents(flowOf(RED), asReceiver(node), settings, new Set(settings.events));
                whenFlowsStarted(RED, node, () => events.start());
                node.on('close', (done: () => void) => {
                    events.destroy();
                    done();
                });
            }
            return {
                describe: (context) => {
                    const { subject, to: recipients } = compose(context);
                    const data = { subject, to: recipients.join(', '), account: mails.accountName };
                    return context.words.say('ups-email-trap.said.plan', data);
                },
                run: (context) => mails.send(context, () => compose(context)),
                remark: () => mails.remark(),
            };
        },
        { useDefaults: true },
    );
};
