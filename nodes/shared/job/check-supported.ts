import type { Node, NodeAPI } from 'node-red';
import { assertSupported } from '../../../lib/core/commands/assert-supported';
import type { UpsCommand } from '../../../lib/core/driver';
import type { UpsUnit } from '../../../lib/core/unit/ups-unit';
import { checkSettings } from '../settings/check-settings';
import { whenFlowsStarted } from '../runtime/flow-start';

/**
 * Tells once, when the device of a UPS was read for the first time after a deploy, that it cannot do what a job is for: not only when the mains
 * fail.
 * @param order which unit is asked for what; undefined: that is known only when the job runs. What it throws is told elsewhere.
 */
export function checkSupported(
    RED: NodeAPI,
    node: Node,
    order: () => { unit: UpsUnit; command: UpsCommand } | undefined,
): void {
    let unfollow = () => {};
    node.on('close', () => unfollow());
    whenFlowsStarted(RED, node, () => {
        let asked: ReturnType<typeof order>;
        try {
            asked = order();
        } catch {
            return;
        }
        if (!asked) return;
        const { unit, command } = asked;
        unfollow = unit.onStatus(() => {
            unfollow();
            checkSettings(RED, node, () => assertSupported(unit, command));
        });
    });
}
