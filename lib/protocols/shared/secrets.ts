/** A shorter one is no secret; taking each `a` out of a text would garble it, and tell the secret. */
const SHORTEST_HIDDEN = 4;
/** From this length on also in the middle of a word: shorter ones are words that texts are made of. */
const SHORTEST_WITHIN = 8;
const HIDDEN = '***';

/** A text without these secrets, the longest taken out first. Empty ones are passed over. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
    const told = secrets.filter((secret) => secret.length >= SHORTEST_HIDDEN && text.includes(secret));
    return told.sort((a, b) => b.length - a.length).reduce(hide, text);
}

function hide(text: string, secret: string): string {
    if (secret.length >= SHORTEST_WITHIN) return text.replaceAll(secret, HIDDEN);
    const literal = secret.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    return text.replace(new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'gu'), HIDDEN);
}
