import { nodesOf, validateFlow as validate, type FlowFault, type ValidateOptions } from '../lib/core/settings';
import type { FlowNode } from '../lib/flow/graph/flow-node';
import type { Wires } from '../lib/flow/plan/wires';
import { declaredNodes } from './declared-nodes';
import { wiresOf } from './shared/runtime/running-wires';

// The exports for programs that require this package: Ridethrough without Node-RED, the check of a flow, and its wires for a plan.
export * from '../lib/index';
export type { FlowFault, ValidateOptions } from '../lib/core/settings';
export { declaredNodes } from './declared-nodes';

/**
 * All faults in the settings of this package's nodes in a flow, as the editor and the nodes would report them; an empty list if there are
 * none. The codes are those of the runtime: `config-missing`, `config-invalid`; `rule` gives details.
 * @param flow an array of nodes as Node-RED exports it, or `{flows: [...]}` of its admin API
 * @throws TypeError when `flow` is neither
 */
export function validateFlow(flow: unknown, options: ValidateOptions = {}): FlowFault[] {
    return validate(flow, declaredNodes(), options);
}

/**
 * The wires of an exported flow: every event, and the jobs behind it. With them, `Flow.plan()` tells what would run: see `FlowOptions.wires`.
 * @param flow as for `validateFlow`
 * @throws TypeError when `flow` is neither
 */
export function flowWires(flow: unknown): Wires {
    return wiresOf(nodesOf(flow).map((node) => node as FlowNode));
}
