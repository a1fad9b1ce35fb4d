/** Waits until `condition` gives something true, looking every few milliseconds. @throws after `ms` */
export async function eventually<T>(condition: () => T, ms = 3000): Promise<NonNullable<T>> {
    const end = Date.now() + ms;
    for (;;) {
        const value = condition();
        if (value) return value;
        if (Date.now() > end) throw new Error(`did not happen within ${ms} ms: ${condition.toString()}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
    }
}
