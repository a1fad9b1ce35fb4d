import type { NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import type { UpsUnitNode } from './config-nodes';

/** The `ups-unit` that a node's dialog names. @throws UpsError config-missing */
export function unitOf(RED: NodeAPI, id: string): UpsUnitNode {
    const node = RED.nodes.getNode(id) as UpsUnitNode | null;
    if (!node?.unit) throw new UpsError('config-missing', { property: 'ups' });
    return node;
}

/** What a command came to, for the event log. */
export function resultText({ confirmed, detail }: { confirmed: boolean; detail?: string }): string {
    if (confirmed) return 'confirmed';
    return detail ? `accepted, not confirmed: ${detail}` : 'accepted, not confirmed';
}
