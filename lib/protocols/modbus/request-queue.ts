import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';

/** Runs requests one after the other, with a limit: a line carries one request at a time. */
export class RequestQueue {
    private tail: Promise<unknown> = Promise.resolve();
    private waiting = 0;
    private closed = false;

    constructor(private readonly most: number) {}

    /** @throws UpsError interrupted if closed before its turn, command-failed if too many wait */
    run<T>(request: () => Promise<T>): Promise<T> {
        if (this.closed) return Promise.reject(new UpsError('interrupted'));
        if (this.waiting >= this.most) {
            return Promise.reject(new UpsError('command-failed', { reason: said('busyRequests', { n: this.most }) }));
        }
        this.waiting++;
        const turn = this.tail.then(() => {
            if (this.closed) throw new UpsError('interrupted');
            return request();
        });
        const done = () => {
            this.waiting--;
        };
        this.tail = turn.then(done, done);
        return turn;
    }

    /** Resolves when the request in progress has ended. */
    async close(): Promise<void> {
        this.closed = true;
        await this.tail;
    }
}
