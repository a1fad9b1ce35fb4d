import { readLeniently, type Declaration } from '../../core/settings';
import type { FlowNode } from './flow-node';
import type { NodeRole, NodeRoles } from './node-role';

/** The roles from the declarations; see `Role`. An invalid setting counts as its default. */
export function declaredRoles(declarations: readonly Declaration[]): NodeRoles {
    return Object.fromEntries(
        declarations.flatMap((declaration) => {
            const { type, role } = declaration;
            return role ? [[type, roleOf(declaration, role)] as const] : [];
        }),
    );
}

function roleOf(declaration: Declaration, role: NonNullable<Declaration['role']>): NodeRole {
    const { job, source, eventPrefix } = role;
    return {
        ...(job && { job: (node: FlowNode) => job(readLeniently(declaration, node)) }),
        ...(source && {
            source: (node: FlowNode) => ({ source: node.id, ...source(readLeniently(declaration, node)) }),
        }),
        ...(eventPrefix !== undefined && { eventPrefix }),
    };
}
