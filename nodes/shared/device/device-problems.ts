import type { Node, NodeAPI } from 'node-red';
import { asUpsError, type UpsErrorCode } from '../../../lib/core/errors';
import type { UpsUnitNode } from '../config/config-nodes';
import { flowOf } from '../runtime/flow-of';
import { errorText } from '../words/texts';
import { PORT_FAULTS } from './port-faults';

/** Of so many texts is known that they were told. */
const MOST_TOLD = 50;

/** What is wrong with a device that is read all the same, each text told once: on the node, and in the event log, where people look for it. */
export class DeviceProblems {
    /** By the text on the node. */
    private readonly told = new Map<string, UpsErrorCode>();

    /** @param changed called when another problem stands */
    constructor(
        private readonly RED: NodeAPI,
        private readonly node: Node,
        private readonly unitNode: Pick<UpsUnitNode, 'site'> | null,
        private readonly changed: () => void,
    ) {}

    /** The problem that the node's status shows. */
    get standing(): UpsErrorCode | undefined {
        return [...this.told.values()].find((code) => PORT_FAULTS.includes(code));
    }

    warn(error: unknown): void {
        const text = errorText(this.RED, error);
        if (this.told.has(text)) return;
        this.told.set(text, asUpsError(error, 'protocol').code);
        const [oldest] = this.told.keys();
        if (this.told.size > MOST_TOLD) this.told.delete(oldest!);
        this.node.warn(text);
        logProblem(this.RED, this.node, this.unitNode, 'warning', error);
        this.changed();
    }

    over(codes: readonly UpsErrorCode[]): void {
        for (const [text, code] of this.told) if (codes.includes(code)) this.told.delete(text);
        this.changed();
    }
}

/** An entry of the event log for a problem of a device node. */
export function logProblem(
    RED: NodeAPI,
    node: Node,
    unitNode: Pick<UpsUnitNode, 'site'> | null,
    level: 'warning' | 'error',
    error: unknown,
): void {
    unitNode?.site?.store.append({
        at: flowOf(RED).clock.now(),
        kind: 'system',
        level,
        source: node.name || node.type,
        text: errorText(RED, error),
        nodeId: node.id,
    });
}
