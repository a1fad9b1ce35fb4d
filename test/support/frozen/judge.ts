import { setImmediate } from 'node:timers/promises';
import { UpsError } from '../../../lib/core/errors';
import { isShown, readLeniently, readSettings } from '../../../lib/core/settings';
import { declarationOf } from './declarations';
import { flows } from './node-red-flows';
import { catalogue } from '../../nodes/editor/contract';
import type { FlowNode } from '../../nodes/editor/dialogs';
import { RecordedNodes, type Reading } from '../recorded-nodes';
import { BuiltDialogs } from './built-dialogs';

/** What stands for a property that a node does not have. */
export const MISSING = '-';
/** Environment variables that a flow may name. */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
    RIDETHROUGH_SPEC_WORD: 'word',
    RIDETHROUGH_SPEC_NUMBER: '7',
    RIDETHROUGH_SPEC_TRUE: 'true',
    RIDETHROUGH_SPEC_EMPTY: '',
};

/** Credentials of any node: they are in no flow. */
export const SECRETS = {
    ...{ password: 'secret', user: 'ops', community: 'public' },
    secret: 'a secret that is long enough',
};

const asDeployed = (node: FlowNode): FlowNode => ({ credentials: SECRETS, ...node, id: 'under-test' });

/** Judges a node as the dialog does, and as the runtime does that starts it. */
export class Judge {
    readonly dialogs: BuiltDialogs;
    private readonly runtime: RecordedNodes;

    /** @param nodes the flow around the node */
    constructor(nodes: readonly FlowNode[]) {
        this.dialogs = new BuiltDialogs([...nodes, { id: 'tls', type: 'tls-config' }]);
        const isConfig = ({ type }: FlowNode) => /^ups-/.test(type) && this.dialogs.of(type).category === 'config';
        this.runtime = new RecordedNodes(nodes.filter(isConfig));
    }

    /** The bounds that the runtime names when it reads `node`. */
    readings(node: FlowNode): Reading[] {
        return this.runtime.read(asDeployed(node)).readings;
    }

    destroy(): void {
        this.runtime.destroy();
    }

    /**
     * What dialog and runtime say of `base` with `value` (JSON, or MISSING) as its `property`, e.g. `ok | ok 5`, where = is the value itself. The dialog: `ok`, or the key of its
     * sentence. The runtime: `ok` and what it made of the value, where that can be seen, or the code, the property and what was expected.
     */
    async verdict(base: FlowNode, property: string, value: string): Promise<string> {
        const { [property]: _, ...without } = base;
        const node = (value === MISSING ? without : { ...base, [property]: JSON.parse(value) as unknown }) as FlowNode;
        const verdict = `${this.dialogs.problem(node, property) || 'ok'} | ${this.atRuntime(node, property)}`;
        // A site closes its store, and a module its line, in a while.
        await setImmediate();
        return verdict;
    }

    /** Whether a setting counts, as its siblings are; it always does in a node that does not declare itself. */
    counts(node: FlowNode, property: string): boolean {
        const declaration = declarationOf(node.type);
        if (!declaration) return true;
        const settings = readLeniently(declaration, node) as Record<string, unknown>;
        return isShown(declaration, property, (sibling) => settings[sibling]);
    }

    private atRuntime(given: FlowNode, property: string): string {
        const node = flows.withEnvironment(asDeployed(given), ENVIRONMENT);
        try {
            const { errors, readings, made } = this.runtime.read(node);
            const shown = site(made, property);
            if (errors.length > 0)
                return (
                    [...new Set(errors.map((each) => coded(each, node.type, property) ?? ownRule(node) ?? CRASH))].join(
                        '; ',
                    ) + (shown && ` → ${shown}`)
                );
            if (shown) return `ok ${shown}`;
            const reading = declaredReading(node, property) ?? readings.find((each) => each.property === property);
            if (reading === undefined) return 'ok';
            return Object.is(reading.got, node[property]) ? 'ok =' : `ok ${JSON.stringify(reading.got) ?? 'nothing'}`;
        } catch {
            return CRASH;
        }
    }
}

/** A rule that a node type has of its own is told in words of its own, without a code. */
function ownRule(node: FlowNode): string | undefined {
    const declaration = declarationOf(node.type);
    if (!declaration) return undefined;
    const { credentials, ...config } = node;
    try {
        readSettings(declaration, config, credentials as object);
        return undefined;
    } catch (error) {
        if (!(error instanceof UpsError)) throw error;
        const { property, rule } = error.data;
        return `${error.code} ${String(property)} ${String(rule)}`;
    }
}

/** What a declared node has made of a setting. */
function declaredReading(node: FlowNode, property: string): Pick<Reading, 'got'> | undefined {
    const declaration = declarationOf(node.type);
    if (!declaration) return undefined;
    const { credentials, ...config } = node;
    try {
        const got = (readSettings(declaration, config, credentials as object) as Record<string, unknown>)[property];
        return typeof got === 'object' ? undefined : { got };
    } catch (error) {
        if (error instanceof UpsError) return undefined;
        throw error;
    }
}

/** What is no `UpsError`: the node would not start, or its log would show an error of the program. */
const CRASH = 'crash';

/** A site goes on with wrong settings: what it has made of them. */
function site(made: object, property: string): string {
    const { runtime } = made as { runtime?: Record<string, unknown> };
    return runtime && SITE.includes(property) ? JSON.stringify(runtime[property]) : '';
}
const SITE = ['dryRun'];

/** An error as `RecordedNodes` tells it: key and data. */
function coded(text: string, type: string, tested: string): string | undefined {
    const [, code, json] = /errors\.([\w-]+) (\{.*\})$/s.exec(text) ?? [];
    if (!code || !json) return undefined;
    const { property: shown, expected, rule: _, ...rest } = JSON.parse(json) as Record<string, unknown>;
    // People read the label of a setting; the frozen verdicts name it as the flow does.
    const property = shown === undefined ? undefined : propertyOf(type, tested, String(shown));
    const more = property === undefined ? Object.keys(rest) : [];
    return [code, property, expected === undefined ? undefined : bounds(String(expected)), ...more]
        .filter((part) => part !== undefined)
        .join(' ');
}

/** The property with this label, or else with this name; where several have it, the tested one. */
function propertyOf(type: string, tested: string, shown: string): string {
    const own = { ...labelsOf('ridethrough-editor', 'job'), ...labelsOf(type, type) };
    const named = Object.keys(own).filter((property) => own[property] === shown);
    return named.includes(tested) ? tested : (named[0] ?? shown);
}

const labels = new Map<string, Record<string, unknown>>();

/** The labels in a group of a catalogue; a round asks for them some ten thousand times. */
function labelsOf(file: string, group: string): Record<string, unknown> {
    const known = labels.get(`${file} ${group}`);
    if (known) return known;
    const read = (catalogue('en-US', file)[group] as { label?: Record<string, unknown> } | undefined)?.label ?? {};
    labels.set(`${file} ${group}`, read);
    return read;
}

/** Bounds are spelt in two ways. */
const bounds = (expected: string) => expected.replace(/(-?[\d.]+) (?:to|…) (-?[\d.]+|Infinity)/g, '$1..$2');
