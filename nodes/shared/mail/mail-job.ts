import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../../lib/core/errors';
import { said, type Told } from '../../../lib/core/language/sentence';
import type { NewMail } from '../../../lib/protocols/mail/mail';
import { mailReport } from '../../../lib/protocols/mail/report';
import type { EnqueueOptions, MailQueueState } from '../../../lib/protocols/mail/queue-types';
import type { MailQueue } from '../../../lib/protocols/mail/queue';
import { JobFailure, type JobContext, type JobOutcome } from '../job/job';
import type { UpsMailAccountNode } from './mail-account';
import { StatusIndicator } from '../words/node-status';
import { whenFlowsStarted } from '../runtime/flow-start';
import { statusText } from '../words/texts';

/** The common part of mail jobs: the account, one mail for each run, and the number of waiting mails. */
export class MailJob {
    private readonly states = new Map<MailQueue, MailQueueState>();

    constructor(
        private readonly RED: NodeAPI,
        private readonly node: Node,
        private readonly accountId: string | undefined,
    ) {
        whenFlowsStarted(RED, node, () => {
            const account = this.find();
            if (account?.watch) node.on('close', this.showQueue(account));
        });
    }

    /** @throws UpsError config-missing */
    account(): UpsMailAccountNode {
        const found = this.find();
        if (!found?.queueFor) throw new UpsError('config-missing', { property: 'account' });
        return found;
    }

    /** The name of the account, for dry runs. */
    get accountName(): Told {
        return this.find()?.name || said('mail.itsAccount');
    }

    /** Queues the mail of a run, once, also over restarts, and reports the outcome. @throws JobFailure, UpsError */
    async send(
        context: JobContext,
        compose: () => NewMail,
        options: Pick<EnqueueOptions, 'minimumMs' | 'hold'> = {},
    ): Promise<JobOutcome> {
        const queue = this.account().queueFor(context.site);
        const mailId = (context.progress as { mailId?: string } | undefined)?.mailId;
        if (mailId) {
            const known = queue.outcomeOf(mailId, context.signal);
            if (!known) return { summary: context.words.sentence(said('mail.dealtWith')), attempts: 0 };
            return finish(context, await known, compose());
        }
        const mail = compose();
        const { outcome } = queue.enqueue(mail, {
            ...options,
            alongside: (id) => context.saveProgress({ mailId: id }),
            signal: context.signal,
        });
        return finish(context, await outcome, mail);
    }

    /** How many mails of the account wait; empty if there are none. */
    remark(): string {
        const states = [...this.states.values()];
        const sum = (property: 'depth' | 'gathered') => states.reduce((all, state) => all + state[property], 0);
        const [depth, gathered] = [sum('depth'), sum('gathered')];
        return [
            depth ? `${depth} ${statusText(this.RED, 'queued')}` : '',
            gathered ? statusText(this.RED, 'gatheredCount', { count: gathered }) : '',
        ]
            .filter(Boolean)
            .join(', ');
    }

    private find(): UpsMailAccountNode | null {
        return this.accountId ? (this.RED.nodes.getNode(this.accountId) as UpsMailAccountNode | null) : null;
    }

    /** Shows how many mails wait while the server does not accept them, and clears that when it does again. */
    private showQueue(account: UpsMailAccountNode): () => void {
        let shown = '';
        return account.watch((queue, state) => {
            if (state.state === 'closed') return;
            this.states.set(queue, state);
            const stuck = state.state === 'waiting' && state.lastError;
            const idle = state.state !== 'sending';
            const remark = this.remark();
            if (remark === shown || !idle) return;
            // A new indicator each time, because the job has shown its outcome on the same node meanwhile.
            const indicator = new StatusIndicator(this.node);
            if (remark) indicator.show(stuck ? 'warning' : 'armed', remark);
            else indicator.show('ok', statusText(this.RED, 'sent'));
            shown = remark;
        });
    }
}

/** The recipients as stored, with wildcards. An invalid entry is reported at the deploy, and the other recipients still get the mail. */
export function recipientsIn(config: object): string {
    const { to } = config as { to?: unknown };
    return Array.isArray(to) ? to.map(String).join(', ') : String((to ?? '') as string);
}

/** Messages of the Test button have the event `test` without an episode. */
export function isTest({ message }: JobContext): boolean {
    return message.event.id === 'test' && !message.event.episode;
}

function finish({ words }: JobContext, ...arguments_: Parameters<typeof mailReport>): JobOutcome {
    const { error, summary, ...report } = mailReport(...arguments_);
    const outcome = { ...report, summary: words.sentence(summary) };
    if (error) throw new JobFailure(error, outcome);
    return outcome;
}
