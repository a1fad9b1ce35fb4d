import { knownOf, meanOf, type Rule, type RuleInput } from './rule';

/**
 * How far the current of each string is from the average of all strings, % (CS141 manual, "Enable String Deviation"; that the average is the reference is
 * [inferred] from the impedance). There is no deviation outside of a discharge, or of a charge.
 */
const deviation = (applies: (input: RuleInput, mean: number) => boolean): Rule => ({
    judged(input) {
        const { current } = input.view.byString;
        if (!current || knownOf(current) < 2) return undefined;
        const mean = meanOf(current);
        if (!applies(input, mean)) return current.map((value) => (Number.isFinite(value) ? 0 : NaN));
        return current.map((value) => 100 * (value / mean - 1));
    },
});

export const deviationDischarge = deviation(
    ({ discharging, config }, mean) => discharging && mean < config.detection.dischargeBelow,
);

export const deviationCharge = deviation(
    ({ discharging, config }, mean) => !discharging && mean > config.detection.chargeAbove,
);
