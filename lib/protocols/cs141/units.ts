/** Units that are a thousand of ours. */
export const KILO = /^k(W|VA)$/;
