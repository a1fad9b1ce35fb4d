import { deepEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import { asEventMessage } from '../../lib/flow/messages/coerce';
import type { EventMessage, JobResult } from '../../lib/core/messages';
import { signReply } from '../../lib/protocols/remote/signature';

import upsSite from '../../nodes/config/ups-site';
import commandNode from '../../nodes/jobs/ups-remote-command';
import receiverNode from '../../nodes/jobs/ups-remote-receiver';
import { freePort } from '../support/free-port';
import { fakeTime } from '../support/fake-time';
import { helper, theFlow } from '../support/node-red';

// Node-RED's own, which has no types.
const tlsConfig: unknown = require('@node-red/nodes/core/network/05-tls');
const SECRET = '0123456789abcdef-geheim';
const CERTS = join(__dirname, '..', 'support', 'certs');
const NODES = [tlsConfig, upsSite, commandNode, receiverNode] as never;

type Result = EventMessage & {
    job: JobResult & {
        detail: { target: string; outcome: string; error?: string; attempts: number; dryRun?: boolean }[];
    };
};

describe('ups-remote-command', function () {
    this.timeout(20_000);
    const time = fakeTime();
    const { eventually } = time;
    let directory: string;
    let port: number;
    let results: Result[];
    let calls: EventMessage[];
    let errors: string[];
    let fake: Server | undefined;

    before((done) => void helper.startServer(done));
    after((done) => void helper.stopServer(done));
    beforeEach(async () => {
        directory = mkdtempSync(join(tmpdir(), 'remote-command-'));
        port = await freePort();
    });
    afterEach(async () => {
        await time.unload();
        fake?.closeAllConnections();
        await new Promise<void>((resolve) => (fake ? fake.close(() => resolve()) : resolve()));
        fake = undefined;
        rmSync(directory, { recursive: true, force: true });
    });

    async function load(
        config: Record<string, unknown> = {},
        {
            receiver = {},
            site = {},
            secret = SECRET,
            listens = true,
        }: { receiver?: object | null; site?: object; secret?: string; listens?: boolean } = {},
    ) {
        const flow = [
            { id: 's', type: 'ups-site', name: 'Gate', directory: join(directory, 'gate'), ...site },
            { id: 's2', type: 'ups-site', name: 'Hall', directory: join(directory, 'hall') },
            {
                id: 'key',
                type: 'tls-config',
                key: join(CERTS, 'localhost-key.pem'),
                cert: join(CERTS, 'localhost-cert.pem'),
            },
            { id: 'ca', type: 'tls-config', ca: join(CERTS, 'localhost-cert.pem'), verifyservercert: true },
            {
                id: 'c',
                type: 'ups-remote-command',
                name: 'Call hall',
                z: 'f',
                site: 's',
                command: 'siren',
                state: 'follow',
                edge: 'both',
                text: '{{event.text}}',
                targets: `localhost:${port}`,
                security: 'tls',
                tls: 'ca',
                timeout: 2,
                retries: 1,
                wires: [['out']],
                ...config,
            },
            ...(receiver
                ? [
                      {
                          id: 'r',
                          type: 'ups-remote-receiver',
                          name: 'Hall',
                          z: 'f',
                          site: 's2',
                          address: '127.0.0.1',
                          port,
                          security: 'tls',
                          tls: 'key',
                          callable: [{ command: 'siren' }],
                          wires: [[], ['called']],
                          ...receiver,
                      },
                  ]
                : []),
            { id: 'out', type: 'helper', z: 'f', wires: [] },
            { id: 'called', type: 'helper', z: 'f', wires: [] },
            { id: 'f', type: 'tab' },
        ];
        await helper.load(NODES, flow as never, { c: { secret }, r: { secret: SECRET } });
        const collect = <T>(id: string) => {
            const heard: T[] = [];
            (helper.getNode(id) as Node).on('input', (message) => void heard.push(message as unknown as T));
            return heard;
        };
        results = collect('out');
        calls = collect('called');
        errors = [];
        const node = helper.getNode('c') as Node & { on(event: string, listener: (call: never) => void): void };
        node.on('call:error', (call: { args: unknown[] }) => void errors.push(String(call.args[0])));
        if (receiver && listens) {
            const shown = () => (helper.getNode('r').status as unknown as { args: [{ fill?: string }][] }).args;
            await eventually(() => shown().some(([{ fill }]) => fill === 'green'));
        }
        return node;
    }

    const event = (episode: string, active = true) =>
        asEventMessage(
            {
                topic: 'Door/open',
                payload: active,
                event: {
                    id: 'open',
                    episode,
                    active,
                    text: active ? 'Door open' : 'Door closed',
                    level: 'warning',
                } as never,
            },
            time.clock.now(),
        );
    const receive = (message: EventMessage) => (helper.getNode('c') as Node).receive(message as never);
    const result = (n = 1) => eventually(() => results.at(n - 1));

    /** Something that answers as it likes, and counts. */
    async function answering(
        answer: (count: number, nonce: string) => { status: number; body: string; signature?: string },
    ) {
        let count = 0;
        const ids: string[] = [];
        const nonces: string[] = [];
        fake = createServer((request, response) => {
            const chunks: Buffer[] = [];
            request
                .on('data', (chunk: Buffer) => chunks.push(chunk))
                .on('end', () => {
                    ids.push((JSON.parse(Buffer.concat(chunks).toString()) as { id: string }).id);
                    const nonce = String(request.headers['x-ridethrough-nonce']);
                    nonces.push(nonce);
                    const { status, body, signature } = answer(++count, nonce);
                    response.writeHead(status, signature ? { 'x-ridethrough-signature': signature } : {}).end(body);
                });
        });
        await new Promise<void>((resolve) => fake!.listen(port, '127.0.0.1', resolve));
        return { ids, nonces };
    }

    it('calls by HTTPS what another Ridethrough lists, and the event there follows the one here', async () => {
        await load();
        receive(event('e1'));
        const { job } = await result();
        deepEqual([job.ok, job.detail.length, job.detail[0]!.outcome], [true, 1, 'accepted']);
        await eventually(() => calls.length === 1);
        deepEqual([calls[0]!.payload, calls[0]!.event.text, calls[0]!.event.level], [true, 'Door open', 'warning']);
        receive(event('e1', false));
        await result(2);
        await eventually(() => calls.length === 2);
        deepEqual([calls[1]!.payload, calls[1]!.event.episode], [false, calls[0]!.event.episode]);
        receive(event('e1'));
        receive(event('e2'));
        await result(3);
        await eventually(() => calls.length === 3);
        equal(results.length, 3, 'the same delivery is called once');
    });

    it('keeps the number of a call over retries, with a nonce of its own for each', async () => {
        const { ids, nonces } = await answering((count, nonce) => {
            const outcome = count === 1 ? 'refused' : 'duplicate';
            const body = JSON.stringify({
                version: 1,
                outcome,
                reason: count === 1 ? 'not-ready' : undefined,
                time: time.clock.now() / 1000,
            });
            const status = count === 1 ? 503 : 200;
            return { status, body, signature: signReply(SECRET, status, nonce, Buffer.from(body)) };
        });
        await load({ security: 'none', targets: `127.0.0.1:${port}` }, { receiver: null });
        receive(event('e1'));
        const { job } = await result();
        deepEqual([job.ok, job.attempts, job.detail[0]!.outcome], [true, 2, 'duplicate']);
        deepEqual([ids.length, new Set(ids).size, new Set(nonces).size], [2, 1, 2]);
    });

    it('goes on after a kill under the same number, and calls nobody twice who has it', async () => {
        const { ids } = await answering((_count, nonce) => {
            const body = JSON.stringify({ version: 1, outcome: 'accepted', time: time.clock.now() / 1000 });
            return { status: 200, body, signature: signReply(SECRET, 200, nonce, Buffer.from(body)) };
        });
        const dead = await freePort();
        await load({ security: 'none', targets: '' }, { receiver: null });
        const { store } = theFlow().registry.site('s')!;
        const message = event('e7');
        message.event.sourceId = 'door';
        store.beginJob({ nodeId: 'c', key: 'e7|on|', message, at: time.clock.now() });
        store.saveJobProgress('c', 'e7|on|', { id: 'number-before-the-kill', served: [`127.0.0.1:${dead}`] });
        await time.unload();
        const source = {
            id: 'door',
            name: 'Door',
            clock: {},
            stateOf: () => ({ active: true, episode: 'e7', confirmed: true, held: false }),
            activeEvents: () => [],
            status: () => undefined,
            subscribe: () => () => undefined,
        };
        theFlow().registry.addSource(source as never, undefined);
        await load({ security: 'none', targets: `127.0.0.1:${dead}, 127.0.0.1:${port}` }, { receiver: null });
        const { job } = await result();
        theFlow().registry.removeSource(source as never);
        deepEqual(
            job.detail.map(({ outcome }) => outcome),
            ['served-before', 'accepted'],
        );
        deepEqual(ids, ['number-before-the-kill']);
    });

    it('believes no good word that is not signed with the secret', async () => {
        await answering(() => ({ status: 200, body: JSON.stringify({ version: 1, outcome: 'accepted', time: 1 }) }));
        await load({ security: 'none', targets: `127.0.0.1:${port}` }, { receiver: null });
        receive(event('e1'));
        const { job } = await result();
        deepEqual([job.ok, job.detail[0]!.outcome, job.attempts], [false, 'not-trusted', 1]);
    });

    it('says what to do when the clocks differ', async () => {
        await answering((_count, nonce) => {
            const hourAgo = Math.round(time.clock.now() / 1000) - 3600;
            const body = JSON.stringify({ version: 1, outcome: 'refused', reason: 'clock-skew', time: hourAgo });
            return { status: 401, body, signature: signReply(SECRET, 401, nonce, Buffer.from(body)) };
        });
        await load({ security: 'none', targets: `127.0.0.1:${port}` }, { receiver: null });
        receive(event('e1'));
        const { job } = await result();
        match(job.error!, /clock-skew \(host 127\.0\.0\.1:\d+, seconds 3[56]\d\d\)|differ by 3[56]\d\d s/);
        equal(job.attempts, 1, 'asking again would not set a clock');
    });

    it('reports each of several receivers; a dead one holds up no other', async () => {
        const dead = await freePort();
        await load({ targets: `localhost:${dead}\nlocalhost:${port}` });
        receive(event('e1'));
        await eventually(() => calls.length === 1);
        equal(results.length, 0, 'the dead one is still being tried');
        const { job } = await result();
        deepEqual(
            job.detail.map(({ outcome, attempts }) => [outcome, attempts]),
            [
                ['no-answer', 2],
                ['accepted', 1],
            ],
        );
        match(job.error!, new RegExp(`${dead}`));
        equal(errors.length, 1);
    });

    it('refuses a certificate that nobody vouches for', async () => {
        await load({ tls: '', retries: 0 });
        receive(event('e1'));
        const { job } = await result();
        equal(job.ok, false);
        match(job.error!, /self-signed|certificate/);
        equal(calls.length, 0);
    });

    it('tells a wrong secret, which is in no log', async () => {
        await load({}, { secret: 'another secret 123456' });
        receive(event('e1'));
        const { job } = await result();
        match(job.error!, /call-unsigned|same secret/);
        const logs = theFlow().registry.site('s')!.store.logEntries();
        doesNotMatch(JSON.stringify([job, errors, logs]), /another secret/);
    });

    it('only says in a dry run what it would do', async () => {
        await load({}, { site: { dryRun: true } });
        receive(event('e1'));
        const { job } = await result();
        deepEqual([job.ok, job.dryRun], [true, true]);
        match(
            theFlow().registry.site('s')!.store.logEntries()[0]!.text,
            /remote call siren on to localhost:\d+: Door open/,
        );
        equal(calls.length, 0);
    });

    it('has the receivers rehearse in a dry run, if asked to', async () => {
        await load({ passDryRun: true }, { site: { dryRun: true } });
        receive(event('e1'));
        const { job } = await result();
        deepEqual([job.dryRun, job.detail[0]!.outcome, job.detail[0]!.dryRun], [true, 'accepted', true]);
        equal(calls.length, 0);
        await time.unload();
        await load({ passDryRun: true, command: 'unlisted' }, { site: { dryRun: true } });
        receive(event('e2'));
        match((await result()).job.error!, /not-callable|unlisted/);
    });

    for (const [what, config, expected] of [
        ['targets', { targets: ' ' }, /targets/],
        ['a name', { command: '' }, /command/],
        ['a secret', {}, /secret/],
        ['its TLS settings', { tls: 'gone' }, /tls/],
    ] as const) {
        it(`fails without ${what}, and says why`, async () => {
            await load(config, { receiver: null, secret: what === 'a secret' ? '' : SECRET });
            receive(event('e1'));
            const { job } = await result();
            equal(job.ok, false);
            match(job.error!, expected);
        });
    }

    it('closes at once while a receiver is silent', async () => {
        fake = createServer(() => undefined);
        await new Promise<void>((resolve) => fake!.listen(port, '127.0.0.1', resolve));
        await load({ security: 'none', targets: `127.0.0.1:${port}`, timeout: 30 }, { receiver: null });
        receive(event('e1'));
        await new Promise<void>((resolve) => fake!.once('request', () => resolve()));
        const began = time.clock.now();
        await time.unload();
        ok(time.clock.now() - began < 3000);
    });
});
