import type { Rule } from './rule';

/** The temperature of each block (CS141 manual, "Defining Warning und Alarm level"). */
export const temperature: Rule = { judged: ({ view }) => view.blocks.temperature };
