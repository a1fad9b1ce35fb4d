const POLL_MS = 50;

/** Waits until `condition` resolves to true. @throws after `ms`, or what `condition` throws */
export async function waitFor(what: string, condition: () => Promise<boolean>, ms = 20_000): Promise<void> {
    const end = Date.now() + ms;
    while (!(await condition())) {
        if (Date.now() > end) throw new Error(`${what}: did not happen within ${ms} ms`);
        await new Promise((done) => setTimeout(done, POLL_MS));
    }
}
