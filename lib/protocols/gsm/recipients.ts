import { MOST_NUMBERS, readPhone, splitNumbers } from '../../core/addresses/phone';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';

/**
 * The phone numbers of a list, without duplicates.
 * @throws UpsError config-missing, config-invalid
 */
export function parseRecipients(typed: string): string[] {
    const numbers = splitNumbers(typed).map((entry) => {
        const number = readPhone(entry);
        if (number !== undefined) return number;
        throw new UpsError('config-invalid', { property: 'to', value: entry, expected: said('expected.phone') });
    });
    const unique = [...new Set(numbers)];
    if (!unique.length) throw new UpsError('config-missing', { property: 'to' });
    if (unique.length > MOST_NUMBERS) {
        const expected = said('expected.atMostEntries', { max: MOST_NUMBERS });
        throw new UpsError('config-invalid', { property: 'to', value: unique.length, expected });
    }
    return unique;
}
