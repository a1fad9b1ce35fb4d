/**
 * Lets the off edge of an episode stop the delivery of its on edge. Otherwise a receiver that was unreachable could get the off
 * edge first and then the on edge, and leave something switched on.
 */
export class LatestEdge {
    private readonly underWay = new Map<string, { stop: AbortController; ended: Promise<unknown> }>();

    /** @param work gets a signal that aborts when a later edge of the same episode comes; it starts when the earlier one has ended */
    async run<T>(episode: string, work: (overtaken: AbortSignal) => Promise<T>): Promise<T> {
        const earlier = this.underWay.get(episode);
        const stop = new AbortController();
        const running = (async () => {
            earlier?.stop.abort();
            await earlier?.ended;
            return work(stop.signal);
        })();
        const own = { stop, ended: running.catch(() => undefined) };
        this.underWay.set(episode, own);
        try {
            return await running;
        } finally {
            if (this.underWay.get(episode) === own) this.underWay.delete(episode);
        }
    }
}
