import { escapeHtml } from '../core/templates/wildcards';

/** Control characters, and those that turn the direction of the text that follows. */
const UNSEEN = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** A text from anywhere as text of HTML or SVG, also within quotes of an attribute. */
export function escaped(text: string): string {
    return escapeHtml(Buffer.from(text.replace(UNSEEN, ' '), 'utf8').toString('utf8'));
}
