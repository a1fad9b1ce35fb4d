import type { UpsError } from '../../../../lib/core/errors';
import type { NewLogEntry } from '../../../../lib/core/journal/event-log';
import { MailQueue } from '../../../../lib/protocols/mail/queue';
import { MemoryMailQueueStore, type MailQueueStore } from '../../../../lib/protocols/mail/queue-store';
import type { MailQueueOptions } from '../../../../lib/protocols/mail/queue-types';
import { FakeClock } from '../../../support/fake-clock';
import { MemoryTransport } from './memory-transport';
import { inEnglish } from '../../../support/in-english';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const DAY = 24 * 60 * MINUTE;

/** A mail queue with everything around it in memory. */
export class QueueHarness {
    clock = new FakeClock();
    store: MailQueueStore = new MemoryMailQueueStore();
    readonly transport = new MemoryTransport();
    readonly log: NewLogEntry[] = [];
    readonly problems: UpsError[] = [];
    queue!: MailQueue;

    open(change: Partial<MailQueueOptions> = {}): MailQueue {
        this.queue = new MailQueue({
            account: 'account1',
            domain: 'plant.example',
            store: this.store,
            transport: this.transport,
            clock: this.clock,
            log: (entry) => void this.log.push(entry),
            onProblem: (error) => void this.problems.push(error),
            inWords: inEnglish,
            ...change,
        });
        this.queue.start();
        return this.queue;
    }

    /** The process is killed, its timers with it, and started again after so many ms, in which the wall clock was set by `stepMs`. */
    restart(off = 0, stepMs = 0): MailQueue {
        const boot = this.clock.bootTime();
        this.clock = new FakeClock(this.clock.now() + off + stepMs);
        if (boot) this.clock.boot = { id: boot.id, origin: boot.ms + off };
        return this.open();
    }

    /** @throws if a timer is left */
    async end(): Promise<void> {
        const closing = this.queue.close();
        await this.clock.advance(10 * SECOND);
        await closing;
        if (this.clock.pending) throw new Error(`${this.clock.pending} timers left after close`);
    }
}
