/** From the root, from a drive, or from a share of Windows. */
const ABSOLUTE = /^(\/|[a-z]:[\\/]|\\\\)\S/i;
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** Whether `text` is the absolute path of a program, on any system: no name that a search path would resolve, and nothing that could deceive a log. */
export function isProgramPath(text: string): boolean {
    return ABSOLUTE.test(text) && !CONTROL.test(text);
}
