import { strict as assert } from 'node:assert';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventMessage, JobResult } from '../../lib/core/messages';
import type { HostOutcome } from '../../lib/protocols/rccmd/sender';
import type { EventSource } from '../../lib/core/events/source';
import siteNode = require('../../nodes/config/ups-site');
import rccmdNode = require('../../nodes/jobs/ups-rccmd');
import { fakeTime } from '../support/fake-time';
import { helper, theFlow } from '../support/node-red';

interface Client {
    port: number;
    heard: string[];
    server: Server;
}

/** A unit in mid-outage, that knows so. */
const outage: EventSource = {
    id: 'u',
    name: 'UPS',
    get clock() {
        return theFlow().clock;
    },
    stateOf: () => ({ active: true, episode: 'e1', confirmed: true, held: false }),
    activeEvents: () => [],
    status: () => undefined,
    remainingSeconds: () => undefined,
    secondsOnBattery: () => undefined,
    subscribe: () => () => undefined,
};

type Result = EventMessage & { job: JobResult };

const edge = (active: boolean, episode = 'e1') => ({
    topic: 'UPS/power-fail',
    payload: active,
    event: {
        id: 'power-fail',
        source: 'UPS',
        sourceId: 'u',
        level: 'alarm',
        active,
        since: 1,
        at: 1,
        episode,
        text: 'Mains failed',
    },
});

describe('ups-rccmd', function () {
    this.timeout(20_000);
    const time = fakeTime();
    const { eventually } = time;
    let directory: string;
    let sockets: Set<Socket>;
    let servers: Server[];
    before((done) => void helper.startServer(done));
    after((done) => void helper.stopServer(done));
    beforeEach(() => {
        directory = mkdtempSync(join(tmpdir(), 'rccmd-node-'));
        sockets = new Set();
        servers = [];
    });
    afterEach(async () => {
        theFlow().registry.removeSource(outage);
        await time.unload();
        for (const socket of sockets) socket.destroy();
        for (const server of servers) await new Promise((resolve) => server.close(resolve));
        rmSync(directory, { recursive: true, force: true });
    });

    /** An RCCMD client on loopback; a silent one takes the bytes and never closes. */
    async function client(silent = false, port = 0): Promise<Client> {
        const heard: string[] = [];
        const server = createServer({ allowHalfOpen: true }, (socket) => {
            sockets.add(socket);
            let bytes = '';
            socket.on('error', () => undefined);
            socket.on('data', (data) => (bytes += String(data)));
            socket.on('end', () => {
                heard.push(bytes);
                if (!silent) socket.end();
            });
        });
        servers.push(server);
        await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
        return { port: (server.address() as AddressInfo).port, heard, server };
    }

    async function load(config: Record<string, unknown>, site: Record<string, unknown> = {}) {
        const flow = [
            { id: 's', type: 'ups-site', name: 'Hall', directory, ...site },
            { id: 'j', type: 'ups-rccmd', name: 'stop', site: 's', z: 'f', wires: [['out']], ...config },
            { id: 'out', type: 'helper', z: 'f', wires: [] },
            { id: 'f', type: 'tab' },
        ];
        await helper.load([siteNode, rccmdNode] as never, flow as never);
        const job = helper.getNode('j') as ReturnType<typeof helper.getNode> & { receive(message: unknown): void };
        const out = helper.getNode('out');
        const results: Result[] = [];
        out.on('input', (message) => void results.push(message as unknown as Result));
        const result = async (count = 1) => {
            await eventually(() => results.length >= count);
            assert.equal(results.length, count);
            return results[count - 1]!;
        };
        return { job, results, result };
    }

    const outcomes = (message: Result) => message.job.detail as HostOutcome[];

    it('sends to each host, tells how each went, and logs it', async () => {
        const [one, two] = [await client(), await client()];
        const { job, result } = await load({
            action: 'message',
            hosts: `127.0.0.1:${one.port},\n127.0.0.1:${two.port}`,
            text: '{{event.text}} at {{site.name}}',
        });
        job.receive(edge(true));
        const message = await result();
        assert.deepEqual([message.job.ok, message.job.type, message.job.name], [true, 'ups-rccmd', 'stop']);
        assert.deepEqual(
            outcomes(message).map(({ port, ok, attempts }) => [port, ok, attempts]),
            [
                [one.port, true, 1],
                [two.port, true, 1],
            ],
        );
        const sent = 'CONNECT TO RCCMD (SEND) MSG_MESSAGE MSG_TEXT Mains failed at Hall';
        assert.deepEqual([one.heard, two.heard], [[sent], [sent]]);
        const [entry] = theFlow().registry.site('s')!.store.logEntries();
        assert.equal(entry!.kind, 'job');
        assert.match(entry!.text, /RCCMD message to 2 hosts by TCP .*Mains failed at Hall/);
    });

    it('runs on the off edge when told to, and once per occurrence', async () => {
        const one = await client();
        const { job, result } = await load({ action: 'wakeup', hosts: '127.0.0.1', port: one.port, edge: 'off' });
        for (const active of [true, false, false]) job.receive(edge(active));
        await result();
        job.receive(edge(false, 'e2'));
        await result(2);
        assert.deepEqual(one.heard, Array(2).fill('CONNECT TO RCCMD (SEND) MSG_WAKEUP'));
    });

    it('fails through done when hosts cannot be reached, naming the first, and serves the others', async () => {
        const [up, down] = [await client(), await client()];
        await new Promise((resolve) => down.server.close(resolve));
        servers.pop();
        const { job, result } = await load({
            action: 'shutdown',
            hosts: `127.0.0.1:${down.port} 127.0.0.1:${up.port}`,
            retries: 0,
        });
        job.receive(edge(true));
        const message = await result();
        assert.equal(message.job.ok, false);
        assert.match(message.job.error!, new RegExp(`127.0.0.1:${down.port}:? refused`));
        assert.deepEqual(
            outcomes(message).map(({ ok, error }) => [ok, error]),
            [
                [false, 'refused'],
                [true, undefined],
            ],
        );
        assert.equal(up.heard.length, 1);
        const { args } = job.error as unknown as { args: [Error][] };
        assert.deepEqual(args.length, 1, 'done(err) once, which Node-RED turns into one error');
    });

    it('sends another verb when told to', async () => {
        const one = await client();
        const { job, result } = await load({
            action: 'shutdown',
            hosts: '127.0.0.1',
            port: one.port,
            verb: 'msg_down',
        });
        job.receive({ topic: 'x', payload: true });
        await result();
        assert.deepEqual(one.heard, ['CONNECT TO RCCMD (SEND) MSG_DOWN']);
    });

    it('broadcasts', async () => {
        const socket = createSocket('udp4');
        await new Promise<void>((resolve) => socket.bind(0, '0.0.0.0', resolve));
        try {
            const heard = new Promise<string>((resolve) =>
                socket.once('message', (bytes) => resolve(bytes.toString())),
            );
            const { job, result } = await load({
                action: 'execute',
                broadcast: true,
                hosts: '127.255.255.255',
                port: socket.address().port,
                text: 'kill.sh',
            });
            job.receive(edge(true));
            assert.equal((await result()).job.ok, true);
            assert.equal(await heard, 'CONNECT TO RCCMD (SEND) MSG_EXECUTE MSG_TEXT kill.sh');
        } finally {
            socket.close();
        }
    });

    it('only says what it would do in a dry run', async () => {
        const one = await client();
        const { job, result } = await load(
            { action: 'shutdown', hosts: '127.0.0.1', port: one.port },
            { dryRun: true },
        );
        job.receive(edge(true));
        assert.equal((await result()).job.dryRun, true);
        assert.deepEqual(one.heard, []);
        const [entry] = theFlow().registry.site('s')!.store.logEntries();
        assert.equal(entry!.dryRun, true);
        assert.match(entry!.text, /RCCMD shutdown to 1 host by TCP \(127\.0\.0\.1\)/);
    });

    it('goes on after a deploy with the hosts that are left, and only with these', async () => {
        const served = await client();
        const silent = await client(true);
        const config = { action: 'shutdown', hosts: `127.0.0.1:${served.port} 127.0.0.1:${silent.port}`, timeout: 30 };
        const { job } = await load(config);
        job.receive(edge(true));
        await eventually(() => silent.heard.length > 0);
        assert.deepEqual([served.heard.length, silent.heard.length], [1, 1]);
        await time.unload();
        for (const socket of sockets) socket.destroy();
        await new Promise((resolve) => silent.server.close(resolve));
        servers.splice(servers.indexOf(silent.server), 1);

        const back = await client(false, silent.port);
        const again = await load(config);
        theFlow().registry.addSource(outage, theFlow().registry.site('s'));
        const message = await again.result();
        assert.deepEqual(
            outcomes(message).map(({ ok, attempts }) => [ok, attempts]),
            [
                [true, 0],
                [true, 1],
            ],
        );
        assert.deepEqual([served.heard.length, back.heard.length], [1, 1]);
    });

    it('says at once that its settings are wrong', async () => {
        for (const wrong of [
            { hosts: '' },
            { hosts: '10.0.0.300' },
            { hosts: 'a', verb: 'two words' },
            { hosts: 'a', port: 70000 },
        ]) {
            const { job, result } = await load({ action: 'shutdown', ...wrong });
            job.receive(edge(true, JSON.stringify(wrong)));
            const { job: outcome } = await result();
            assert.equal(outcome.ok, false, JSON.stringify(wrong));
            assert.match(outcome.error!, /config-(missing|invalid)/);
            await time.unload();
        }
    });
});
