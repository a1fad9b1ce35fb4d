import { knownOf, type Rule } from './rule';

/** Below this share of its nominal voltage a block has none [ours]. */
const NO_VOLTAGE = 0.1;

/**
 * 1: a block shows no voltage though its string carries current, so that the fuse of its measuring cable must be blown (CS141 manual, its list of events: module
 * fuse blown, no measuring data available by defect, but still connected to the charger). 0: it shows its voltage. NaN: without current nobody can tell.
 */
export const fuse: Rule = {
    judged({ view, layout, config }) {
        const { voltage } = view.blocks;
        const { current } = view.byString;
        if (!voltage || !current || knownOf(voltage) === 0) return undefined;
        const least = NO_VOLTAGE * config.nominalVoltage;
        return voltage.map((value, i) => {
            if (value >= least) return 0;
            return Math.abs(current[layout.stringOf(i + 1) - 1] ?? NaN) >= config.fuseAmps ? 1 : NaN;
        });
    },
};
