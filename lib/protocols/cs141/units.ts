/** Units that are 1000 of our unit. */
export const KILO = /^k(W|VA)$/;
