import type { Node, NodeAPI } from 'node-red';
import { logAttachments, type LogSource } from '../../../lib/protocols/mail/attachments';
import { dataLogCsv } from '../../../lib/store/series';
import { MailQueue } from '../../../lib/protocols/mail/queue';
import { MemoryMailQueueStore } from '../../../lib/protocols/mail/queue-store';
import type { MailQueueState } from '../../../lib/protocols/mail/queue-types';
import { TableMailQueueStore } from '../../../lib/protocols/mail/table-store';
import type { TestWords } from '../../../lib/protocols/mail/test-mail';
import type { MailReceipt, MailTransport } from '../../../lib/protocols/mail/transport';
import type { Store } from '../../../lib/store/store';
import { flowOf, type SiteRuntime } from '../runtime/flow-of';
import { errorText, statusText } from '../words/texts';
import { wordsOf } from '../words/site-words';

export interface MailCredentials {
    user?: string;
    password?: string;
    clientSecret?: string;
    refreshToken?: string;
}

export interface UpsMailAccountNode extends Node<MailCredentials> {
    /**
     * The queue of this account's mails in the store of a site; without a site the mails wait in memory.
     * @throws UpsError config-missing, config-invalid: the account's settings
     */
    queueFor(site: SiteRuntime | undefined): MailQueue;
    /**
     * Sends one mail at once, outside of the queue. It is neither stored nor tried again.
     * @param to addresses as in a mail job's field
     * @throws UpsError for the account's settings, for `to`, or the failure of the delivery
     */
    sendTest(to: string, words: TestWords): Promise<MailReceipt>;
    /** Calls `listener` whenever a queue of this account changes. @returns unsubscribes */
    watch(listener: (queue: MailQueue, state: MailQueueState) => void): () => void;
}

interface Place {
    queue: MailQueue;
    /** The site that last used the queue; undefined: mails wait in memory. */
    site: SiteRuntime | undefined;
}

/** The queues of one account, by the store file that has their mails. */
export class AccountQueues {
    readonly listeners = new Set<(queue: MailQueue, state: MailQueueState) => void>();
    private readonly files = new WeakMap<Store, string>();
    private readonly queues = new Map<string, Place>();

    constructor(
        private readonly RED: NodeAPI,
        private readonly node: Node,
        private readonly transport: MailTransport,
        private readonly domain: string,
    ) {}

    queueFor(site: SiteRuntime | undefined): MailQueue {
        const place = site ? this.fileOf(site.store) : '';
        const known = this.queues.get(place);
        if (known) {
            known.site = site;
            return known.queue;
        }
        if (!site) this.node.warn(statusText(this.RED, 'mailsInMemory'));
        const entry = { site } as Place;
        const logs = () => storeOf(this.RED, entry.site!);
        entry.queue = new MailQueue({
            account: this.node.id,
            domain: this.domain,
            transport: this.transport,
            clock: flowOf(this.RED).clock,
            store: site ? new TableMailQueueStore(logs) : new MemoryMailQueueStore(),
            ...(site
                ? {
                      attachments: (mail) => logAttachments(mail, logSourceOf(this.RED, entry.site!)),
                      log: (note) => logs().append(note),
                  }
                : {}),
            inWords: (part) => wordsOf(this.RED, entry.site).text(part),
            onChange: (state) => this.listeners.forEach((listener) => listener(entry.queue, state)),
            onProblem: (error) => this.node.warn(errorText(this.RED, error)),
        });
        this.queues.set(place, entry);
        entry.queue.start();
        return entry.queue;
    }

    /** Sends the mails that waited when the program ended, without waiting for a new one. */
    resume(): void {
        for (const site of flowOf(this.RED).registry.sites()) {
            if (site.store.mailQueue.list({ account: this.node.id }).length) this.queueFor(site);
        }
    }

    /** Takes over the mails that another process has left in a store that this process has now. */
    takeOver(): void {
        for (const { queue } of this.queues.values()) queue.start();
        this.resume();
    }

    /** Read once for each store, because the statistics count all its data. */
    private fileOf(store: Store): string {
        const file = this.files.get(store) ?? store.stats().file;
        this.files.set(store, file);
        return file;
    }

    async close(): Promise<void> {
        await Promise.all([...this.queues.values()].map(({ queue }) => queue.close()));
        this.listeners.clear();
    }
}

/** The present logs of a site, for mails. */
function logSourceOf(RED: NodeAPI, site: SiteRuntime): LogSource {
    const { store, series, significantDigits: digits } = flowOf(RED).registry.site(site.id) ?? site;
    return { logCsv: (query) => store.logCsv(query), dataCsv: (query) => dataLogCsv(series, { ...query, digits }) };
}

/** The present store of a site, which a deploy may have replaced. A closed store still accepts the outcome of its mails. */
function storeOf(RED: NodeAPI, { id, store }: SiteRuntime): Store {
    return flowOf(RED).registry.site(id)?.store ?? store;
}
