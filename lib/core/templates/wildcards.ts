import { CATALOGUE, readerOf, textOf, type WildcardContext } from './wildcard-readers';

export { NOT_KNOWN, type WildcardContext } from './wildcard-readers';

/** A wildcard, for the insert menu of the editor. */
export interface Wildcard {
    path: string;
    unit?: string;
    /** Key of its description in the catalogue. */
    description: string;
}

/** All wildcards, in groups, in the order of the insert menu. */
export const WILDCARDS: readonly Wildcard[] = CATALOGUE.map(([path, , unit]) => ({
    path,
    ...(unit && { unit }),
    description: `wildcards.${path}`,
}));

const WILDCARD = /\{\{([^{}]*)\}\}/g;

/**
 * The text with every `{{path}}` replaced. Numbers have at most one decimal, or the digits of the site, and no unit; a channel comes with its
 * unit. Durations in words read `1 h 45 min`, times are local (`2026-01-15 04:00:00`), unknown values and unknown paths read `NA`. Nothing is
 * evaluated, and wildcards within inserted values are not replaced.
 */
export function fillTemplate(template: string, context: WildcardContext): string {
    return fill(template, context, (text) => text);
}

/** As `fillTemplate`, for HTML: inserted values are escaped, the template itself is not. */
export function fillHtmlTemplate(template: string, context: WildcardContext): string {
    return fill(template, context, escapeHtml);
}

/**
 * As `fillTemplate`, for a command line of an unknown shell. Event texts and names come from devices and from other people's messages. In
 * inserted values, every character that a shell (POSIX, cmd, PowerShell) could take for more than a word becomes `_`, and so does a hyphen
 * that would turn a value into an option. The template itself is not changed.
 */
export function fillCommandTemplate(template: string, context: WildcardContext): string {
    return fill(template, context, (text) =>
        text.replace(/[^\p{L}\p{N} .,:=@/+_-]/gu, '_').replace(/(^| )-(?=[^ ])(?![\d.]+([ ,:/]|$))/g, '$1_'),
    );
}

/** The paths in a template that are not wildcards, each once: for warnings. */
export function unknownWildcards(template: string): string[] {
    const paths = [...template.matchAll(WILDCARD)].map(([, path]) => (path ?? '').trim());
    return [...new Set(paths.filter((path) => !readerOf(path)))];
}

export function escapeHtml(text: string): string {
    const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
    return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

function fill(template: string, context: WildcardContext, escape: (text: string) => string): string {
    return template.replace(WILDCARD, (_, path: string) => escape(textOf(readerOf(path.trim())?.(context), context)));
}
