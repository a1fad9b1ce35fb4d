import { said, type Sentence } from '../language/sentence';
import { rangesText } from './battery-detail';
import type { BatteryView } from './battery-view';

/** One finding of the check of the layout; `fault`: it must be put right before values mean anything. */
export interface LayoutFinding {
    code: 'unread' | 'modules' | 'strings' | 'uneven' | 'missing' | 'revision' | 'addressing';
    fault: boolean;
    sentence: Sentence;
    /** Modules from 1 that it is about; absent: all. */
    modules?: readonly number[];
}

/**
 * Whether the modules are numbered without a gap, are divided equally among the strings, and have the firmware of module 1 (CS141 manual, "Trouble Shooting
 * List"). Numbers are given to modules at the monitor, never by us.
 * @param view what is known of the battery now
 * @returns nothing: all is well as far as the monitor tells
 */
export function layoutFindings({ at, layout, problem, blocks, states, modules }: BatteryView): LayoutFinding[] {
    const finding = (
        code: LayoutFinding['code'],
        data: Parameters<typeof said>[1] = {},
        named?: readonly number[],
    ): LayoutFinding => ({
        code,
        fault: code !== 'addressing',
        sentence: said(`layout.${code}`, data),
        ...(named && { modules: named }),
    });
    if (at === undefined || !layout) return [finding('unread')];
    const found: LayoutFinding[] = [];
    if (problem?.kind === 'layout')
        found.push(finding('uneven', { modules: problem.modules, strings: problem.strings }));
    else if (problem) found.push(finding(problem.kind, { told: problem.told, expected: problem.expected }));
    const lost = new Set(modules.get('module-lost'));
    for (let module = 1; module <= layout.modules; module++) if (isMute(blocks, module)) lost.add(module);
    const missing = [...lost].sort((a, b) => a - b);
    if (missing.length > 0)
        found.push(finding('missing', { list: rangesText(missing), count: missing.length }, missing));
    if (states.has('module-revision')) {
        const named = modules.get('module-revision') ?? [];
        const list = named.length > 0 ? rangesText(named) : '';
        found.push(finding('revision', { list, count: named.length }, named.length > 0 ? named : undefined));
    }
    if (states.has('addressing') || states.has('searching')) found.push(finding('addressing'));
    return found;
}

/** A module of which no quantity that others tell is known. @param module from 1 */
function isMute(blocks: BatteryView['blocks'], module: number): boolean {
    const told = Object.values(blocks);
    return told.length > 0 && told.every((values) => Number.isNaN(values[module - 1] ?? NaN));
}
