import { createRequire } from 'node:module';
import type { FlowNode } from '../../nodes/editor/dialogs';

const nodeRed = createRequire(require.resolve('node-red'));
const runtime = createRequire(nodeRed.resolve('@node-red/runtime'));

interface FlowUtil {
    mapEnvVarProperties(config: object, property: string, flow: object, node: object): void;
}

export const flows = {
    /** As Node-RED does before it makes a node: `${NAME}` becomes the variable, and stays as it is where there is none. */
    withEnvironment(node: FlowNode, environment: Readonly<Record<string, string>>): FlowNode {
        const { mapEnvVarProperties } = runtime('./flows/util') as FlowUtil;
        const copy = structuredClone(node);
        const getSetting = (name: string) => environment[name];
        const flow = { getSetting, getGroupNode: () => ({ getSetting }) };
        for (const property of Object.keys(copy)) mapEnvVarProperties(copy, property, flow, copy);
        return copy;
    },
};
