import { isShown, readLeniently } from '../../../lib/core/settings';
import { declarationOf } from './declarations';
import type { FlowNode } from '../../nodes/editor/dialogs';
import { RecordedNodes } from '../recorded-nodes';
import { BuiltDialogs } from './built-dialogs';
import { SECRETS } from './judge';

/** What the runtime makes of each node of a flow: its settings by their names, as far as they can be seen. */
export type SettingsOfFlow = Record<string, Record<string, unknown>>;

const isOurs = ({ type }: FlowNode) => /^ups-/.test(type);
const isConfig = (node: FlowNode) => isOurs(node) && node.z === undefined;

/** Loads whole flows, as the editor does and as the runtime does. */
export class FlowLoader {
    private readonly dialogs = new BuiltDialogs([]);
    private readonly runtime: RecordedNodes;

    /** @param all nodes of every flow that is to be loaded: the config nodes among them are made once */
    constructor(all: readonly FlowNode[]) {
        this.runtime = new RecordedNodes(all.filter(isConfig));
    }

    destroy(): void {
        this.runtime.destroy();
    }

    /** What the editor marks with a red triangle, and why. */
    redNodes(nodes: readonly FlowNode[]): string[] {
        this.dialogs.hold(nodes);
        return nodes.filter(isOurs).flatMap((node) =>
            Object.keys(this.dialogs.of(node.type).defaults).flatMap((property) => {
                const problem = this.dialogs.problem(node, property);
                return problem ? [`${node.type} ${node.id}.${property}: ${problem}`] : [];
            }),
        );
    }

    /** Makes each node. @returns what they complain of, and the settings that they run with */
    run(nodes: readonly FlowNode[]): { errors: string[]; settings: SettingsOfFlow } {
        const settings: SettingsOfFlow = {};
        const errors: string[] = [];
        for (const node of nodes.filter(isOurs)) {
            const id = isConfig(node) ? `${node.id}-again` : node.id;
            const made = this.runtime.read({ ...node, id, credentials: SECRETS });
            errors.push(...made.errors.map((text) => `${node.type} ${node.id}: ${text}`));
            const got = made.readings.filter(({ got: each }) => each !== undefined);
            if (got.length > 0)
                settings[node.id] = Object.fromEntries(got.map(({ property, got: each }) => [property, each]).sort());
        }
        return { errors, settings };
    }
}

/**
 * What nodes ran with and do not any more. What is seen of them today, and was not then, is no difference; nor is what no node of the flow
 * sets: columns of a table, and what the runtime alone decides.
 */
export function settingsChanged(was: SettingsOfFlow, now: SettingsOfFlow, nodes: readonly FlowNode[]): string[] {
    const byId = new Map(nodes.map((node) => [node.id, node]));
    return Object.entries(was).flatMap(([id, settings]) =>
        Object.entries(settings).flatMap(([property, value]) => {
            if (!(property in (byId.get(id) ?? {}))) return [];
            const today = now[id]?.[property];
            // What its siblings make count no more is its default, and a host that names its port was taken for the port.
            if (!counts(byId.get(id)!, property) || isAsStored(byId.get(id)!, property, today)) return [];
            const same = JSON.stringify(today) === JSON.stringify(value);
            return same ? [] : [`${id}.${property}: was ${JSON.stringify(value)}, now ${JSON.stringify(today)}`];
        }),
    );
}

function counts(node: FlowNode, property: string): boolean {
    const declaration = declarationOf(node.type);
    if (!declaration) return true;
    const settings = readLeniently(declaration, node) as Record<string, unknown>;
    return isShown(declaration, property, (sibling) => settings[sibling]);
}

function isAsStored(node: FlowNode, property: string, today: unknown): boolean {
    return typeof today !== 'object' && String(node[property] as string) === String(today as string);
}
