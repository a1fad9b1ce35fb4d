import type { Values } from '../model';
import type { Rule } from './rule';

/** 1: a module tells no value at all while others do. 0: it tells one. Undefined: none does, which is a silence of the monitor. */
export const moduleLost: Rule = {
    judged({ view, layout }) {
        const told: Values[] = Object.values(view.blocks);
        const lost = new Float64Array(layout.modules);
        let heard = 0;
        for (let i = 0; i < lost.length; i++) {
            if (told.some((values) => Number.isFinite(values[i]))) heard++;
            else lost[i] = 1;
        }
        return heard === 0 ? undefined : lost;
    },
};
