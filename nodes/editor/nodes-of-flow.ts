import type { EditorNode } from './red';

/** The name of the config node `id`, or an empty string. */
export function nameOf(id: unknown): string {
    return RED.nodes.node(id)?.name || '';
}

/** The label of the node `id`, or an empty string. */
export function labelOf(id: unknown): string {
    const node = RED.nodes.node(id);
    return node ? RED.utils.getNodeLabel(node, node.type) : '';
}

/** What the palette calls a type of nodes. */
export function paletteLabelOf(type: string): string {
    const definition = RED.nodes.getType(type);
    const label: unknown = definition?.paletteLabel;
    const text: unknown = typeof label === 'function' ? label.call(definition) : label;
    return typeof text === 'string' && text ? text : type;
}

/** Shows the node `id` on the canvas, or the dialog of a config node. */
export function reveal(id: string): void {
    const node = RED.nodes.node(id);
    if (!node) return;
    if (node._def?.category === 'config') RED.editor.editConfig('', node.type, node.id);
    else RED.view.reveal(node.id);
}

/** The site of the node `id`: its own, that of its UPS, or the only site. */
export function siteNodeOf(id: unknown): EditorNode | undefined {
    const node = RED.nodes.node(id);
    const sites = configsOf('ups-site').filter(({ d }) => !d);
    const chosen = node?.site || RED.nodes.node(node?.ups)?.site;
    return sites.find((site) => site.id === chosen) ?? onlyOf(sites);
}

/** The config nodes of a type to choose from in a table: each with its id and its label. */
export function choicesOf(type: string): (readonly [id: string, label: string])[] {
    return configsOf(type).map(({ id }) => [id, labelOf(id)] as const);
}

/** The id of a config node, which a flow written by hand may call by its name; as it stands where there is none, or several. */
export function idOfNamed(type: string, told: unknown): unknown {
    const named = configsOf(type).filter(({ id, name }) => id === told || (told !== '' && name === told));
    return named.length === 1 ? named[0]!.id : told;
}

/** The only config node of a type that the flow `z` can use; undefined if there is none, or several. */
export function onlyConfig(type: string, z: unknown): EditorNode | undefined {
    return onlyOf(configsOf(type).filter((node) => !node.d && (!node.z || node.z === z)));
}

export function configsOf(type: string): EditorNode[] {
    const found: EditorNode[] = [];
    RED.nodes.eachConfig((node) => {
        if (node.type === type) found.push(node);
    });
    return found;
}

export function onlyOf<T>(list: readonly T[]): T | undefined {
    return list.length === 1 ? list[0] : undefined;
}
