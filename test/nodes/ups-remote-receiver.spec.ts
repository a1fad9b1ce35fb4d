import { deepEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import type { EventMessage } from '../../lib/core/messages';

import upsSite from '../../nodes/config/ups-site';
import upsLog from '../../nodes/jobs/ups-log';
import receiverNode from '../../nodes/jobs/ups-remote-receiver';
import { freePort } from '../support/free-port';
import { fakeTime } from '../support/fake-time';
import { helper, theFlow } from '../support/node-red';

// Node-RED's own, which has no types.
const tlsConfig: unknown = require('@node-red/nodes/core/network/05-tls');
const SECRET = '0123456789abcdef-geheim';
const NODES = [tlsConfig, upsSite, upsLog, receiverNode] as never;
const CERTS = join(__dirname, '..', 'support', 'certs');
const CA = readFileSync(join(CERTS, 'localhost-cert.pem'));

interface Answer {
    status: number;
    body: { outcome?: string; reason?: string; message?: string; dryRun?: boolean; id?: string };
    signature?: string;
}

describe('ups-remote-receiver', function () {
    this.timeout(20_000);
    const time = fakeTime();
    const { eventually } = time;
    let directory: string;
    let port: number;
    let siren: EventMessage[];
    let sms: EventMessage[];
    let refused: { topic: string; payload: string }[];
    let errors: string[];

    before((done) => void helper.startServer(done));
    after((done) => void helper.stopServer(done));
    beforeEach(async () => {
        directory = mkdtempSync(join(tmpdir(), 'remote-receiver-'));
        port = await freePort();
    });
    afterEach(async () => {
        await time.unload();
        rmSync(directory, { recursive: true, force: true });
    });

    async function load(
        config: Record<string, unknown> = {},
        { site = {}, secret = SECRET, ready = true }: { site?: object; secret?: string; ready?: boolean } = {},
    ) {
        const flow = [
            { id: 's', type: 'ups-site', name: 'Hall', directory, ...site },
            {
                id: 't',
                type: 'tls-config',
                key: join(CERTS, 'localhost-key.pem'),
                cert: join(CERTS, 'localhost-cert.pem'),
            },
            {
                id: 'r',
                type: 'ups-remote-receiver',
                name: 'Hall',
                z: 'f',
                site: 's',
                address: '127.0.0.1',
                port,
                security: 'tls',
                tls: 't',
                callable: [{ command: 'siren', level: 'alarm' }, { command: 'sms' }],
                wires: [['no'], ['siren', 'note'], ['sms']],
                ...config,
            },
            { id: 'note', type: 'ups-log', z: 'f', site: 's', text: 'heard {{event.text}}', edge: 'both', wires: [] },
            { id: 'no', type: 'helper', z: 'f', wires: [] },
            { id: 'siren', type: 'helper', z: 'f', wires: [] },
            { id: 'sms', type: 'helper', z: 'f', wires: [] },
            { id: 'f', type: 'tab' },
        ];
        await helper.load(NODES, flow as never, { r: { secret } });
        const collect = <T>(id: string) => {
            const heard: T[] = [];
            (helper.getNode(id) as Node).on('input', (message) => void heard.push(message as unknown as T));
            return heard;
        };
        refused = collect('no');
        siren = collect('siren');
        sms = collect('sms');
        errors = [];
        const node = helper.getNode('r') as Node & { on(event: string, listener: (call: never) => void): void };
        node.on('call:error', (call: { args: unknown[] }) => void errors.push(String(call.args[0])));
        if (ready) await eventually(() => shown().some((text) => /listening|^\S+ \d+$/.test(text)));
    }

    it('listens to this machine alone unless told otherwise', async () => {
        const reached = (host: string) =>
            new Promise<boolean>((resolve) => {
                const socket = connect({ host, port });
                socket.once('error', () => resolve(false)).once('connect', () => resolve(true));
                socket.once('connect', () => socket.destroy());
            });
        for (const address of [undefined, '']) {
            await load({ address });
            deepEqual([await reached('127.0.0.1'), await reached('127.0.0.2')], [true, false]);
            await time.unload();
        }
    });

    const shown = () =>
        (helper.getNode('r').status as unknown as { args: [{ text?: string }][] }).args.map(([{ text }]) => text ?? '');
    const log = () =>
        theFlow()
            .registry.site('s')!
            .store.logEntries()
            .map(({ text }) => text);

    /** As a third party would: by the documentation alone, none of the library's code. */
    function sign(
        body: string,
        { nonce = randomBytes(12).toString('hex'), at = time.clock.now(), secret = SECRET } = {},
    ) {
        const timestamp = String(Math.floor(at / 1000));
        const signature = createHmac('sha256', secret)
            .update(`POST\n/ridethrough/v1/calls\n${timestamp}\n${nonce}\n${body}`)
            .digest('hex');
        return {
            'X-Ridethrough-Timestamp': timestamp,
            'X-Ridethrough-Nonce': nonce,
            'X-Ridethrough-Signature': `v1=${signature}`,
        };
    }

    function post(body: string, headers: Record<string, string> = sign(body), tls = true): Promise<Answer> {
        return new Promise((resolve, reject) => {
            const options = {
                host: '127.0.0.1',
                port,
                method: 'POST',
                path: '/ridethrough/v1/calls',
                headers,
                agent: false,
            };
            const request = tls ? httpsRequest({ ...options, ca: CA }) : httpRequest(options);
            request.on('error', reject).on('response', (response) => {
                const chunks: Buffer[] = [];
                response
                    .on('data', (chunk: Buffer) => chunks.push(chunk))
                    .on('end', () => {
                        const text = Buffer.concat(chunks).toString();
                        const signature = response.headers['x-ridethrough-signature'] as string | undefined;
                        resolve({ status: response.statusCode!, body: JSON.parse(text) as Answer['body'], signature });
                    });
            });
            request.end(body);
        });
    }

    let count = 0;
    const call = (change: object = {}) =>
        JSON.stringify({
            version: 1,
            id: `call-${String(++count).padStart(4, '0')}`,
            command: 'siren',
            active: true,
            ...change,
        });

    it('gives each listed name an output of its own, on and off as one episode, for any job to hang on', async () => {
        await load();
        const on = await post(call({ text: 'Gate open', from: 'Gatehouse', level: 'warning' }));
        deepEqual([on.status, on.body.outcome], [200, 'accepted']);
        ok(on.signature);
        await eventually(() => siren.length === 1);
        const { topic, payload, event } = siren[0]!;
        deepEqual([topic, payload, event.id, event.level], ['Hall/siren', true, 'siren', 'warning']);
        deepEqual([event.text, event.active, event.sourceId], ['Gate open', true, 'r']);
        deepEqual(theFlow().registry.source('r')!.stateOf('siren').episode, event.episode);
        await post(call({ active: false }));
        await eventually(() => siren.length === 2);
        deepEqual([siren[1]!.payload, siren[1]!.event.episode], [false, event.episode]);
        equal(theFlow().registry.source('r')!.stateOf('siren').active, false);
        await post(call({ command: 'sms' }));
        await eventually(() => sms.length === 1);
        await eventually(() => log().some((text) => text.includes('heard Gate open')));
        ok(log().some((text) => text.includes('Remote call siren on from Gatehouse: accepted')));
        deepEqual(refused, []);
    });

    it('runs a call once however often it is sent, also over a restart, and remembers nonces over it', async () => {
        await load();
        const body = call();
        const headers = sign(body);
        equal((await post(body, headers)).body.outcome, 'accepted');
        equal((await post(body)).body.outcome, 'duplicate');
        await eventually(() => siren.length === 1);
        await eventually(() => theFlow().registry.site('s')!.store.unsettledDeliveries('r').length === 0);
        await time.unload();
        await load();
        deepEqual((await post(body, headers)).body.reason, 'replayed');
        equal((await post(body)).body.outcome, 'duplicate');
        equal(siren.length, 0);
        equal(theFlow().registry.source('r')!.stateOf('siren').active, true, 'what was switched on stays on');
    });

    it('sends again after a kill what no receiver can have got', async () => {
        await load();
        await post(call());
        await eventually(() => siren.length === 1);
        const { store } = theFlow().registry.site('s')!;
        const [message] = siren;
        store.saveDelivery({
            nodeId: 'r',
            key: `${message!.event.episode}|on|`,
            message: message!,
            at: time.clock.now(),
        });
        await time.unload();
        await load();
        await eventually(() => siren.length === 1);
        equal(siren[0]!.event.episode, message!.event.episode);
    });

    it('refuses strangers, old requests and names that are not listed; says so once on the first output', async () => {
        await load();
        const body = call();
        deepEqual((await post(body, sign(body, { secret: 'not the secret at all' }))).status, 401);
        const skew = await post(body, sign(body, { at: time.clock.now() - 3_600_000 }));
        deepEqual([skew.status, skew.body.reason], [401, 'clock-skew']);
        const other = call({ command: 'format-disk' });
        deepEqual((await post(other)).status, 403);
        await eventually(() => refused.length === 3);
        deepEqual(
            refused.map(({ topic }) => topic),
            ['refused/unsigned', 'refused/clock-skew', 'refused/not-callable'],
        );
        equal(siren.length, 0);
        doesNotMatch(JSON.stringify([refused, log(), shown()]), new RegExp(SECRET));
    });

    it('refuses a flood and bodies that are too large, and goes on for others', async () => {
        await load({ perMinute: 3 });
        const large = call({ text: 'x'.repeat(20_000) });
        deepEqual((await post(large)).status, 413);
        for (let i = 0; i < 2; i++) equal((await post(call())).status, 200);
        const late = await post(call());
        deepEqual([late.status, late.body.reason], [429, 'too-many']);
    });

    it('checks a dry run and leaves no message; tells of a site in dry run', async () => {
        await load();
        const dry = await post(call({ dryRun: true }));
        deepEqual([dry.body.outcome, dry.body.dryRun], ['accepted', true]);
        await post(call({ command: 'sms' }));
        await eventually(() => sms.length === 1);
        equal(siren.length, 0);
        await time.unload();
        await load({}, { site: { dryRun: true } });
        equal((await post(call())).body.dryRun, true);
    });

    it('does not let one who says nothing hold up others, and closes at once', async () => {
        await load();
        const silent = connect(port, '127.0.0.1');
        await new Promise((resolve) => silent.once('connect', resolve));
        equal((await post(call())).status, 200);
        const gone = new Promise((resolve) => silent.once('close', resolve));
        const began = time.clock.now();
        silent.on('error', () => undefined);
        await time.unload();
        ok(time.clock.now() - began < 3000);
        await gone;
        await load();
        equal((await post(call())).status, 200, 'the port was given back');
    });

    it('takes plain HTTP only if told to', async () => {
        await load();
        await post(call(), undefined, false).then(
            () => ok(false, 'must not answer'),
            (error: Error) => match(error.message, /socket hang up|ECONNRESET|Parse/),
        );
        await time.unload();
        await load({ security: 'none', tls: '' });
        const body = call();
        equal((await post(body, sign(body), false)).body.outcome, 'accepted');
    });

    it('shows a port that is taken, and takes it when it is free', async () => {
        const other = await new Promise<Server>((resolve) => {
            const server = createServer();
            server.listen(port, '127.0.0.1', () => resolve(server));
        });
        await load({}, { ready: false });
        await eventually(() => errors.length);
        match(errors[0]!, new RegExp(`port-in-use|${port}`));
        await new Promise((resolve) => other.close(resolve));
        await eventually(() => shown().some((text) => text.includes(String(port))));
        equal((await post(call())).status, 200);
    });

    for (const [what, config, secret, expected] of [
        ['a secret', {}, '', /secret/],
        ['a secret that is long enough', {}, 'short', /secret/],
        ['names', { callable: [] }, SECRET, /callable/i],
        ['names that are different', { callable: [{ command: 'a' }, { command: 'a' }] }, SECRET, /callable/i],
        ['a key', { tls: '' }, SECRET, /tls/],
        ['a site', { site: 'gone' }, SECRET, /site/],
    ] as const) {
        it(`does not listen without ${what}, and says why`, async () => {
            await load(config, { secret, ready: false });
            await eventually(() => errors.length || shown().some((text) => /not configured|notConfigured/.test(text)));
            const said = (helper.getNode('r').error as unknown as { args: unknown[][] }).args.map(([text]) =>
                String(text),
            );
            match(said.join(), expected);
            await post(call()).then(
                () => ok(false, 'must not listen'),
                (error: Error) => match(error.message, /ECONNREFUSED/),
            );
        });
    }
});
