import { UpsError } from '../../core/errors';

/** More recipients than this are a typing error, or a matter for a list of the provider. */
export const MOST_RECIPIENTS = 100;

/**
 * Numbers parted by commas, semicolons or lines (CS141 manual, "Job configuration using an SMS": in a row, with commas), as people write
 * them: blanks, hyphens, slashes, dots and brackets within a number go. Each once.
 * @throws UpsError config-missing, config-invalid
 */
export function parseRecipients(typed: string): string[] {
    const numbers = typed
        .split(/[,;\n]/)
        .map((entry) => entry.trim())
        .filter((entry) => entry !== '')
        .map((entry) => {
            const number = entry.replace(/\(0\)/, '').replace(/[\s()./-]/g, '');
            if (/^\+?\d{3,20}$/.test(number)) return number;
            throw new UpsError('config-invalid', { property: 'to', value: entry, expected: '+491761234567' });
        });
    const unique = [...new Set(numbers)];
    if (!unique.length) throw new UpsError('config-missing', { property: 'to' });
    if (unique.length > MOST_RECIPIENTS) {
        throw new UpsError('config-invalid', {
            property: 'to',
            value: unique.length,
            expected: `1 … ${MOST_RECIPIENTS}`,
        });
    }
    return unique;
}
