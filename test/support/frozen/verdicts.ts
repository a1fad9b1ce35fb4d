import type { FlowNode } from '../../nodes/editor/dialogs';
import type { Facts } from './facts';
import { MISSING } from './judge';

/** Verdict -> the values that have it. */
export type Packed = Record<string, unknown[]>;

export interface FrozenVerdicts {
    /** The node that is shipped first, and the same after each other choice: there only what is another. */
    bases: Record<string, Partial<FlowNode>>;
    /** By base and property. */
    verdicts: Record<string, Record<string, Packed>>;
    facts: Facts;
}

const SPECIAL = { missing: { $: 'missing' }, long: { $: '300 times x' } };
const LONG = JSON.stringify('x'.repeat(300));

/** Verdicts as they stand in a file. @param verdicts value (JSON or MISSING) and verdict */
export function packed(verdicts: [string, string][]): Packed {
    const groups = new Map<string, unknown[]>();
    for (const [value, verdict] of verdicts) groups.set(verdict, [...(groups.get(verdict) ?? []), written(value)]);
    return Object.fromEntries([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The base that is the node as it is shipped. */
export const SHIPPED = 'shipped';

/** A base as a whole node. */
export function baseOf({ bases }: FrozenVerdicts, name: string): FlowNode {
    return { ...bases[SHIPPED], ...bases[name] } as FlowNode;
}

/** `dialog | runtime`. */
export function sidesOf(verdict: string): Record<'dialog' | 'runtime', string> {
    const [dialog = '', runtime = ''] = verdict.split(/ \| (.*)/s);
    return { dialog, runtime };
}

/**
 * Whether two verdicts of one side mean alike: of a refusal the words for what was expected may be others, and of what was taken more may be seen.
 */
export function meanAlike(was: string, now: string): boolean {
    if (was === now || (was === 'ok' && /^ok /.test(now))) return true;
    return gist(was) === gist(now) && !/^ok\b/.test(was);
}

/** Codes and properties of a refusal, and what a site goes on with. */
function gist(verdict: string): string {
    const [refusals = '', goesOn = ''] = verdict.split(' → ');
    const each = refusals.split('; ').map((refusal) => refusal.split(' ').slice(0, 2).join(' '));
    return [...new Set(each)].sort().join('; ') + goesOn;
}

/** Values (JSON or MISSING) with their verdicts. */
export function unpacked(group: Packed): [string, string][] {
    return Object.entries(group).flatMap(([verdict, values]) =>
        values.map((value): [string, string] => [readBack(value), verdict]),
    );
}

function written(value: string): unknown {
    if (value === MISSING) return SPECIAL.missing;
    return value === LONG ? SPECIAL.long : (JSON.parse(value) as unknown);
}

function readBack(value: unknown): string {
    const text = JSON.stringify(value);
    if (text === JSON.stringify(SPECIAL.missing)) return MISSING;
    return text === JSON.stringify(SPECIAL.long) ? LONG : text;
}
