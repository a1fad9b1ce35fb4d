import type { NodeAPI } from 'node-red';
import { asUpsError, UpsError } from '../../../lib/core/errors';
import type { AuxModule } from '../../../lib/protocols/aux/aux-module';
import type { UpsAuxModuleNode } from './config-nodes';
import { flowOf, type SiteRuntime } from '../runtime/flow-of';
import { wordsOf } from '../words/site-words';
import { errorText } from '../words/texts';

/** The failure of each module that is already logged, by any of its inputs; empty if it answers. */
const told = new WeakMap<AuxModule, string>();

/**
 * The running relay module of a node's settings.
 * @throws UpsError config-missing: none is chosen, or it is not deployed; module-faulty: its own settings are invalid, with the reason
 */
export function auxModuleNode(RED: NodeAPI, id: string | undefined): UpsAuxModuleNode & { module: AuxModule } {
    const node = id ? (RED.nodes.getNode(id) as UpsAuxModuleNode | null) : null;
    if (node?.module) return node as UpsAuxModuleNode & { module: AuxModule };
    if (node?.fault === undefined) throw new UpsError('config-missing', { property: 'module' });
    const { code, data } = asUpsError(node.fault, 'config-invalid');
    throw new UpsError('module-faulty', { ...data, module: node.name || node.id, code }, { cause: node.fault });
}

/** Logs why a module does not answer: once, not at each poll, and not for each of its inputs. */
export function logModuleFailure(RED: NodeAPI, module: AuxModule, site: SiteRuntime | undefined, nodeId: string): void {
    const { failure } = module;
    const log = site?.store;
    const words = wordsOf(RED, site);
    const text = failure ? errorText(words, new UpsError(failure.code as never, failure.data)) : '';
    if (!log || (told.get(module) ?? '') === text) return;
    told.set(module, text);
    if (!text) return;
    log.append({ at: flowOf(RED).clock.now(), kind: 'system', level: 'warning', source: module.name, text, nodeId });
}
