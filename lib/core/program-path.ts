/** An absolute path: it starts with the root, a drive, or a Windows share. */
const ABSOLUTE = /^(\/|[a-z]:[\\/]|\\\\)\S/i;
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/**
 * Whether `text` is the absolute path of a program, on any system. Names that a search path would resolve are refused, and so are
 * characters that could forge a log line.
 */
export function isProgramPath(text: string): boolean {
    return ABSOLUTE.test(text) && !CONTROL.test(text);
}
