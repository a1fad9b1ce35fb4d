import { randomUUID } from 'node:crypto';
import type { TimerHandle } from '../../core/clock';
import { asUpsError, reasonFor, UpsError } from '../../core/errors';
import { plainText, said, type Translate } from '../../core/language/sentence';
import type { NewLogEntry } from '../../core/journal/event-log';
import { AccountHealth } from './account-health';
import { Backlog, type Entry } from './backlog';
import { CLOSE_GRACE_MS } from '../../core/commands/end-code';
import { backOff, GIVE_UP_AFTER_MS } from './back-off';
import { deliver, withoutLogs } from './deliver';
import { DigestQueue } from './digest-queue';
import type { Gather, MailRecord, NewMail } from './mail';
import { mailToDrop } from './mail-to-drop';
import { givenUp, refusedRecipients, sentLate } from './queue-log';
import type { EnqueueOptions, MailOutcome, MailQueueOptions, MailQueueState } from './queue-types';
import { MailError, type MailReceipt, type RecipientRefusal } from './transport';
import { MailOutcomeWaiters } from './mail-outcome-waiters';

const DEADLINE_MS = 120_000;

const DEFAULT_LIMIT = 1_000;

type Phase =
    | { state: 'idle' }
    | { state: 'waiting'; timer: TimerHandle; until: number }
    | { state: 'sending'; entry: Entry; abort: AbortController; done: Promise<void> }
    | { state: 'closed' };

/**
 * The mails of one account in one store. Sends one mail at a time, the oldest first (exceptions: see Backlog). After a temporary
 * failure it retries with growing pauses (RFC 5321 section 4.5.4.1). It gives a mail up only after a permanent refusal, or after
 * three days of retries. A mail is in the store before `enqueue` returns, and leaves it after the server's answer.
 */
export class MailQueue {
    private readonly backlog: Backlog;
    private readonly outcomes = new MailOutcomeWaiters();
    private readonly digests: DigestQueue;
    private readonly health: AccountHealth;
    private phase: Phase = { state: 'idle' };
    /** Id of the mail whose end has been sent: the server may accept it at any moment. */
    private given: string | undefined;
    private sequence = 0;

    constructor(private readonly options: MailQueueOptions) {
        this.health = new AccountHealth(options.clock);
        this.backlog = new Backlog(options.clock);
        this.digests = new DigestQueue(options, (work) => this.persist(work));
        this.digests.onRelease = (kept, merged) => {
            merged.forEach((id) => this.backlog.remove(id));
            this.backlog.put(kept);
            this.retrySooner();
            this.pump();
        };
    }

    /** Loads the stored mails: those from before a restart are tried at once, gathered ones when they are due. */
    start(): void {
        const { account, store } = this.options;
        this.persist(() => {
            for (const record of store.list(account)) {
                this.sequence = Math.max(this.sequence, record.sequence);
                if (!this.backlog.has(record.id)) this.backlog.put(record);
            }
            this.digests.resume(this.backlog.all.map(({ record }) => record));
        });
        this.pump();
    }

    /**
     * Queues a mail; durable on return. `outcome` resolves when the mail is sent, gathered or refused, or when its first attempt
     * has failed.
     */
    enqueue(
        mail: NewMail,
        { minimumMs = 0, hold, alongside, signal }: EnqueueOptions = {},
    ): { id: string; outcome: Promise<MailOutcome> } {
        const id = randomUUID();
        const gather = this.digests.admit(mail, minimumMs, hold);
        const record: MailRecord = {
            id,
            account: this.options.account,
            messageId: `<${id}@${this.options.domain}>`,
            sequence: ++this.sequence,
            mail,
            ...(gather ? { gather } : {}),
            attempts: 0,
            waitedMs: 0,
        };
        const outcome = this.wait(id, signal);
        this.backlog.put(record);
        this.persist(() => {
            this.options.store.save(record);
            this.digests.noteDirect(record, minimumMs);
            alongside?.(id);
        });
        if (this.phase.state === 'closed') {
            this.settle(id, { state: 'queued', attempts: 0 });
            return { id, outcome };
        }
        this.digests.accept(record);
        this.shed();
        if (gather) this.settle(id, gathered(gather));
        else this.retrySooner();
        this.pump();
        return { id, outcome };
    }

    /** Like the outcome of `enqueue`, for a mail that was queued before a restart; undefined if it is no longer in the queue. */
    outcomeOf(id: string, signal?: AbortSignal): Promise<MailOutcome> | undefined {
        const entry = this.backlog.get(id);
        if (!entry) return undefined;
        const { gather, attempts } = entry.record;
        if (gather) return Promise.resolve(gathered(gather));
        if (this.health.held) return Promise.resolve({ state: 'queued', attempts, error: this.health.lastError });
        return this.wait(id, signal);
    }

    /** Node ids of the UPSs for whose outage mails of this job are held. */
    heldFor(job: string): string[] {
        return this.digests.heldFor(job);
    }

    /** The outage of a UPS is over: sends the held mails of this job as one digest. */
    releaseHeld(job: string, ups: string): void {
        if (this.phase.state !== 'closed') this.digests.releaseHeld(job, ups);
    }

    state(): MailQueueState {
        const { phase } = this;
        const { lastError } = this.health;
        const depth = this.backlog.underWay.length;
        return {
            state: phase.state,
            depth,
            gathered: this.backlog.size - depth,
            ...(lastError ? { lastError } : {}),
            ...(phase.state === 'waiting' ? { retryInMs: phase.until - this.options.clock.monotonic() } : {}),
        };
    }

    /** A mail that is being accepted by the server gets `CLOSE_GRACE_MS` to finish. Unsent mails stay in the store. */
    async close(): Promise<void> {
        const { phase } = this;
        const { clock } = this.options;
        if (phase.state === 'closed') return;
        if (phase.state === 'waiting') clock.clearTimeout(phase.timer);
        this.digests.close();
        this.phase = { state: 'closed' };
        if (phase.state === 'sending') {
            const leave = () => phase.abort.abort();
            if (!this.given) leave();
            const grace = clock.setTimeout(leave, CLOSE_GRACE_MS);
            await phase.done;
            clock.clearTimeout(grace);
        }
        for (const { record } of this.backlog.all)
            this.settle(record.id, { state: 'queued', attempts: record.attempts });
        this.changed();
    }

    private pump(): void {
        if (this.phase.state === 'sending' || this.phase.state === 'closed') return;
        const { clock } = this.options;
        if (this.phase.state === 'waiting') clock.clearTimeout(this.phase.timer);
        this.phase = { state: 'idle' };
        const next = this.backlog.next();
        if (next) {
            const now = clock.monotonic();
            const until = Math.max(this.health.heldUntil, next.at);
            if (until <= now) {
                const abort = new AbortController();
                const phase = { state: 'sending' as const, entry: next.entry, abort, done: Promise.resolve() };
                this.phase = phase;
                phase.done = this.attempt(next.entry, abort);
            } else {
                this.phase = { state: 'waiting', timer: clock.setTimeout(() => this.pump(), until - now), until };
            }
        }
        this.changed();
    }

    private async attempt(entry: Entry, abort: AbortController): Promise<void> {
        const { clock } = this.options;
        this.health.attempting();
        const deadline = clock.setTimeout(() => abort.abort(), DEADLINE_MS);
        const result = await deliver(this.options, entry.record, abort.signal, () => (this.given = entry.record.id));
        clock.clearTimeout(deadline);
        this.given = undefined;
        try {
            if (result instanceof MailError) this.failed(entry, result, abort.signal);
            else this.delivered(entry, result);
        } catch (error) {
            // Catches everything: a rejection would end the process. The mail is paused, since an immediate retry could send it
            // again and again.
            entry.notBefore = clock.monotonic() + GIVE_UP_AFTER_MS;
            const problem = asUpsError(error, 'command-failed', { command: said('mail.queue') });
            this.options.onProblem?.(problem);
            this.settle(entry.record.id, { state: 'queued', attempts: entry.record.attempts, error: problem });
        }
        if (this.phase.state === 'sending') this.phase = { state: 'idle' };
        this.pump();
    }

    private delivered(entry: Entry, { accepted, refused }: MailReceipt): void {
        this.health.succeeded();
        const attempts = entry.record.attempts + 1;
        const tell = entry.record.attempts > 0 || entry.record.mail.log === 'always';
        entry.record = { ...entry.record, attempts };
        const deferred = this.dropRefused(entry, refused);
        if (deferred.length) this.retryLater(entry, plainText(deferred[0].reason));
        else this.remove(entry);
        if (tell) this.note(entry.record, sentLate(entry.record, accepted, this.options.clock.now(), this.inWords));
        this.settle(entry.record.id, { state: 'sent', attempts, accepted, refused });
    }

    private failed(entry: Entry, error: MailError, { aborted }: AbortSignal): void {
        // Closing ended the attempt, not the server: the attempt does not count.
        if (this.phase.state === 'closed' && aborted) return;
        const { record } = entry;
        const attempts = record.attempts + 1;
        this.health.failed(error, this.backlog.alarmWaits);
        if (error.tooLarge && !record.bare && (record.mail.attachEventLog || record.mail.attachDataLog)) {
            this.save(entry, { ...withoutLogs(record, said('mail.tooLarge'), this.inWords), attempts });
            return;
        }
        this.save(entry, { attempts, lastError: error.message });
        if (error.scope === 'account') {
            this.backlog.accountFailed(entry, error.suspect);
            for (const other of this.backlog.underWay) this.putOff(other, error);
            return;
        }
        if (error.permanent) return this.giveUp(entry, error);
        if (error.refused.length) this.dropRefused(entry, error.refused);
        this.retryLater(entry, error.message);
        this.putOff(entry, error);
    }

    /** Removes permanently refused recipients from the mail; returns the temporarily refused ones. */
    private dropRefused(entry: Entry, refused: RecipientRefusal[]): RecipientRefusal[] {
        const forGood = refused.filter(({ permanent }) => permanent);
        const deferred = refused.filter(({ permanent }) => !permanent);
        if (forGood.length) {
            this.note(entry.record, refusedRecipients(entry.record, forGood, this.options.clock.now(), this.inWords));
        }
        if (deferred.length) {
            const mail = { ...entry.record.mail, to: deferred.map(({ address }) => address) };
            entry.record = { ...entry.record, mail };
        }
        return deferred;
    }

    private retryLater(entry: Entry, lastError: string): void {
        entry.notBefore = this.options.clock.monotonic() + backOff(entry.record.attempts);
        this.save(entry, { lastError });
    }

    private putOff(entry: Entry, error: MailError): void {
        if (this.backlog.waited(entry) >= GIVE_UP_AFTER_MS) return this.giveUp(entry, error);
        this.settle(entry.record.id, { state: 'queued', attempts: entry.record.attempts, error });
    }

    private giveUp(entry: Entry, error: UpsError): void {
        this.remove(entry);
        this.note(entry.record, givenUp(entry.record, reasonFor(error), this.options.clock.now(), this.inWords));
        this.settle(entry.record.id, { state: 'failed', attempts: entry.record.attempts, error });
    }

    private get inWords(): Translate {
        return this.options.inWords ?? plainText;
    }

    private shed(): void {
        const limit = this.options.limit ?? DEFAULT_LIMIT;
        while (this.backlog.size > limit) {
            const records = this.backlog.all.map(({ record }) => record);
            const { phase } = this;
            const idle = phase.state === 'sending' ? records.filter(({ id }) => id !== phase.entry.record.id) : records;
            if (!idle.length) return;
            const entry = this.backlog.get(mailToDrop(idle).id)!;
            this.giveUp(entry, new UpsError('mail-refused', { reason: said('mail.full', { limit }) }));
        }
    }

    /** A new mail brings the next attempt forward. Jobs do not wait for a server that is known to be down. */
    private retrySooner(): void {
        this.health.retrySooner();
        if (!this.health.held) return;
        const error = this.health.lastError;
        for (const { record } of this.backlog.underWay) {
            this.settle(record.id, { state: 'queued', attempts: record.attempts, error });
        }
    }

    private save(entry: Entry, change: Partial<MailRecord>): void {
        this.backlog.change(entry, change);
        this.persist(() => this.options.store.save(entry.record));
    }

    private remove({ record }: Entry): void {
        this.backlog.remove(record.id);
        this.digests.forget(record);
        this.persist(() => this.options.store.remove(record.id));
    }

    private wait(id: string, signal: AbortSignal | undefined): Promise<MailOutcome> {
        const attempts = () => this.backlog.get(id)?.record.attempts ?? 0;
        const leave = () => this.settle(id, { state: 'queued', attempts: attempts() });
        let grace: TimerHandle;
        const outcome = this.outcomes.wait(id, signal, () => {
            // If the server may already have the mail, the job waits a little longer for the answer.
            if (id === this.given) grace = this.options.clock.setTimeout(leave, CLOSE_GRACE_MS);
            else leave();
        });
        void outcome.then(() => this.options.clock.clearTimeout(grace));
        return outcome;
    }

    private settle(id: string, outcome: MailOutcome): void {
        this.outcomes.settle(id, outcome);
    }

    /** Writes a log entry, unless a job still waits and will report the outcome itself. */
    private note(record: MailRecord, entry: NewLogEntry): void {
        if (record.mail.log !== 'never' && !this.outcomes.has(record.id)) this.persist(() => this.options.log?.(entry));
    }

    /** If the store fails, the mail is sent all the same, from memory. */
    private persist(work: () => void): void {
        try {
            this.options.store.transaction(work);
        } catch (error) {
            this.options.onProblem?.(asUpsError(error, 'store-failed'));
        }
    }

    private changed(): void {
        this.options.onChange?.(this.state());
    }
}

function gathered({ releaseAt, held }: Gather): MailOutcome {
    return { state: 'gathered', until: releaseAt, ...(held ? { held: true } : {}) };
}
