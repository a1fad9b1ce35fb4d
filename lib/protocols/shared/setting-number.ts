import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';

/**
 * A number of a device's settings, within bounds; the default where nothing was typed.
 * @throws UpsError config-invalid
 */
export function settingNumber(
    property: string,
    typed: string | number | undefined,
    otherwise: number,
    min: number,
    max: number,
    whole: boolean,
): number {
    if (typed === undefined || typed === null || String(typed).trim() === '') return otherwise;
    const value = Number(typed);
    if (!Number.isFinite(value) || value < min || value > max || (whole && !Number.isInteger(value))) {
        const expected = said(whole ? 'expected.wholeBetween' : 'expected.numberBetween', { min, max });
        throw new UpsError('config-invalid', { property, value: String(typed), expected });
    }
    return value;
}

/**
 * One of several words of a device's settings; the default where nothing was typed.
 * @throws UpsError config-invalid
 */
export function settingChoice(
    property: string,
    typed: string | undefined,
    allowed: readonly string[],
    otherwise: string,
): string {
    const value = typed?.trim() || otherwise;
    if (allowed.includes(value)) return value;
    throw new UpsError('config-invalid', { property, value, expected: allowed.join(', ') });
}
