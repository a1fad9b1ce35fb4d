import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeRedProcess } from './node-red-process';
import { waitFor } from './wait-for';

export type FlowNode = Record<string, unknown> & { id: string; type: string; name?: string; wires?: string[][] };

export interface Entry {
    kind: string;
    source: string;
    text: string;
    eventId?: string;
    episode?: string;
    active?: boolean;
    nodeId?: string;
}

/** A shipped flow in a real Node-RED, played by its buttons. */
export class ShippedFlow {
    private nodeRed!: NodeRedProcess;
    private readonly userDir = mkdtempSync(join(tmpdir(), 'ridethrough-shipped-'));

    private constructor(readonly nodes: FlowNode[]) {}

    /** `adapt` may give nodes other settings than the shipped ones: ports that are free, hours that are now. */
    static async start(nodes: FlowNode[], adapt: (node: FlowNode) => FlowNode = (node) => node): Promise<ShippedFlow> {
        const flow = new ShippedFlow(nodes.map(adapt));
        flow.nodeRed = await NodeRedProcess.start({ userDir: flow.userDir, flows: flow.nodes });
        return flow;
    }

    async stop(): Promise<void> {
        await this.nodeRed.stop();
        rmSync(this.userDir, { recursive: true, force: true });
    }

    /** From then on no button is pressed by itself: what is known at the start is what was kept. */
    async kill9AndStart(): Promise<void> {
        await this.nodeRed.kill9();
        for (const node of this.nodes) if (node.type === 'inject') node.once = false;
        this.nodeRed = await NodeRedProcess.start({ userDir: this.userDir, flows: this.nodes });
    }

    /** Deploys this change of a node; only what changed is restarted. */
    async change(name: string, settings: object): Promise<void> {
        Object.assign(this.named(name), settings);
        await this.nodeRed.deploy(this.nodes, 'nodes');
    }

    named(name: string): FlowNode {
        const node = this.nodes.find((each) => each.name === name);
        if (!node) throw new Error(`no node "${name}"`);
        return node;
    }

    /** What Node-RED has printed so far. */
    output(): string {
        return this.nodeRed.output();
    }

    /** Any value by the first button that is wired to `target`. */
    async feed(target: string, value: number): Promise<void> {
        const aim = this.named(target).id;
        const button = this.nodes.find((node) => node.type === 'inject' && node.wires?.flat().includes(aim));
        if (!button) throw new Error(`no button of ${target}`);
        await this.nodeRed.post(`inject/${button.id}`, {
            __user_inject_props__: [{ p: 'payload', v: String(value), vt: 'num' }],
        });
    }

    /** Any text by the button of this name. */
    async feedText(button: string, text: string): Promise<void> {
        await this.nodeRed.post(`inject/${this.named(button).id}`, {
            __user_inject_props__: [{ p: 'payload', v: text, vt: 'str' }],
        });
    }

    /** The button of this name, of those that are wired to `target`, or stand next to it, where several have it. */
    async press(name: string, target?: string): Promise<void> {
        const aim = this.nodes.find((node) => target !== undefined && node.name === target);
        const buttons = this.nodes.filter((node) => node.type === 'inject' && node.name === name);
        const distance = (node: FlowNode) => Math.abs(Number(node.y) - Number(aim?.y));
        const nearest = aim && buttons.toSorted((one, other) => distance(one) - distance(other))[0];
        const found = buttons.find((node) => !aim || node.wires?.flat().includes(aim.id)) ?? nearest;
        if (!found) throw new Error(`no button "${name}"${target ? ` of ${target}` : ''}`);
        await this.nodeRed.inject(found.id);
    }

    async entries(): Promise<Entry[]> {
        return ((await this.nodeRed.get('ridethrough/log?limit=1000')) as Entry[]).reverse();
    }

    /** `source/event on|off` of every event so far, in order. A Log job's line may stand in the place of the event's own. */
    async events(): Promise<string[]> {
        const told = new Set<string>();
        return (await this.entries()).flatMap(({ kind, source, eventId, episode, active }) => {
            const edge = `${episode} ${active}`;
            if (!['event', 'log'].includes(kind) || !episode || told.has(edge)) return [];
            told.add(edge);
            const name = this.nodes.find((node) => episode.startsWith(`${node.id}:`))?.name ?? source;
            return `${kind === 'event' ? source : name}/${eventId} ${active ? 'on' : 'off'}`;
        });
    }

    /** What jobs have said so far, in order. */
    async jobs(): Promise<string[]> {
        return (await this.entries())
            .filter(({ kind }) => kind === 'job' || kind === 'log')
            .map(({ source, text }) => `${source}: ${text}`);
    }

    /** Waits until the last event, or job, of those that match is this one. */
    async last(kind: 'events' | 'jobs', pattern: RegExp, expected: string | RegExp): Promise<void> {
        const matches = (line: string) => (typeof expected === 'string' ? line === expected : expected.test(line));
        await waitFor(`${String(pattern)} comes to ${String(expected)}`, async () => {
            const lines = (await this[kind]()).filter((line) => pattern.test(line));
            return lines.length > 0 && matches(lines.at(-1)!);
        });
    }
}
