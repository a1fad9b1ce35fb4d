/** A tick box of a dialog; `true` as text where the flow takes it from an environment variable (`${NAME}`). */
export function isTicked(value: unknown): boolean {
    return value === true || value === 'true';
}
