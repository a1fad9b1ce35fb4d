import { deepEqual, match } from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { Node } from 'node-red';
import type { EventMessage, JobResult } from '../../lib/core/messages';
import { signReply } from '../../lib/protocols/remote/signature';
import { asEventMessage } from '../../lib/flow/messages/coerce';

import commandNode from '../../nodes/jobs/ups-remote-command';
import { freePort } from '../support/free-port';
import { fakeTime } from '../support/fake-time';
import { helper } from '../support/node-red';

const SECRET = '0123456789abcdef-geheim';

type Result = EventMessage & { job: JobResult & { detail: { outcome: string; attempts: number }[] } };

/** Receivers that are away for a while: what they hear when they are back, and in which order. */
describe('ups-remote-command, receivers that come late', function () {
    this.timeout(20_000);
    const time = fakeTime();
    const { eventually } = time;
    let port: number;
    let results: Result[];
    let receiver: Server | undefined;
    let heard: boolean[];
    let asked: number;
    let away: boolean;

    before((done) => void helper.startServer(done));
    after((done) => void helper.stopServer(done));
    beforeEach(async () => {
        port = await freePort();
        heard = [];
        asked = 0;
        away = false;
    });
    afterEach(async () => {
        await time.unload();
        receiver?.closeAllConnections();
        await new Promise<void>((resolve) => (receiver ? receiver.close(() => resolve()) : resolve()));
        receiver = undefined;
    });

    async function load(config: Record<string, unknown> = {}) {
        const flow = [
            {
                id: 'c',
                type: 'ups-remote-command',
                z: 'f',
                command: 'relay',
                state: 'follow',
                edge: 'both',
                targets: `127.0.0.1:${port}`,
                security: 'none',
                timeout: 2,
                retries: 4,
                wires: [['out']],
                ...config,
            },
            { id: 'out', type: 'helper', z: 'f', wires: [] },
            { id: 'f', type: 'tab' },
        ];
        await helper.load([commandNode] as never, flow as never, { c: { secret: SECRET } });
        results = [];
        (helper.getNode('out') as Node).on('input', (message) => void results.push(message as unknown as Result));
    }

    /** While `away`, requests are dropped; `broken` of them are answered as a reverse proxy does whose server is away. */
    async function listen(broken = 0, status = 502) {
        receiver = createServer((request, response) => {
            const chunks: Buffer[] = [];
            request.on('data', (chunk: Buffer) => chunks.push(chunk));
            request.on('end', () => {
                asked++;
                if (away) return void request.destroy();
                if (broken-- > 0) return void response.writeHead(status).end('<h1>Bad Gateway</h1>');
                heard.push((JSON.parse(Buffer.concat(chunks).toString()) as { active: boolean }).active);
                const body = JSON.stringify({ version: 1, outcome: 'accepted', time: time.clock.now() / 1000 });
                const nonce = String(request.headers['x-ridethrough-nonce']);
                const signature = signReply(SECRET, 200, nonce, Buffer.from(body));
                response.writeHead(200, { 'x-ridethrough-signature': signature }).end(body);
            });
        });
        await new Promise<void>((resolve) => receiver!.listen(port, '127.0.0.1', resolve));
    }

    const event = (episode: string, active = true) =>
        asEventMessage(
            { topic: 'UPS/power-fail', payload: active, event: { id: 'power-fail', episode, active } as never },
            time.clock.now(),
        );
    const receive = (message: EventMessage) => (helper.getNode('c') as Node).receive(message as never);

    for (const status of [502, 503, 504])
        it(`asks again when a proxy before the receiver says ${status}`, async () => {
            await listen(1, status);
            await load();
            receive(event(`proxy ${status}`));
            const { job } = await eventually(() => results[0]);
            deepEqual([job.ok, job.detail[0]!.outcome, job.detail[0]!.attempts], [true, 'accepted', 2]);
        });

    it('does not ask again where no Ridethrough is', async () => {
        await listen(9, 404);
        await load();
        receive(event('nobody'));
        const { job } = await eventually(() => results[0]);
        deepEqual([job.ok, job.detail[0]!.outcome, job.detail[0]!.attempts], [false, 'not-trusted', 1]);
    });

    it('the beginning that could not be told is not told behind the end', async () => {
        away = true;
        await listen();
        await load();
        receive(event('late'));
        await eventually(() => asked === 2);
        // Its next try is 2 s away, that of the end only 1 s.
        receive(event('late', false));
        await eventually(() => asked === 3);
        away = false;
        await eventually(() => results.length === 2);
        deepEqual(heard, [false]);
        deepEqual(
            results.map(({ payload, job }) => [payload, job.ok]),
            [
                [true, false],
                [false, true],
            ],
        );
        match(results[0]!.job.error!, /ended|event-over/);
    });

    it('two events at once do not disturb each other', async () => {
        away = true;
        await listen();
        await load();
        receive(event('one'));
        receive(event('other', false));
        await eventually(() => asked === 2);
        away = false;
        await eventually(() => results.length === 2);
        deepEqual([results.every(({ job }) => job.ok), [...heard].sort()], [true, [false, true]]);
    });
});
