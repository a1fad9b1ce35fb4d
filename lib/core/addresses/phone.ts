/** More recipients of one message than this are a typing error, or a matter for a list of the provider. */
export const MOST_NUMBERS = 100;

/** Separated by commas, semicolons or lines (CS141 manual, "Job configuration using an SMS": in a row, with commas). */
export function splitNumbers(list: string): string[] {
    return list
        .split(/[,;\n]/)
        .map((entry) => entry.trim())
        .filter((entry) => entry !== '');
}

/**
 * A telephone number as people write it, as the network wants it: without blanks, hyphens, slashes, dots and brackets, and without the (0) that is
 * dialled at home only. Undefined when it is none.
 */
export function readPhone(entry: string): string | undefined {
    const number = entry.replace(/\(0\)/, '').replace(/[\s()./-]/g, '');
    return /^\+?\d{3,20}$/.test(number) ? number : undefined;
}
