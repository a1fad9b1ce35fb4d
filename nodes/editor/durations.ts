import { exactDurationText } from '../../lib/core/duration';

/** Of what is set, in whatever form a node has it: "1 h 30 min 15 s". What is no number is 0. */
export function formatSeconds(value: unknown): string {
    return exactDurationText(Number(value) || 0);
}
