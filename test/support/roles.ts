import { declaredRoles } from '../../lib/flow/graph/declared-roles';
import type { NodeRoles } from '../../lib/flow/graph/node-role';
import { allDeclarations } from './frozen/declarations';

/** What each node of this package is to the graph. */
export const ROLES: NodeRoles = declaredRoles(allDeclarations);
