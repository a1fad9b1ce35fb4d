import type { BlockHealth, HealthInput } from './health';
import { endOfWeek, weekOf } from './series';
import { LEAST_WEEKS } from './trend';

/** What the health cannot tell. */
export interface HealthLack {
    of: 'trend' | 'capacity' | 'step-resistance' | 'float' | 'temperature';
    /**
     * `none`: nothing was measured; `weeks`: too short a time; `no-discharge`: none was seen; `shallow`: none was deep or clear enough;
     * `no-current`: no string has a current sensor; `no-step`: the load came on too gently, or no reading was close enough.
     */
    why: 'none' | 'weeks' | 'no-discharge' | 'shallow' | 'no-current' | 'no-step';
    /** Blocks that it is about. */
    blocks: number;
    /** `weeks`: the most weeks that one of them has, and how many are needed. */
    have?: number;
    need?: number;
    /** `weeks`: when the first of them can be judged, epoch ms, if it is measured until then. */
    from?: number;
}

/** What is missing for a judgement of all blocks. */
export function lacksOf(input: HealthInput, blocks: readonly BlockHealth[]): HealthLack[] {
    const { discharges = [] } = input;
    const count = (isLacking: (block: BlockHealth) => boolean) => blocks.filter(isLacking).length;
    const lacks: HealthLack[] = [];
    const add = (of: HealthLack['of'], number: number, why: HealthLack['why']) => {
        if (number > 0) lacks.push({ of, why, blocks: number });
    };
    lacks.push(...trendLack(input, blocks));
    const hasCurrent = discharges.some(({ current }) => current.some((row) => row !== undefined));
    add(
        'capacity',
        count(({ capacity }) => !capacity),
        discharges.length === 0 ? 'no-discharge' : 'shallow',
    );
    add(
        'step-resistance',
        count(({ step }) => !step),
        discharges.length === 0 ? 'no-discharge' : hasCurrent ? 'no-step' : 'no-current',
    );
    add(
        'float',
        count(({ float }) => !float),
        'none',
    );
    add(
        'temperature',
        count(({ temperature }) => !temperature),
        'none',
    );
    return lacks;
}

function trendLack({ now, impedance = [], installedAt }: HealthInput, blocks: readonly BlockHealth[]): HealthLack[] {
    const lacking = blocks.filter((block) => !block.impedance?.trend);
    if (lacking.length === 0) return [];
    const last = weekOf(now) - 1;
    const weeks = lacking.map(({ module }) => {
        const begin = installedAt?.[module - 1] ?? -Infinity;
        const { times, values } = impedance[module - 1] ?? { times: [], values: [] };
        const found = new Set<number>();
        for (let i = 0; i < times.length; i++)
            if (times[i]! >= begin && values[i]! > 0 && weekOf(times[i]!) <= last) found.add(weekOf(times[i]!));
        return found.size;
    });
    const have = Math.max(...weeks);
    if (have === 0 && impedance.length === 0) return [{ of: 'trend', why: 'none', blocks: lacking.length }];
    const left = Math.max(1, LEAST_WEEKS - have);
    return [
        { of: 'trend', why: 'weeks', blocks: lacking.length, have, need: LEAST_WEEKS, from: endOfWeek(last + left) },
    ];
}
