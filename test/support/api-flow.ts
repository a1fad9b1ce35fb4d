import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeAPI } from 'node-red';
import type { RidethroughDoor } from '../../lib/door';
import upsAuxModule from '../../nodes/config/ups-aux-module';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsSimulator from '../../nodes/devices/ups-simulator';
import door from '../../nodes/door/ridethrough';
import upsBuzzer from '../../nodes/jobs/ups-buzzer';
import upsLog from '../../nodes/jobs/ups-log';
import { makeFlow, setFlow } from '../../nodes/shared/runtime/flow-of';
import { whileItGoes } from './eventually';
import type { FakeTime } from './fake-time';
import { helper, theFlow } from './node-red';

export const API = '/ridethrough/api/v1';

export interface Answer {
    status: number;
    headers: Record<string, string | string[] | undefined>;
    text: string;
    bytes: Buffer;
    json: Record<string, unknown>;
}

export interface Asked {
    body?: unknown;
    headers?: Record<string, string>;
    /** Without our header and the origin that a page of ours has. */
    bare?: boolean;
}

/** A flow with a site, a simulated UPS, a relay module and a buzzer behind the HTTP API, on a real port of loopback. */
export class ApiFlow {
    door!: RidethroughDoor;
    RED!: NodeAPI;
    private server: Server | undefined;
    directory = '';
    port = 0;

    /** @param more further nodes of the flow */
    constructor(
        private readonly time: FakeTime,
        private readonly more: readonly unknown[] = [],
    ) {}

    /** @param settings of settings.js; `httpNodeRoot` is where the pages are */
    async load(
        settings: object = {},
        { dryRun = false, more = [] as object[] | ((directory: string) => object[]) } = {},
    ): Promise<void> {
        this.directory ||= mkdtempSync(join(tmpdir(), 'ridethrough-api-'));
        helper.settings({ httpNodeRoot: '/', ...settings } as never);
        const open = (RED: NodeAPI) => {
            this.RED = RED;
            // An engine that finds the wires of this flow.
            setFlow(RED.events, makeFlow(RED, this.time.clock));
            const plugins = { registerPlugin: (_id: string, own: RidethroughDoor) => (this.door = own) };
            door(Object.assign(Object.create(RED) as NodeAPI, { plugins }));
        };
        await helper.load(
            [open, upsSite, upsUnit, upsSimulator, upsAuxModule, upsBuzzer, upsLog, ...this.more] as never,
            [
                { id: 'site1', type: 'ups-site', name: 'Site', directory: this.directory, dryRun },
                { id: 'unit1', type: 'ups-unit', name: 'UPS 1', site: 'site1', staleSeconds: 30 },
                { id: 'sim1', type: 'ups-simulator', ups: 'unit1', interval: 1, wires: [[]] },
                {
                    id: 'module1',
                    type: 'ups-aux-module',
                    name: 'Relays',
                    backend: 'simulated',
                    interval: 0.1,
                    ports: [
                        { name: 'Fan', output: 'true', nc: 'false' },
                        { name: 'Door', output: 'false', nc: 'false' },
                    ],
                },
                { id: 'buzzer1', type: 'ups-buzzer', name: 'Horn', site: 'site1', wires: [[], []] },
                ...(typeof more === 'function' ? more(this.directory) : more),
            ] as never,
        );
        const { httpNode } = this.RED;
        this.server = createServer(httpNode as never);
        await new Promise<void>((done) => this.server!.listen(0, '127.0.0.1', done));
        this.port = (this.server.address() as { port: number }).port;
        await this.time.eventually(() => theFlow().registry.source('unit1')?.status());
    }

    async unload(): Promise<void> {
        const { server } = this;
        this.server = undefined;
        server?.closeAllConnections();
        if (server) await new Promise((done) => server.close(done));
        await this.time.unload();
        helper.settings({});
    }

    async close(): Promise<void> {
        await this.unload();
        rmSync(this.directory, { recursive: true, force: true });
    }

    ask(method: string, path: string, { body, headers = {}, bare = false }: Asked = {}): Promise<Answer> {
        const own = bare ? {} : { 'X-Ridethrough': '1', Origin: `http://127.0.0.1:${this.port}` };
        const asked = new Promise<Answer>((done, failed) => {
            const sent = request(
                { port: this.port, host: '127.0.0.1', method, path: `${API}/${path}`, headers: { ...own, ...headers } },
                (response) => {
                    const chunks: Buffer[] = [];
                    response.on('data', (chunk: Buffer) => chunks.push(chunk));
                    response.on('end', () => {
                        const bytes = Buffer.concat(chunks);
                        const text = bytes.toString('utf8');
                        const isJson = response.headers['content-type']?.includes('json');
                        done({
                            status: response.statusCode!,
                            headers: response.headers,
                            text,
                            bytes,
                            json: (isJson && text ? JSON.parse(text) : {}) as Record<string, unknown>,
                        });
                    });
                },
            );
            sent.on('error', failed);
            sent.end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body));
        });
        return whileItGoes(this.time.clock, asked);
    }

    /** The mains fail for ten minutes. @returns the episode */
    async haveOutage(): Promise<string> {
        const { clock, eventually } = this.time;
        const outage = () => theFlow().registry.source('unit1')!.stateOf('power-fail');
        const mains = (payload: boolean) => helper.getNode('sim1').receive({ topic: 'mains', payload } as never);
        await clock.advance(200_000);
        mains(false);
        await eventually(() => outage().active);
        const { episode } = outage();
        await clock.advance(600_000);
        mains(true);
        await eventually(() => !outage().active);
        await clock.advance(200_000);
        return episode!;
    }

    /** The sentences of the event log, oldest first. */
    get log(): string[] {
        const { store } = theFlow().registry.site('site1')!;
        return store
            .logEntries()
            .map(({ text }) => text)
            .reverse();
    }
}
