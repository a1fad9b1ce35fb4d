/** A list of listeners, called in the order in which they were added. */
export class Listeners<T> {
    private readonly all = new Set<{ tell(value: T): void }>();

    /** @returns removes the listener; idempotent */
    add(tell: (value: T) => void): () => void {
        const own = { tell };
        this.all.add(own);
        return () => void this.all.delete(own);
    }

    tell(value: T): void {
        for (const each of [...this.all]) each.tell(value);
    }
}
