import type { Node, NodeAPI } from 'node-red';
import { keepTrying, pause } from '../../../lib/core/commands/keep-trying';
import type { OutputClaim } from '../../../lib/core/commands/output-claims';
import { auxModuleNode } from '../config/aux-of';
import type { UpsAuxModuleNode } from '../config/config-nodes';
import { flowOf } from '../runtime/flow-of';
import { errorText } from '../words/texts';

/** The longest pulse of `ups-aux-switch`: a wall clock that was set cannot make one longer. */
const LONGEST_PULSE_MS = 86_400_000;

/** Names the pulse of a message without an episode. @param count of the pulses of this node */
export const plainPulseKey = (now: number, count: number) => `pulse|${now}#${count}`;

const isPlainPulse = ({ until, key }: OutputClaim) => until !== undefined && /^pulse\|[^|]*$/.test(key);

/** Ends the pulses of a node that no successor continues. A deleted node no longer holds any output. */
export async function release(
    RED: NodeAPI,
    nodeId: string,
    removed: boolean,
    unkept: readonly OutputClaim[] = [],
): Promise<void> {
    const { claims, clock } = flowOf(RED);
    const pulses = removed ? claims.claims.owned(nodeId).filter(({ until }) => until !== undefined) : unkept;
    if (removed) claims.dropAllOf(nodeId);
    for (const claim of pulses) claims.drop(claim);
    // Decided at once, while the module still accepts commands.
    const free = pulses.filter(({ moduleId, port }) => !claims.claims.isHeld(moduleId, port, clock.now()));
    await Promise.allSettled(
        free.map(async ({ moduleId, port, off = false }) => {
            await (RED.nodes.getNode(moduleId) as UpsAuxModuleNode | null)?.module?.switch(port, off);
        }),
    );
}

/** Ends the pulses of plain messages that a kill has cut short: no run goes on with them. @param signal aborted when the node closes */
export function endCutShort(RED: NodeAPI, node: Node, signal: AbortSignal): void {
    const { claims, clock } = flowOf(RED);
    const end = async (claim: OutputClaim) => {
        const { moduleId, port, ownerId, key, until = 0, off = false } = claim;
        await pause(clock, Math.min(until - clock.now(), LONGEST_PULSE_MS), signal);
        const attempt = async () => {
            const isOver = !claims.claims.has(ownerId, key) || claims.claims.isHeld(moduleId, port, clock.now(), claim);
            if (!isOver) await auxModuleNode(RED, moduleId).module.switch(port, off);
        };
        await keepTrying(attempt, { clock, signal });
        claims.drop(claim);
    };
    for (const claim of claims.claims.owned(node.id).filter(isPlainPulse)) {
        end(claim).catch((error) => {
            if (!signal.aborted) node.warn(errorText(RED, error));
        });
    }
}
