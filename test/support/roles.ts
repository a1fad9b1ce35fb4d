import { declaredRoles } from '../../lib/flow/graph/declared-roles';
import type { NodeRoles } from '../../lib/flow/graph/node-role';
import { NODE_ROLES } from '../../lib/flow/graph/roles';
import { allDeclarations } from './frozen/declarations';

/** What each node of this package is to the graph. */
export const ROLES: NodeRoles = { ...NODE_ROLES, ...declaredRoles(allDeclarations) };
