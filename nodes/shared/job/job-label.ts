import type { NodeAPI, NodeDef } from 'node-red';
import type { Words } from '../../../lib/core/language/words';
import { labelOf, type Declaration, type GivenSettings, type LabelWords } from '../../../lib/core/settings';

/**
 * The label of a job in log and messages: its name, or that of the canvas, in the language of its site. It is made once in each language, unless it
 * has the name of another node in it, which may change.
 */
export function jobLabel(RED: NodeAPI, config: NodeDef, declaration: Declaration): (words: Words) => string {
    const made = new WeakMap<Words, string>();
    return (words) => {
        const known = made.get(words);
        if (known !== undefined) return known;
        let lasts = true;
        const label = labelIn(config, declaration, {
            t: (key, data) => words.say(`${declaration.type}.${key}`, data),
            nameOf: (id) => {
                lasts = false;
                return (RED.nodes.getNode(id) as { name?: string } | null)?.name ?? '';
            },
        });
        if (lasts) made.set(words, label);
        return label;
    };
}

export function labelIn(config: NodeDef, declaration: Declaration, words: LabelWords): string {
    if (config.name) return config.name;
    const { type } = declaration;
    const label = labelOf(declaration, config as unknown as GivenSettings, words) || words.t('palette');
    // A missing text is returned as its key.
    return label.includes(`${type}.`) ? type : label;
}
