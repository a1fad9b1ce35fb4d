/** A node in the editor: its settings are its own properties. */
export interface EditorNode {
    id: string;
    type: string;
    name?: string;
    z?: string;
    d?: boolean;
    /** It differs from the deployed node. */
    changed?: boolean;
    _def?: NodeDefinition;
    /** A text of its own catalogue. */
    _?(key: string, options?: object): string;
    [setting: string]: unknown;
}

export interface PropertyDefinition {
    value?: unknown;
    type?: string;
    required?: boolean;
    validate?: unknown;
}

/** The definition from `registerType`. */
export interface NodeDefinition {
    category?: string;
    defaults?: Record<string, PropertyDefinition>;
    credentials?: Record<string, unknown>;
    oneditprepare?: (this: EditorNode) => void;
    [property: string]: unknown;
}

interface EditorPlugin {
    type: string;
    onadd?(): void;
}

interface SidebarTab {
    id: string;
    name: string;
    label: string;
    content: JQuery;
    iconClass: string;
    enableOnEdit: boolean;
    onchange?(): void;
}

/** The parts of Node-RED's editor API that the plugin uses. */
export interface EditorRed {
    _(key: string, options?: object): string;
    nodes: {
        node(id: unknown): EditorNode | null | undefined;
        getType(type: string): NodeDefinition | null | undefined;
        eachNode(each: (node: EditorNode) => void): void;
        eachConfig(each: (node: EditorNode) => void): void;
        filterLinks(filter: { target: EditorNode }): { source: EditorNode }[];
        createCompleteNodeSet(options: { credentials: boolean }): EditorNode[];
    };
    events: { on(event: string, listener: (...args: never[]) => void): void };
    plugins: { registerPlugin(id: string, plugin: EditorPlugin): void };
    editor: {
        editConfig(name: string, type: string, id: string): void;
        getEditStack?(): EditorNode[];
    };
    view: { reveal(id: string): void };
    utils: { getNodeLabel(node: EditorNode, fallback: string): string };
    sidebar: { addTab(tab: SidebarTab): void; show(id: string): void };
    actions: { add(name: string, action: () => void): void };
    comms: { subscribe(topic: string, listener: (topic: string, message: never) => void): void };
    notify(message: string, type: string): void;
}
