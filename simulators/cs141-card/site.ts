import type { CardPorts } from '../../lib/protocols/cs141/served/card-values';

/** Sensors and ports of the simulated card. */
export type Site = CardPorts;

export function newSite(): Site {
    const low = (length: number) => Array.from({ length }, () => false);
    return {
        aux: low(4),
        sensors: Array.from({ length: 8 }, () => undefined),
        digitalInputs: low(64),
        digitalOutputs: low(8),
    };
}
