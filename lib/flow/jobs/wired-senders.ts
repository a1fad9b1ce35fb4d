import type { Wires } from '../plan/wires';

/** The nodes whose messages reach a job. */
export interface Senders {
    /** Every message of these reaches it. */
    sure: string[];
    /** A node behind these decides which messages reach it, such as a function node. */
    unsure: string[];
}

/**
 * The nodes that send a job its messages, by the wires: the last timing or job before it, or else the nodes at which the event begins.
 * @param id of the job on the canvas
 */
export function sendersOf(id: string, wires: Wires): Senders {
    const jobs = new Set(wires.events.flatMap((event) => event.jobs.map(({ nodeId }) => nodeId)));
    const sends = (node: string) => jobs.has(node) || wires.node(node)?.type === 'ups-timing';
    const sure = new Set<string>();
    const unsure = new Set<string>();
    for (const event of wires.events) {
        for (const { nodeId, through, dependsOn } of event.jobs) {
            if (nodeId !== id) continue;
            const last = through.findLastIndex(sends);
            const before = last < 0 ? event.nodeIds : [through[last]!];
            // What a node before the sender decides is decided when the sender sends.
            const decided = through.slice(last + 1).some((node) => dependsOn.includes(node));
            for (const sender of before) (decided ? unsure : sure).add(sender);
        }
    }
    return { sure: [...sure], unsure: [...unsure].filter((sender) => !sure.has(sender)) };
}
