import { EventEmitter } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FlowNode } from '../nodes/editor/dialogs';
import { manifest, root } from '../nodes/editor/contract';

/** How the runtime has read one setting. */
export interface Reading {
    kind: 'number' | 'choice' | 'tick' | 'parsed';
    property: string;
    /** What it is where the setting is missing; undefined: nothing. */
    otherwise: unknown;
    min?: number;
    max?: number;
    whole?: boolean;
    allowed?: readonly string[];
    /** What the node got; undefined: nothing, or it was refused. */
    got?: unknown;
}

type Reader = (property: string, value: unknown, ...more: unknown[]) => unknown;
type Module = Record<string, Reader>;

const NUMBERS = join(root, 'nodes', 'shared', 'settings', 'numbers.ts');
const SETTINGS = join(root, 'lib', 'protocols', 'shared', 'setting-number.ts');

/** Load protocols with the first node that needs them. */
const PROTOCOLS = join(root, 'nodes', 'shared', 'device', 'protocols.ts');

/** Reads all settings of a node that declares them. */
const PARSER = join(root, 'lib', 'core', 'settings', 'read.ts');

/** How the arguments of each reader after property and value become a reading. */
const READERS: Record<string, (...more: never[]) => Omit<Reading, 'property'>> = {
    optionalNumber: (min = -Infinity, max = Infinity) => ({ kind: 'number', otherwise: undefined, min, max }),
    optionalWhole: (min: number, max: number) => ({ kind: 'number', otherwise: undefined, min, max, whole: true }),
    numberOr: (otherwise: number, min = 0, max = Infinity) => ({ kind: 'number', otherwise, min, max }),
    wholeOr: (otherwise: number, min: number, max: number) => ({ kind: 'number', otherwise, min, max, whole: true }),
    settingNumber: (otherwise: number, min: number, max: number, whole: boolean) => ({
        kind: 'number',
        otherwise,
        min,
        max,
        whole,
    }),
    settingChoice: (allowed: string[], otherwise: string) => ({ kind: 'choice', otherwise, allowed }),
};

/**
 * The nodes of the package on a runtime that starts nothing: they read their settings, and that is all. They are loaded anew, with ears in the
 * modules that read settings.
 */
export class RecordedNodes {
    private readonly types = new Map<string, new (config: object) => object>();
    private readings: Reading[] = [];
    private errors: string[] = [];
    /** For `after`. */
    destroy(): void {
        for (const each of this.made.values()) close(each);
        this.made.clear();
        rmSync(this.userDir, { recursive: true, force: true });
    }

    private made = new Map<string, EventEmitter>();
    /** One for all nodes of a runtime, as in Node-RED. */
    private readonly bus = new EventEmitter().setMaxListeners(0);
    private readonly userDir = mkdtempSync(join(tmpdir(), 'ridethrough-recorded-'));

    /** @param configs config nodes that others may need */
    constructor(configs: readonly FlowNode[]) {
        const ours = () =>
            Object.keys(require.cache).filter((file) => /^(nodes|lib)\//.test(file.slice(root.length + 1)));
        const kept = ours().map((file) => [file, require.cache[file]] as const);
        for (const file of ours()) delete require.cache[file];
        try {
            for (const file of [NUMBERS, SETTINGS].filter((each) => existsSync(each))) {
                const listened = this.listened(require(file) as Module);
                require.cache[file]!.exports = listened;
            }
            if (existsSync(PARSER)) {
                const listened = this.parserListened(require(PARSER) as Module);
                require.cache[PARSER]!.exports = listened;
            }
            for (const built of Object.values(manifest['node-red'].nodes)) {
                const source = built.replace(/^dist\//, '').replace(/\.js$/, '.ts');
                const loaded = require(join(root, source)) as { default?: unknown };
                ((loaded.default ?? loaded) as (RED: object) => void)(this.red());
            }
            for (const load of Object.values(require(PROTOCOLS) as Record<string, () => unknown>)) load();
        } finally {
            for (const file of ours()) delete require.cache[file];
            for (const [file, module] of kept) require.cache[file] = module;
        }
        for (const config of configs) this.make(config);
    }

    /** What is read of a node, what it complains of, and the node itself, closed. */
    read(node: FlowNode): { readings: Reading[]; errors: string[]; made: object } {
        this.readings = [];
        this.errors = [];
        try {
            this.make(node);
            return { readings: this.readings, errors: this.errors, made: this.made.get(node.id)! };
        } finally {
            const made = this.made.get(node.id);
            if (made) close(made);
            this.made.delete(node.id);
        }
    }

    private make(config: FlowNode): void {
        const Type = this.types.get(config.type);
        if (!Type || this.made.has(config.id)) return;
        const node = Object.assign(Object.create(Type.prototype as object) as EventEmitter, {
            credentials: config.credentials,
        });
        EventEmitter.call(node as never);
        this.made.set(config.id, node);
        (Type as unknown as (this: object, config: object) => void).call(node, config);
    }

    private listened(module: Module): Module {
        const wrapped: Module = {};
        for (const [name, read] of Object.entries(module)) {
            const reader = READERS[name];
            if (!reader) {
                wrapped[name] = read;
                continue;
            }
            wrapped[name] = (property, value, ...more) => {
                const reading: Reading = { property, ...reader(...(more as never[])) };
                this.readings.push(reading);
                return (reading.got = read(property, value, ...more));
            };
        }
        return wrapped;
    }

    private parserListened({ readSettings, readOrDefaults, ...others }: Module): Module {
        const heard = (settings: object) => {
            for (const [property, got] of Object.entries(settings))
                this.readings.push({ kind: 'parsed', property, otherwise: undefined, got });
        };
        const parse: Reader = (...given) => {
            const settings = readSettings!(...given) as object;
            heard(settings);
            return settings;
        };
        const parseOn: Reader = (...given) => {
            const read = readOrDefaults!(...given) as { settings: object };
            heard(read.settings);
            return read;
        };
        return { ...others, readSettings: parse, readOrDefaults: parseOn };
    }

    private red(): object {
        const { errors, types } = { errors: () => this.errors, types: this.types };
        const quiet = () => {};
        return {
            _: (key: string, data?: object) => `${key} ${JSON.stringify(data ?? {})}`,
            auth: { needsPermission: () => quiet },
            comms: { publish: quiet },
            events: this.bus,
            httpAdmin: { get: quiet, post: quiet, use: quiet, put: quiet, delete: quiet },
            plugins: { registerPlugin: quiet, get: quiet, getByType: () => [] },
            settings: { userDir: this.userDir },
            util: {},
            nodes: {
                createNode(node: Record<string, unknown>, { id, type, name, z }: FlowNode) {
                    const error = (text: unknown) => void errors().push(String(text));
                    Object.assign(node, {
                        id,
                        type,
                        name,
                        z,
                        error,
                        warn: quiet,
                        log: quiet,
                        status: quiet,
                        send: quiet,
                    });
                },
                eachNode: quiet,
                getNode: (id: string) => this.made.get(id) ?? null,
                registerType: (type: string, made: { prototype: object }) => {
                    Object.setPrototypeOf(made.prototype, EventEmitter.prototype);
                    types.set(type, made as never);
                },
            },
        };
    }
}

/** As Node-RED does: by the number of parameters. */
function close(node: EventEmitter): void {
    const done = () => {};
    for (const listener of node.listeners('close')) {
        if (listener.length > 1) listener(false, done);
        else listener(done);
    }
}
