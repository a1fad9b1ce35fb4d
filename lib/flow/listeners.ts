/** Who wants to be told of something; told in the order in which they came. */
export class Listeners<T> {
    private readonly all = new Set<{ tell(value: T): void }>();

    /** @returns takes the listener away; idempotent */
    add(tell: (value: T) => void): () => void {
        const own = { tell };
        this.all.add(own);
        return () => void this.all.delete(own);
    }

    tell(value: T): void {
        for (const each of [...this.all]) each.tell(value);
    }
}
