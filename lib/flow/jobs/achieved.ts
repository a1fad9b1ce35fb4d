/**
 * What jobs of any kind keep of themselves (see `hostProgress`), without the failures: a run that begins with it tries only those again.
 * Undefined: nothing that could be told apart; everything is done anew.
 */
export function achieved(progress: unknown): unknown {
    if (Array.isArray(progress)) return (progress as unknown[]).filter(isOk);
    if (typeof progress !== 'object' || progress === null) return undefined;
    const { served, settled, outcomes, wake, ...others } = progress as Record<string, unknown>;
    if (Array.isArray(served)) return progress;
    if (Array.isArray(outcomes)) return { outcomes: outcomes.filter(isOk) };
    if (isPlain(settled)) {
        const own = okOnes(settled);
        return { ...('accepted' in others ? { accepted: Object.keys(own) } : {}), settled: own };
    }
    if (isPlain(wake) && isPlain(wake.settled))
        return { ...others, wake: { begun: {}, settled: okOnes(wake.settled) } };
    return undefined;
}

function okOnes(settled: Record<string, unknown>): Record<string, unknown> {
    return Object.fromEntries(Object.entries(settled).filter(([, outcome]) => isOk(outcome)));
}

function isOk(outcome: unknown): boolean {
    return isPlain(outcome) && outcome.ok === true;
}

function isPlain(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
