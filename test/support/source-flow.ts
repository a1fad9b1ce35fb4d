import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import type { EventMessage } from '../../lib/core/messages';
import upsSite from '../../nodes/config/ups-site';
import { FakeTime } from './fake-time';
import { helper, theFlow } from './node-red';

type NodeFile = (RED: never) => void;

/** A flow of sources in the test helper, on a fake clock, with a store that outlives `reload()`. */
export class SourceFlow extends FakeTime {
    readonly directory = mkdtempSync(join(tmpdir(), 'ridethrough-'));
    /** For the dialog of the site, from the next load on. */
    siteSettings: object = {};
    /** What arrived at the node `out` since the last call of `told`. */
    private messages: EventMessage[] = [];

    constructor(private readonly nodes: NodeFile[]) {
        super();
    }

    /** @param credentials by the id of their node */
    async load(flow: object[], credentials: object = {}): Promise<void> {
        const site = { id: 'site1', type: 'ups-site', name: 'Site', directory: this.directory, ...this.siteSettings };
        const all = [site, ...flow, { id: 'out', type: 'helper' }];
        await helper.load([upsSite, ...this.nodes] as never, all as never, credentials as never);
        this.messages = [];
        this.node('out').on('input', (message) => this.messages.push(message as unknown as EventMessage));
    }

    /** As after a kill or a deploy: new nodes, the same store. What was sent had the time to arrive (see Outbox). */
    async reload(flow: object[]): Promise<void> {
        await this.clock.advance(300);
        await this.unload();
        await this.load(flow);
    }

    async close(): Promise<void> {
        await this.unload();
        assert.equal(theFlow().registry.sources().length, 0, 'sources are gone after close');
        rmSync(this.directory, { recursive: true, force: true });
    }

    node(id: string): Node {
        return helper.getNode(id) as Node;
    }

    /** Sends, and waits until what it led to has passed two wires. */
    async send(id: string, ...messages: object[]): Promise<void> {
        for (const message of messages) this.node(id).receive(message as never);
        await this.settle();
    }

    settle(): Promise<void> {
        return this.clock.advance(40);
    }

    told(): string[] {
        return this.messages.splice(0).map(({ topic, payload }) => `${topic} ${payload}`);
    }

    arrived(): EventMessage[] {
        return this.messages.splice(0);
    }

    /** The helper spies on the prototype: only what this node itself has called counts. */
    calls(id: string, method: 'status' | 'error' | 'warn'): unknown[] {
        const node = this.node(id);
        const spy = node[method] as unknown as { getCalls(): { thisValue: unknown; args: unknown[] }[] };
        return spy
            .getCalls()
            .filter(({ thisValue }) => thisValue === node)
            .map(({ args }) => args[0]);
    }

    status(id: string): { fill: string; shape: string; text: string } {
        return this.calls(id, 'status').at(-1) as { fill: string; shape: string; text: string };
    }

    log(): string[] {
        return theFlow()
            .registry.site('site1')!
            .store.logEntries()
            .filter(({ kind }) => kind === 'event')
            .map(({ source, eventId, active }) => `${source}/${eventId} ${active}`)
            .reverse();
    }
}
