/** The kind of a value; its unit is in the table. */
export type PlausibleKind = keyof typeof PLAUSIBLE;

interface Bounds {
    min: number;
    max: number;
    /** A value outside of the bounds that is possible. */
    or?: number;
}

/**
 * The plausible range of each kind of value, in SI units, both bounds included. A value outside of its range is discarded, whichever
 * protocol it came from: it is the full scale of a register, a wrong scale, or a code for "not known". Codes for "not known" *within* these
 * bounds (-1 °C, 999 V DC, 65535 s) differ between protocols, and each protocol handles its own. Full scales: 255 for 8 bits, 4095 for 12,
 * 32767 and 65535 for 16 bits.
 */
export const PLAUSIBLE = {
    /** °C. Below: colder than any place with a UPS. Above: heat sinks reach 150 °C; 255 and 999 are full scales. */
    temperature: { min: -60, max: 150 },
    /** % relative, by definition. */
    humidity: { min: 0, max: 100 },
    /** % of charge, by definition. */
    percent: { min: 0, max: 100 },
    /** % of the rated load. RFC 1628 says 0..200; inverters deliver a little more for a moment; 255 and 999 are full scales. */
    load: { min: 0, max: 250 },
    /** V AC RMS, line to neutral or line to line: low voltage ends at 1000 V (IEC 60038), and 999 is a full scale of three digits. */
    acVoltage: { min: 0, max: 998 },
    /** V DC, of a whole string, a half, or an input or output of a DC supply: low voltage ends at 1500 V DC (IEC 60038); a charger's boost is above it. */
    dcVoltage: { min: 0, max: 2000 },
    /** Hz. Mains have 50 or 60, railways 16.7, aircraft supplies 400. 0 is a dead input; 4.9 is 49 in another unit. */
    frequency: { min: 16, max: 450, or: 0 },
    /**
     * A AC RMS: 6000 A are 4 MVA at 400 V, more than one UPS delivers. The sign has no meaning by definition; a few devices use it for the
     * direction.
     */
    current: { min: -6000, max: 6000 },
    /** A DC, of a battery or the output of a DC supply; either sign may be the discharge. */
    batteryCurrent: { min: -6000, max: 6000 },
    /** W: up to the largest systems of several UPSs. A small negative value on an idle line is valid. */
    power: { min: -1_000_000, max: 10_000_000 },
    /** VA. */
    apparentPower: { min: 0, max: 10_000_000 },
    /** kWh since the device began to count: 10 MW for a hundred years. */
    energy: { min: 0, max: 9_000_000_000 },
    /** min of runtime: 65535, the full scale of 16 bits, means "not known". The bound is 45 days. */
    minutes: { min: 0, max: 65_534 },
    /** s on battery: 2^31 - 1, the full scale of 31 bits, means "not known". */
    seconds: { min: 0, max: 2 ** 31 - 2 },
    /** Occurrences, in 32 bits. */
    count: { min: 0, max: 2 ** 32 - 2 },
} as const satisfies Record<string, Bounds>;

/** `value` if it is plausible (see PLAUSIBLE for units and bounds); undefined for every other value, NaN and undefined included. */
export function plausible(kind: PlausibleKind, value: number | undefined): number | undefined {
    const { min, max, or }: Bounds = PLAUSIBLE[kind];
    return typeof value === 'number' && ((value >= min && value <= max) || value === or) ? value : undefined;
}
