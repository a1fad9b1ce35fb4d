import type { NodeAPI, NodeDef } from 'node-red';
import type { Words } from '../../../lib/core/language/words';
import { labelOf, type Declaration, type GivenSettings, type LabelWords } from '../../../lib/core/settings';

/** The label of a job in log and messages: its name, or that of the canvas, in the language of its site. */
export function jobLabel(RED: NodeAPI, words: Words, config: NodeDef, declaration: Declaration): string {
    return labelIn(config, declaration, {
        t: (key, data) => words.say(`${declaration.type}.${key}`, data),
        nameOf: (id) => (RED.nodes.getNode(id) as { name?: string } | null)?.name ?? '',
    });
}

export function labelIn(config: NodeDef, declaration: Declaration, words: LabelWords): string {
    if (config.name) return config.name;
    const { type } = declaration;
    const label = labelOf(declaration, config as unknown as GivenSettings, words) || words.t('palette');
    // A missing text is returned as its key.
    return label.includes(`${type}.`) ? type : label;
}
