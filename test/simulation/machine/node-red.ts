import { EventEmitter } from 'node:events';
import type { VirtualTime } from '../kernel/virtual-time';
import { copyOf } from './copy';
import type { Life } from './process-globals';

/** A node as it stands in a flow. */
export interface FlowNode {
    id: string;
    type: string;
    name?: string;
    z?: string;
    wires?: string[][];
    links?: string[];
    credentials?: Record<string, string>;
    [setting: string]: unknown;
}

export type DeployType = 'full' | 'flows' | 'nodes';

type Message = Record<string, unknown>;
type Callback = (...args: never[]) => void;

export interface NodeRedHooks {
    /** A message has been handed to a node. */
    delivered(from: FlowNode, to: FlowNode, message: Message): void;
    /** A node has complained. */
    complained(node: FlowNode, text: string): void;
}

/** Types that hand on what they get; whatever else is not of this package takes it and does nothing. */
const PASSING = new Set(['link in', 'junction', 'group', 'delay']);
const CLOSE_LIMIT_MS = 15_000;

/**
 * As much of Node-RED as its nodes see: registration, messages that arrive a turn later, deploys that close and make nodes, and drop what is for
 * a node that is being replaced (@node-red/runtime lib/flows, lib/nodes/Node.js).
 */
export class NodeRed {
    private readonly types = new Map<string, new (config: FlowNode) => SimulatedNode>();
    private readonly made = new Map<string, SimulatedNode>();
    private drawn = new Map<string, FlowNode>();
    readonly events = new EventEmitter().setMaxListeners(0);
    deploying = false;

    constructor(
        private readonly time: VirtualTime,
        private readonly life: Life,
        private readonly hooks: NodeRedHooks,
    ) {}

    /** What the modules of the nodes are called with. */
    readonly api = {
        nodes: {
            createNode: (node: SimulatedNode, config: FlowNode) => node.init(this, config),
            registerType: (type: string, made: new (config: FlowNode) => SimulatedNode) => {
                Object.setPrototypeOf(made.prototype, SimulatedNode.prototype);
                this.types.set(type, made);
            },
            getNode: (id: string) => this.made.get(id) ?? null,
            eachNode: (look: (node: FlowNode) => void) => this.drawn.forEach(look),
            getCredentials: (id: string) => this.drawn.get(id)?.credentials,
        },
        events: this.events,
        httpAdmin: { get: () => undefined, post: () => undefined },
        auth: { needsPermission: () => undefined },
        comms: { publish: () => undefined },
        settings: { userDir: '/simulated' },
        plugins: { registerPlugin: () => undefined },
        util: {},
        log: { info: () => undefined, warn: () => undefined, error: () => undefined },
        version: () => '5.0.0',
        _: (key: string) => key,
    };

    start(flows: readonly FlowNode[]): void {
        this.drawn = new Map(flows.map((node) => [node.id, node]));
        this.make(flows);
        this.events.emit('flows:started', {});
    }

    /** @returns once the new nodes stand */
    async deploy(flows: readonly FlowNode[], type: DeployType): Promise<void> {
        this.deploying = true;
        const before = this.drawn;
        const changed = changedNodes(before, flows);
        const after = new Map(flows.map((node) => [node.id, node]));
        const tabs = new Set([...changed].map((id) => after.get(id)?.z).filter((z) => z !== undefined));
        const replaced = [...before.values()].filter(
            (node) => type === 'full' || changed.has(node.id) || (type === 'flows' && tabs.has(node.z ?? '')),
        );
        this.events.emit('flows:stopping', {});
        await this.close(replaced.map(({ id }) => [id, !after.has(id) || after.get(id)!.d === true]));
        if (!this.life.alive) return;
        this.drawn = after;
        for (const node of flows) {
            const standing = this.made.get(node.id);
            if (standing) standing.drawn = node;
        }
        this.make(flows.filter(({ id }) => !this.made.has(id)));
        this.deploying = false;
        this.events.emit('flows:started', {});
    }

    /** An orderly stop of the program. */
    async stop(): Promise<void> {
        this.events.emit('flows:stopping', {});
        await this.close([...this.drawn.keys()].map((id) => [id, false]));
    }

    private make(flows: readonly FlowNode[]): void {
        const first = (node: FlowNode) =>
            node.type === 'ups-site' ? 0 : node.type === 'ups-unit' ? 1 : node.z ? 3 : 2;
        for (const node of [...flows].sort((one, other) => first(one) - first(other))) {
            const Made = this.types.get(node.type);
            if (!Made || node.d === true) continue;
            // Constructors of nodes are plain functions on the prototype of Node.
            const made = Object.create(Made.prototype) as SimulatedNode;
            (Made as unknown as Callback).call(made as never, copyOf(node) as never);
        }
    }

    private async close(nodes: [id: string, removed: boolean][]): Promise<void> {
        const closing = nodes.flatMap(([id, removed]) => {
            const node = this.made.get(id);
            this.made.delete(id);
            return node ? [node.closed(removed, this.time, CLOSE_LIMIT_MS)] : [];
        });
        await Promise.all(closing);
    }

    add(node: SimulatedNode): void {
        this.made.set(node.id, node);
    }

    complained(node: FlowNode, text: unknown): void {
        if (this.life.alive) this.hooks.complained(node, text instanceof Error ? text.message : String(text));
    }

    /** As Node-RED's: the receiver is looked up now and gets the message in a later turn; the first one gets it itself, others a copy. */
    send(from: FlowNode, message: unknown): void {
        if (!this.life.alive || message === null || message === undefined) return;
        const ports = Array.isArray(message) ? message : [message];
        let first = true;
        ports.forEach((port: unknown, index) => {
            for (const each of Array.isArray(port) ? port : [port]) {
                if (each === null || each === undefined) continue;
                for (const id of from.wires?.[index] ?? []) {
                    const told = first ? (each as Message) : (copyOf(each) as Message);
                    first = false;
                    this.pass(from, id, told);
                }
            }
        });
    }

    private pass(from: FlowNode, id: string, message: Message): void {
        const to = this.drawn.get(id);
        const receiver = this.made.get(id);
        if (!to || to.d === true || (this.types.has(to.type) && !receiver)) return;
        this.time.after(0, () => {
            if (!this.life.alive) return;
            this.hooks.delivered(from, to, message);
            if (receiver) receiver.receive(message);
            else if (PASSING.has(to.type)) this.send(to, message);
            else if (to.type === 'link out') {
                for (const link of to.links ?? []) this.pass(to, link, copyOf(message));
            }
        });
    }
}

/** What the constructor of a node finds as `this`. */
export class SimulatedNode {
    declare id: string;
    declare type: string;
    declare name: string;
    declare z: string | undefined;
    declare drawn: FlowNode;
    declare credentials: Record<string, string>;
    declare private host: NodeRed;
    declare private inputs: Callback[];
    declare private closes: Callback[];

    init(host: NodeRed, config: FlowNode): void {
        this.id = config.id;
        this.type = config.type;
        this.name = config.name ?? '';
        this.z = config.z;
        this.drawn = config;
        this.credentials = config.credentials ?? {};
        this.host = host;
        this.inputs = [];
        this.closes = [];
        host.add(this);
    }

    get wires(): string[][] {
        return this.drawn.wires ?? [];
    }

    on(event: string, callback: Callback): void {
        if (event === 'input') this.inputs.push(callback);
        if (event === 'close') this.closes.push(callback);
    }

    send(message: unknown): void {
        this.host.send(this.drawn, message);
    }

    status(): void {}

    error(text: unknown): void {
        this.host.complained(this.drawn, text);
    }

    warn(text: unknown): void {
        this.host.complained(this.drawn, text);
    }

    log(): void {}

    receive(message: Message): void {
        for (const input of this.inputs) {
            try {
                input.call(
                    this as never,
                    message as never,
                    ((told: unknown) => this.send(told)) as never,
                    ((error?: unknown) => error !== undefined && this.error(error)) as never,
                );
            } catch (error) {
                this.error(error);
            }
        }
    }

    /** Resolves when all have let go, or the time is over. */
    async closed(removed: boolean, time: VirtualTime, limitMs: number): Promise<void> {
        const gone = this.closes.map(
            (callback) =>
                new Promise<void>((resolve) => {
                    const done = () => resolve();
                    if (callback.length === 0) {
                        callback.call(this as never);
                        done();
                    } else if (callback.length === 1) callback.call(this as never, done as never);
                    else (callback as (removed: boolean, done: () => void) => void).call(this as never, removed, done);
                }),
        );
        await Promise.race([Promise.all(gone), new Promise<void>((resolve) => time.after(limitMs, resolve))]);
    }
}

/** Ids of what a deploy changes: what is new, gone or other than before, and what refers to it. Wires alone change nothing. */
function changedNodes(before: ReadonlyMap<string, FlowNode>, flows: readonly FlowNode[]): Set<string> {
    const drawnAs = ({ wires: _wires, x: _x, y: _y, ...rest }: FlowNode) => JSON.stringify(rest);
    const changed = new Set<string>();
    const after = new Map(flows.map((node) => [node.id, node]));
    for (const [id, node] of before) {
        const now = after.get(id);
        if (!now || drawnAs(now) !== drawnAs(node)) changed.add(id);
    }
    for (const id of after.keys()) if (!before.has(id)) changed.add(id);
    for (let grown = true; grown;) {
        grown = false;
        for (const node of flows) {
            const refers = Object.values(node).some((value) => typeof value === 'string' && changed.has(value));
            const isNew = refers && !changed.has(node.id) && node.z !== undefined;
            if (isNew || (refers && node.type === 'ups-unit' && !changed.has(node.id))) {
                changed.add(node.id);
                grown = true;
            }
        }
    }
    return changed;
}
