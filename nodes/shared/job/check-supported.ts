import type { Node, NodeAPI } from 'node-red';
import { assertSupported } from '../../../lib/core/commands/assert-supported';
import type { UpsCommand } from '../../../lib/core/driver';
import type { UpsUnit } from '../../../lib/core/unit/ups-unit';
import { checkSettings } from '../settings/check-settings';
import { whenFlowsStarted } from '../runtime/flow-start';

/**
 * Warns once, after the first reading of a UPS after a deploy, if its device does not support a job's command, so that people know it
 * before an outage.
 * @param order the unit, and the command or a check that throws; undefined if they are known only when the job runs; an error that it
 * throws is reported elsewhere
 */
export function checkSupported(
    RED: NodeAPI,
    node: Node,
    order: () => { unit: UpsUnit; command: UpsCommand } | { unit: UpsUnit; check(): void } | undefined,
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
        const { unit } = asked;
        const check = 'check' in asked ? asked.check : () => assertSupported(unit, asked.command);
        unfollow = unit.onStatus(() => {
            unfollow();
            checkSettings(RED, node, check);
        });
    });
}
