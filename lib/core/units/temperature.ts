/** How a site shows temperatures and takes them. Whatever is stored or sent in messages is °C. */
export type TemperatureUnit = 'C' | 'F';

/** The unit of every temperature in a status, a setting and a message. */
export const CELSIUS = '°C';

const FAHRENHEIT = '°F';

/** A value in the unit that the site shows; values that are no temperature stay as they are. */
export function inSiteUnit(
    value: number,
    unit: string | undefined,
    site: TemperatureUnit = 'C',
): { value: number; unit: string | undefined } {
    if (unit !== CELSIUS || site !== 'F') return { value, unit };
    return { value: toFahrenheit(value), unit: FAHRENHEIT };
}

export function toFahrenheit(celsius: number): number {
    // Ten digits: without the dust of binary fractions, 30 °C are 86 °F and no more.
    return Number((celsius * 1.8 + 32).toPrecision(10));
}

export function toCelsius(fahrenheit: number): number {
    return Number(((fahrenheit - 32) / 1.8).toPrecision(10));
}
