/** Where receivers of remote calls listen by default. */
export const REMOTE_PORT = 8443;

/** Shorter secrets could be found by trying, from a single overheard request. */
export const SHORTEST_SECRET = 16;

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Whether `text` can be a name that is called: short, and harmless in topics, logs and file names. */
export function isCallable(text: string): boolean {
    return NAME.test(text);
}
