import type { Rule } from './rule';

/** CS141 manual, "Threshold definition": only low limits. A battery of unknown chemistry has no charge ("Battery Model Type"). */
export const moduleCharge: Rule = {
    judged: ({ view, config }) => (config.chemistry === 'other' ? undefined : view.blocks.charge),
};

/** The mean of the blocks of each string. */
export const stringCharge: Rule = {
    judged: ({ view, config }) => (config.chemistry === 'other' ? undefined : view.byString.charge),
};
