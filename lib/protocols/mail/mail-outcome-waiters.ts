import type { MailOutcome } from './queue-types';

/** Jobs that wait for the outcome of their mails. */
export class MailOutcomeWaiters {
    private readonly waiting = new Map<string, (outcome: MailOutcome) => void>();

    has(id: string): boolean {
        return this.waiting.has(id);
    }

    /** @param leave called when `signal` aborts: the job stops waiting */
    wait(id: string, signal: AbortSignal | undefined, leave: () => void): Promise<MailOutcome> {
        signal?.addEventListener('abort', leave, { once: true });
        return new Promise((resolve) =>
            this.waiting.set(id, (outcome) => {
                signal?.removeEventListener('abort', leave);
                resolve(outcome);
            }),
        );
    }

    settle(id: string, outcome: MailOutcome): void {
        this.waiting.get(id)?.(outcome);
        this.waiting.delete(id);
    }
}
