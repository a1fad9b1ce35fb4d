import { validateFlow as validate, type FlowFault, type ValidateOptions } from '../lib/core/settings';
import { declaredNodes } from './declared-nodes';

// What a program gets that requires this package: Ridethrough without Node-RED, and what its nodes say of a flow.
export * from '../lib/index';
export type { FlowFault, ValidateOptions } from '../lib/core/settings';
export { declaredNodes } from './declared-nodes';

/**
 * Everything that is wrong with the settings of this package's nodes in a flow, as the editor and the nodes themselves would say: an empty list
 * where nothing is. The same codes as at runtime: `config-missing`, `config-invalid`; `rule` says more.
 * @param flow an array of nodes as Node-RED exports it, or `{flows: [...]}` of its admin API
 * @throws TypeError when `flow` is neither
 */
export function validateFlow(flow: unknown, options: ValidateOptions = {}): FlowFault[] {
    return validate(flow, declaredNodes(), options);
}
