const POLL_MS = 50;

/**
 * Waits until `condition` resolves to true. One that throws counts as "not yet": right behind a deploy, Node-RED answers before
 * the new flows stand, and a unit is then unknown for a moment.
 * @throws after `ms`, with what `condition` last threw
 */
export async function waitFor(what: string, condition: () => Promise<boolean>, ms = 120_000): Promise<void> {
    const end = Date.now() + ms;
    for (;;) {
        let thrown: unknown;
        try {
            if (await condition()) return;
        } catch (error) {
            thrown = error;
        }
        if (Date.now() > end) {
            const because = thrown instanceof Error ? `: ${thrown.message}` : '';
            throw new Error(`${what}: did not happen within ${ms} ms${because}`, { cause: thrown });
        }
        await new Promise((done) => setTimeout(done, POLL_MS));
    }
}
