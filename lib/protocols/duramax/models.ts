import type { Identity } from '../../core/status/status';

/** The models by their rated current, A (DURAmax manual, "Described versions"); `told`: the device says it, or nobody does. */
export const MODELS = ['told', '5', '10', '20', '40'] as const;
export type Model = (typeof MODELS)[number];

/** What the choice of a model tells of the device. */
export function identityOf(model: Model): Identity {
    return model === 'told' ? {} : { manufacturer: 'Weidmüller', model: `DURAmax DC UPS 24V ${model}A` };
}
