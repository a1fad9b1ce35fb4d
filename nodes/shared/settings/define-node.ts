import type { Node, NodeAPI, NodeDef } from 'node-red';
import { faultError, readOrDefaults, readSettings, type Declaration } from '../../../lib/core/settings';
import { errorText } from '../words/texts';
import { checkSettings } from './check-settings';

/** A node and its settings. */
export interface NodeInstance<S> {
    node: Node;
    settings: S;
    /** The stored node, for properties that are not settings, such as its wires. */
    config: NodeDef;
}

/**
 * Registers a node type with its declared credentials. `make` gets the checked settings. If they are invalid, the node shows it, reports
 * what a person can do, and does nothing.
 */
export function defineNode<S>(RED: NodeAPI, declaration: Declaration<S>, make: (made: NodeInstance<S>) => void): void {
    registerDeclared(RED, declaration, (node, config) => {
        const read = () => readSettings(declaration, config, node.credentials as object | undefined);
        const settings = checkSettings(RED, node, read);
        if (settings !== undefined) make({ node, settings, config });
    });
}

/** The settings of a node that works on despite faults: each fault is reported at the deploy, and the default is used. */
export function settingsOrDefaults<S>(RED: NodeAPI, node: Node, declaration: Declaration<S>, config: NodeDef): S {
    const { settings, faults } = readOrDefaults(declaration, config, node.credentials as object | undefined);
    for (const fault of faults) node.error(errorText(RED, faultError(fault, declaration)));
    return settings;
}

/** Registers a node type with its declared credentials; `make` reads the settings itself. */
export function registerDeclared<S>(
    RED: NodeAPI,
    declaration: Declaration<S>,
    make: (node: Node, config: NodeDef) => void,
): void {
    function DeclaredNode(this: Node, config: NodeDef) {
        // In place: Node-RED has hidden properties in it.
        config.name = nodeName(config);
        RED.nodes.createNode(this, config);
        make(this, config);
    }
    RED.nodes.registerType(declaration.type, DeclaredNode as never, {
        credentials: credentialsOf(declaration) as never,
    });
}

/** A program may write anything into a flow; a log entry takes only texts. */
function nodeName({ name }: { name?: unknown }): string {
    return typeof name === 'string' || typeof name === 'number' ? String(name) : '';
}

function credentialsOf<S>({ fields }: Declaration<S>): Record<string, { type: 'text' | 'password' }> {
    const secret = Object.entries(fields).flatMap(([property, { options }]) =>
        options.credential ? [[property, { type: options.credential }] as const] : [],
    );
    return Object.fromEntries(secret);
}
