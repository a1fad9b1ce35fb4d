/** Default port of receivers of remote calls. */
export const REMOTE_PORT = 8443;

/** Characters. A shorter secret could be found by trial from a single recorded request. */
export const SHORTEST_SECRET = 16;

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Whether `text` is a valid name of a remote command: short, and harmless in topics, logs and file names. */
export function isCallable(text: string): boolean {
    return NAME.test(text);
}
