/** The significant digits of a site, 1 to 9; undefined: values are shown as they come. */
export type SignificantDigits = number | undefined;

const LARGEST = 1e15;

/**
 * A number as people read it: with at most so many significant digits, where what stands before the point is never lost (1234.5 with 2 is
 * 1235, not 1200); without a choice of the site with at most so many decimals. Never a negative zero.
 */
export function forPeople(value: number, digits: SignificantDigits, decimals: number): number {
    if (!Number.isFinite(value)) return value;
    if (digits !== undefined) return inDigits(value, digits);
    return Math.round(value * 10 ** decimals) / 10 ** decimals + 0;
}

/** As `forPeople`; without a choice of the site the value as it is. */
export function inDigits(value: number, digits: SignificantDigits): number {
    // Nothing that is measured is as large as the last of these, and beyond it no digit stands behind the point.
    if (digits === undefined || !Number.isFinite(value) || Math.abs(value) >= LARGEST) return value;
    const before = String(Math.floor(Math.abs(value))).length;
    return Number(value.toPrecision(Math.max(digits, before))) + 0;
}
