/**
 * Lets the end of an event stop what still tells of its beginning. A receiver that was away would otherwise hear, when it is back, the end
 * first and then the beginning, and leave switched on what was to be switched off.
 */
export class LatestEdge {
    private readonly underWay = new Map<string, { stop: AbortController; ended: Promise<unknown> }>();

    /** @param work is given a signal for when a later edge of the same episode comes; it starts when the earlier one has ended */
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
