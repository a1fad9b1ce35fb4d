import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import type { EventSource } from '../../lib/core/events/source';
import type { EventMessage, JobResult } from '../../lib/core/messages';
import type { SmsOutcome } from '../../lib/protocols/gsm/send-sms';
import upsModem from '../../nodes/config/ups-modem';
import upsSite from '../../nodes/config/ups-site';
import upsSms from '../../nodes/jobs/ups-sms';
import type { ModemOptions } from '../../simulators/gsm-modem/modem';
import { ModemServer } from '../../simulators/gsm-modem/server';
import { fakeTime } from '../support/fake-time';
import { helper, theFlow } from '../support/node-red';

type Result = EventMessage & { job: JobResult };

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

const edge = (active: boolean, text = 'Mains failed') => ({
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
        episode: 'e1',
        text,
    },
});

describe('ups-sms and ups-modem', function () {
    this.timeout(20_000);
    const time = fakeTime();
    const { onWire: eventually } = time;
    let directory: string;
    let server: ModemServer;

    before((done) => void helper.startServer(done));
    after((done) => void helper.stopServer(done));
    beforeEach(() => {
        directory = mkdtempSync(join(tmpdir(), 'ups-sms-'));
    });
    afterEach(async () => {
        theFlow().registry.removeSource(outage);
        await time.unload();
        await server.close();
        rmSync(directory, { recursive: true, force: true });
    });

    async function load(job: object = {}, { modem = {}, pin = '', dryRun = false, more = [] as object[] } = {}) {
        const flow = [
            { id: 'f', type: 'tab' },
            { id: 's', type: 'ups-site', name: 'Hall', directory, dryRun },
            { id: 'm', type: 'ups-modem', transport: 'tcp', host: '127.0.0.1', port: server.port, ...modem },
            {
                id: 'j',
                type: 'ups-sms',
                z: 'f',
                modem: 'm',
                to: '0176123456,+491761234567',
                site: 's',
                wires: [['out']],
                ...job,
            },
            { id: 'out', type: 'helper', z: 'f', wires: [] },
            ...more,
        ];
        await helper.load([upsSite, upsModem, upsSms] as never, flow as never, { m: { pin } } as never);
        const results: Result[] = [];
        (helper.getNode('out') as Node).on('input', (message) => void results.push(message as unknown as Result));
        return { results, job: helper.getNode('j') as Node, result: () => eventually(() => results[0], 15_000) };
    }
    const start = async (options: ModemOptions = {}) => (server = await new ModemServer(options).listen());
    const calls = (id: string, method: 'status' | 'error' | 'warn') =>
        ((helper.getNode(id) as Node)[method] as unknown as { getCalls(): { thisValue: unknown; args: unknown[] }[] })
            .getCalls()
            .filter(({ thisValue }) => thisValue === helper.getNode(id))
            .map(({ args }) => args[0]);
    const statuses = () => calls('j', 'status') as { fill: string; text: string }[];

    it('sends to all recipients, tells how each went, logs it, and shows the signal', async () => {
        await start({ csq: 20 });
        const { job, result } = await load({ text: '{{site.name}}: {{event.text}} €' });
        await eventually(() => statuses().some(({ fill, text }) => fill === 'green' && text === '65 % (-73 dBm)'));
        job.receive(edge(true) as never);
        const message = await result();
        assert.equal(message.job.ok, true);
        assert.deepEqual(
            (message.job.detail as SmsOutcome[]).map(({ to, ok, sent, parts }) => [to, ok, sent, parts]),
            [
                ['0176123456', true, 1, 1],
                ['+491761234567', true, 1, 1],
            ],
        );
        assert.deepEqual(
            server.modem.sent.map(({ to, text }) => [to, text]),
            [
                ['0176123456', 'Hall: Mains failed €'],
                ['+491761234567', 'Hall: Mains failed €'],
            ],
        );
        assert.match(theFlow().registry.site('s')!.store.logEntries()[0]!.text, /SMS to 2 recipients .*Mains failed/);
    });

    it('shares one modem among jobs, and lets go of it with the last', async () => {
        await start();
        const { job, result } = await load(
            {},
            { more: [{ id: 'k', type: 'ups-sms', z: 'f', modem: 'm', to: '111', site: 's', edge: 'off' }] },
        );
        job.receive(edge(true) as never);
        await result();
        assert.equal(server.connections, 1);
        await time.unload();
        await eventually(() => server.connections === 0);
    });

    it('goes on after a deploy in the middle of a long message, with the parts that are left', async () => {
        await start();
        const text = 'Mains failed. '.repeat(20);
        const first = await load({ text });
        server.modem.once('sms', () => server.modem.faults.push({ kind: 'no-final' }));
        first.job.receive(edge(true) as never);
        await eventually(() => server.modem.commands.filter((command) => command.startsWith('AT+CMGS')).length === 2);
        await time.unload();
        server.modem.faults.length = 0;
        const again = await load({ text });
        theFlow().registry.addSource(outage, theFlow().registry.site('s'));
        assert.equal((await again.result()).job.ok, true);
        const parts = server.modem.sent.map(({ to, concatenated }) => `${to} ${concatenated?.number}`);
        assert.deepEqual(parts, ['0176123456 1', '0176123456 2', '+491761234567 1', '+491761234567 2']);
        const references = server.modem.sent.map(({ concatenated }) => concatenated?.reference);
        assert.equal(references[0], references[1], 'one message, not two halves');
    });

    it('an SMS that is on its way at a deploy is heard of, and not sent again', async () => {
        await start();
        const first = await load();
        server.modem.once('sms', () => server.modem.faults.push({ kind: 'no-final' }));
        first.job.receive(edge(true) as never);
        const asked = () => server.modem.commands.filter((command) => command.startsWith('AT+CMGS')).length;
        const { modem } = server as unknown as { modem: { prompt?: unknown } };
        await eventually(() => asked() === 2 && modem.prompt === undefined);
        const unloading = time.unload();
        // The network takes its time, and the answer comes while the node is closing.
        await new Promise((resolve) => setImmediate(resolve));
        server.modem.say('+CMGS: 7');
        server.modem.say('OK');
        await unloading;
        server.modem.faults.length = 0;
        await load();
        const { store } = theFlow().registry.site('s')!;
        assert.deepEqual(store.interruptedJobs('j'), [], 'there is nothing to go on with');
        assert.equal(store.logEntries().filter(({ kind, level }) => kind === 'job' && level === 'info').length, 1);
        assert.equal(asked(), 2);
    });

    it('a recipient that is refused fails the job through done, once, and the next is told', async () => {
        await start();
        server.modem.faults.push({ kind: 'cms', code: 28, times: 1 });
        const { job, result } = await load();
        job.receive(edge(true) as never);
        const message = await result();
        assert.equal(message.job.ok, false);
        assert.match(message.job.error!, /0176123456.*recipientUnknown/);
        assert.equal(server.modem.sent.length, 1);
        assert.equal(calls('j', 'error').length, 1);
    });

    it('a wrong PIN is tried once, over a restart too, and is told nowhere', async () => {
        await start({ pin: '1234' });
        const { job, result } = await load({}, { pin: '8765' });
        job.receive(edge(true) as never);
        const message = await result();
        assert.match(message.job.error!, /sim-locked/);
        assert.equal(server.modem.attempts, 2);
        assert.ok(!JSON.stringify([message, calls('m', 'warn'), statuses()]).includes('8765'));
        await time.unload();
        await load({}, { pin: '8765' });
        await eventually(() => calls('m', 'warn').length > 0);
        assert.equal(server.modem.attempts, 2);
        await time.unload();
        await load({}, { pin: '1234' });
        await eventually(() => statuses().some(({ fill }) => fill === 'green'));
    });

    it('only says in a dry run what it would do', async () => {
        await start();
        const { job, result } = await load({}, { dryRun: true });
        job.receive(edge(true) as never);
        const { job: outcome } = await result();
        assert.deepEqual([outcome.ok, outcome.dryRun], [true, true]);
        assert.deepEqual(server.modem.sent, []);
        assert.match(theFlow().registry.site('s')!.store.logEntries()[0]!.text, /SMS to 2 recipients/);
    });

    for (const [what, over, modem, expected] of [
        ['no modem', { modem: '' }, {}, /config-missing.*modem/],
        ['no recipient', { to: '' }, {}, /config-missing.*to/],
        ['a recipient that is no number', { to: 'admin' }, {}, /config-invalid.*admin/],
        ['half a part', { maxParts: '1.5' }, {}, /config-invalid.*maxParts.*1\.5/],
        ['a modem without a host', {}, { host: '' }, /config-missing.*host/],
        ['a modem without a serial port', {}, { transport: 'serial' }, /config-missing.*path/],
    ] as const) {
        it(`says what is wrong with ${what}`, async () => {
            await start();
            const { job, result } = await load(over, { modem });
            job.receive(edge(true) as never);
            assert.match((await result()).job.error!, expected);
        });
    }

    it('fails in time when no modem answers, and closes without waiting for it', async () => {
        await start();
        const { job, results } = await load({ timeout: 1, retries: 0 }, { modem: { port: 1 } });
        job.receive(edge(true) as never);
        assert.match((await time.eventually(() => results[0])).job.error!, /refused/);
        await time.eventually(() => statuses().some(({ fill }) => fill === 'red'));
        const before = time.clock.now();
        await time.unload();
        assert.ok(time.clock.now() - before < 2000);
    });
});
