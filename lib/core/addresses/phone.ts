/** More recipients of one message are a typing error, or need a distribution list of the provider. */
export const MOST_NUMBERS = 100;

/** Commas, semicolons and line ends separate the numbers (CS141 manual, "Job configuration using an SMS": in a row, with commas). */
export function splitNumbers(list: string): string[] {
    return list
        .split(/[,;\n]/)
        .map((entry) => entry.trim())
        .filter((entry) => entry !== '');
}

/**
 * Converts a telephone number as people write it to the form that the network wants: without blanks, hyphens, slashes, dots and brackets,
 * and without the (0) that is only dialled within the country. Undefined if it is not a telephone number.
 */
export function readPhone(entry: string): string | undefined {
    const number = entry.replace(/\(0\)/, '').replace(/[\s()./-]/g, '');
    return /^\+?\d{3,20}$/.test(number) ? number : undefined;
}
