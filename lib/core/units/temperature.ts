/** The temperature unit of a site, for display and input. Stored values and messages are always °C. */
export type TemperatureUnit = 'C' | 'F';

/** The unit of every temperature in a status, a setting and a message. */
export const CELSIUS = '°C';

const FAHRENHEIT = '°F';

/** Converts a temperature to the unit of the site; other values are returned unchanged. */
export function inSiteUnit(
    value: number,
    unit: string | undefined,
    site: TemperatureUnit = 'C',
): { value: number; unit: string | undefined } {
    if (unit !== CELSIUS || site !== 'F') return { value, unit };
    return { value: toFahrenheit(value), unit: FAHRENHEIT };
}

export function toFahrenheit(celsius: number): number {
    // Rounded to ten digits, so that 30 °C are exactly 86 °F despite binary fractions.
    return Number((celsius * 1.8 + 32).toPrecision(10));
}

export function toCelsius(fahrenheit: number): number {
    return Number(((fahrenheit - 32) / 1.8).toPrecision(10));
}
