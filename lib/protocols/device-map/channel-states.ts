import type { DeviceMap } from './device-map';
import { parseTarget } from './targets';

/** The states that a channel may have by a map, each once; undefined: the map has no such channel, or it may have any. */
export function channelStates({ items }: DeviceMap, name: string): string[] | undefined {
    const its = items.filter(({ to }) => {
        const target = parseTarget(to);
        return target?.type === 'channel' && isNamed(target.name, name);
    });
    if (its.length === 0 || its.some(({ kind }) => kind !== 'state')) return undefined;
    return [...new Set(its.flatMap(({ states = {} }) => Object.values(states)))];
}

/** Whether a name is that of a target, in which `*` stands for a row. */
function isNamed(target: string, name: string): boolean {
    const [before, behind] = target.split('*') as [string, string?];
    if (behind === undefined) return target === name;
    return name.startsWith(before) && name.endsWith(behind) && name.length > before.length + behind.length;
}
