import { judgeEdges } from './edges';
import { judgeEvidence } from './evidence';
import { judgeReturns, judgeUps } from './returns';
import type { Fault, HostFacts, Orders } from './rules';
import { judgeDuties } from './shutdowns';
import type { Happening } from './story';
import { View } from './view';

/**
 * Judges a story by what the flow was set to do. It shares no code with what it judges, and knows of it only what stands here: the mains, the
 * answers of the device, the bytes at hosts, the messages on wires, and the lines of the event log.
 * @param end ms, the end of the story
 */
export function judge(story: readonly Happening[], orders: Orders, hosts: readonly HostFacts[], end: number): Fault[] {
    const view = new View(story, end, orders.capacitySeconds, orders.mainsBackSeconds * 1000);
    const faults = [
        ...judgeCrashes(story),
        ...judgeDryRun(story, orders),
        ...judgeDuties(view, orders, hosts),
        ...judgeReturns(view, orders, hosts),
        ...judgeUps(view, orders),
        ...judgeEdges(view, orders),
        ...judgeEvidence(view, orders, hosts),
    ];
    return faults.sort((one, other) => one.t - other.t);
}

/** An error that nobody catches is the end of Node-RED. */
function judgeCrashes(story: readonly Happening[]): Fault[] {
    return story.flatMap((each) =>
        each.what === 'rejection' ? [{ t: each.t, rule: 'crash' as const, text: `nobody catches ${each.text}` }] : [],
    );
}

function judgeDryRun(story: readonly Happening[], { dryRun }: Orders): Fault[] {
    if (!dryRun) return [];
    return story.flatMap((each) => {
        const done = each.what === 'bytes' ? `${each.verb} to ${each.host}` : each.what === 'packet' ? 'a packet' : '';
        return done ? [{ t: each.t, rule: 'dry run' as const, text: `${done} in a dry run` }] : [];
    });
}
