import { validateFlow as validate, type FlowFault, type ValidateOptions } from '../lib/core/settings';
import { declaredNodes } from './declared-nodes';

// The exports for programs that require this package: Ridethrough without Node-RED, and the check of a flow.
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
