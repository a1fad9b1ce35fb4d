/** Sensors and ports of a card. Ports count from 1 in the CS141 manual, and from 0 here. */
export interface Site {
    /** AUX ports 1 to 4: high or low. */
    aux: boolean[];
    /** Analog sensors 1 to 8 as whole numbers in the unit of the sensor; undefined: no sensor. */
    sensors: (number | undefined)[];
    /** Digital inputs 1 to 64 of a SITEMANAGER/SITEMONITOR. */
    digitalInputs: boolean[];
    /** Digital outputs 1 to 8 of a SENSORMANAGER/SITEMANAGER. */
    digitalOutputs: boolean[];
}

export function newSite(): Site {
    const low = (length: number) => Array.from({ length }, () => false);
    return {
        aux: low(4),
        sensors: Array.from({ length: 8 }, () => undefined),
        digitalInputs: low(64),
        digitalOutputs: low(8),
    };
}
