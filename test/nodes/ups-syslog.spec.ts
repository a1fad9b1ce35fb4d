import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { EventMessage } from '../../lib/core/messages';
import upsSite from '../../nodes/config/ups-site';
import upsSyslog from '../../nodes/jobs/ups-syslog';
import { freePort } from '../support/free-port';
import { helper, theFlow } from '../support/node-red';
import { SourceFlow } from '../support/source-flow';

const event = (active: boolean, episode = 'e1') =>
    ({
        topic: 'UPS/power-fail',
        payload: active,
        event: {
            id: 'power-fail',
            source: 'UPS',
            sourceId: 'gone',
            level: 'alarm',
            active,
            since: Date.UTC(2026, 0, 1),
            at: Date.UTC(2026, 0, 1),
            episode,
            text: 'Mains failed',
        },
    }) as EventMessage;

/** A syslog server that takes whatever comes. */
class Collector {
    readonly received: string[] = [];
    private readonly sockets = new Set<Socket>();
    private readonly server: Server = createServer((socket) => {
        let text = '';
        this.sockets.add(socket);
        socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        socket.on('error', () => socket.destroy());
        socket.on('close', () => {
            this.sockets.delete(socket);
            this.received.push(text);
        });
    });

    async start(port = 0): Promise<number> {
        await new Promise<void>((done) => this.server.listen(port, '127.0.0.1', done));
        return (this.server.address() as AddressInfo).port;
    }

    async stop(): Promise<void> {
        for (const socket of this.sockets) socket.destroy();
        await new Promise((done) => this.server.close(done));
    }
}

/** The messages of a stream, by their octet counts. */
function messagesOf(stream: string): string[] {
    const messages: string[] = [];
    for (let rest = Buffer.from(stream); rest.length > 0;) {
        const [head = '', count] = /^(\d+) /.exec(rest.toString('latin1')) ?? [];
        const end = head.length + Number(count);
        messages.push(rest.subarray(head.length, end).toString());
        rest = rest.subarray(end);
    }
    return messages;
}

describe('ups-syslog', () => {
    let bench: SourceFlow;
    let collector: Collector;
    let port: number;
    const job = (more: object = {}) => ({
        id: 'job1',
        type: 'ups-syslog',
        hosts: `127.0.0.1:${port}`,
        transport: 'tcp',
        framing: 'octets',
        format: 'rfc5424',
        severity: 'auto',
        dataId: 'ridethrough@32473',
        text: '{{event.text}} at {{site.name}}',
        timeout: 2,
        retries: 0,
        edge: 'both',
        log: 'errors',
        site: 'site1',
        wires: [['out']],
        ...more,
    });
    const jobs = () => bench.arrived().map((message) => (message as unknown as { job: Record<string, unknown> }).job);
    const logged = () =>
        theFlow()
            .registry.site('site1')!
            .store.logEntries()
            .filter(({ kind }) => kind === 'job')
            .map(({ text }) => text);

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(async () => {
        bench = new SourceFlow([upsSyslog]);
        collector = new Collector();
        port = await collector.start();
    });
    afterEach(async () => {
        await bench.close();
        await collector.stop();
    });

    it('sends both edges, with the severity of the event and its data', async () => {
        await bench.load([job()]);
        await bench.send('job1', event(true));
        await bench.onWire(() => collector.received.length === 1);
        const [text] = collector.received;
        assert.match(
            text,
            /^\d+ <130>1 2026-01-01T00:00:00\.000Z \S+ ridethrough \d+ power-fail \[ridethrough@32473 event="power-fail" source="UPS" level="alarm" active="true"/,
        );
        assert.match(text, /Mains failed at Site$/);
        assert.equal(Number(/^\d+/.exec(text)![0]), Buffer.byteLength(text) - /^\d+ /.exec(text)![0].length);
        await bench.send('job1', event(false));
        await bench.onWire(() => collector.received.length === 2);
        assert.match(collector.received[1], /<133>1/, 'the end is a notice');
        await bench.onWire(() => jobs().length === 2);
        assert.equal(logged().length, 0);
    });

    it('notes a failure locally, and still serves the other receivers', async () => {
        await bench.load([job({ hosts: `127.0.0.1:${await freePort()}, 127.0.0.1:${port}` })]);
        await bench.send('job1', event(true));
        await bench.onWire(() => logged().length === 1);
        assert.equal(collector.received.length, 1);
        assert.match(logged()[0], /1/);
        const result = await bench.onWire(() => jobs()[0]);
        assert.equal(result.ok, false);
        assert.deepEqual(
            (result.detail as { ok: boolean }[]).map(({ ok }) => ok),
            [false, true],
        );
        assert.equal(bench.calls('job1', 'error').length, 1);
    });

    it('a server that takes the connection and never answers does not hold the job for ever', async () => {
        const sockets: Socket[] = [];
        const silent = createServer({ allowHalfOpen: true }, (socket) => {
            sockets.push(socket.on('error', () => socket.destroy()).resume());
        });
        await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
        await bench.load([job({ hosts: `127.0.0.1:${(silent.address() as AddressInfo).port}`, timeout: 0.3 })]);
        await bench.send('job1', event(true));
        await bench.eventually(() => logged().length === 1);
        assert.match(logged()[0]!, /noAnswerInS \(s 0.3\)/);
        for (const socket of sockets) socket.destroy();
        await new Promise((done) => silent.close(done));
    });

    it('says what is wrong with its settings', async () => {
        for (const [more, field] of [
            [{ hosts: '' }, 'hosts'],
            [{ transport: 'pigeon' }, 'transport'],
            [{ severity: 'loud' }, 'severity'],
            [{ mode: 'everything' }, 'mode'],
            [{ dataId: 'no number' }, 'Structured data'],
            [{ transport: 'tls', tls: 'missing' }, 'tls'],
        ] as const) {
            await bench.load([job(more)]);
            assert.match(String(bench.calls('job1', 'error')[0]), new RegExp(field));
            await helper.unload();
        }
        await bench.load([job()]);
    });

    it('in a dry run says what it would send', async () => {
        const site = { id: 'site1', type: 'ups-site', name: 'Site', directory: bench.directory, dryRun: true };
        await helper.load([upsSite, upsSyslog] as never, [site, job(), { id: 'out', type: 'helper' }] as never);
        (helper.getNode('job1') as unknown as { receive(message: object): void }).receive(event(true));
        await bench.onWire(() => logged().length === 1);
        assert.match(logged()[0], /syslog crit to 127\.0\.0\.1:\d+: Mains failed at Site/);
        assert.equal(collector.received.length, 0);
    });

    describe('following the event log', () => {
        const follow = (more: object = {}) => job({ mode: 'log', ...more });
        const store = () => theFlow().registry.site('site1')!.store;
        const write = (text: string, more: object = {}) =>
            store().append({ at: Date.UTC(2026, 0, 1), kind: 'log', level: 'info', source: 'UPS 1', text, ...more });
        /** What the server got, message by message. */
        const got = () => collector.received.flatMap(messagesOf);
        const texts = () => got().map((message) => message.split('\uFEFF')[1]);

        it('sends every entry with its text as written, its level and where it comes from, without a wire', async () => {
            await bench.load([follow()]);
            await bench.settle();
            write('sysog_USV_15');
            write('Mains failed', {
                kind: 'event',
                level: 'alarm',
                eventId: 'power-fail',
                active: true,
                episode: 'e1',
            });
            write('RCCMD to host 1 failed', { kind: 'job', level: 'error' });
            await bench.onWire(() => got().length === 3);
            assert.deepEqual(texts(), ['sysog_USV_15', 'Mains failed', 'RCCMD to host 1 failed']);
            assert.match(
                got()[0]!,
                /^<133>1 2026-01-01T00:00:00\.000Z \S+ ridethrough \d+ log \[.* source="UPS 1" level="info" kind="log"/,
            );
            assert.match(
                got()[1]!,
                /^<130>1 .* power-fail \[.* event="power-fail".* active="true" episode="e1" site="Site" entry="\d+"\]/,
            );
            assert.match(got()[2]!, /^<131>1 /);
            assert.equal(bench.status('job1').text, 'followsLog');
        });

        it('notes once that the server is away, and sends what waited in order after a restart', async () => {
            const closed = await freePort();
            await bench.load([follow({ hosts: `127.0.0.1:${closed}`, name: 'Logs' })]);
            await bench.settle();
            write('first');
            await bench.onWire(() => store().logEntries().length === 2);
            write('second');
            const [note] = store().logEntries({ kinds: ['system'] });
            assert.deepEqual([note!.level, note!.source, note!.text], ['error', 'Logs', 'syslogLost']);
            await bench.onWire(() => bench.status('job1').fill === 'red');
            await helper.unload();
            const elsewhere = new Collector();
            await elsewhere.start(closed);
            try {
                await bench.load([follow({ hosts: `127.0.0.1:${closed}`, name: 'Logs' })]);
                await bench.onWire(() => elsewhere.received.length > 0);
                const all = elsewhere.received.join('');
                assert.match(all, /first[^]*second$/);
                assert.doesNotMatch(all, /syslogLost/, 'its own failure does not feed itself');
                write('third');
                await bench.onWire(() => elsewhere.received.join('').includes('third'));
                assert.equal(elsewhere.received.join('').split('first').length, 2, 'nothing twice');
            } finally {
                await elsewhere.stop();
            }
        });

        it('passes over what is written in a dry run', async () => {
            bench.siteSettings = { dryRun: true };
            await bench.load([follow()]);
            await bench.settle();
            write('rehearsed');
            await bench.settle();
            await helper.unload();
            bench.siteSettings = {};
            await bench.load([follow()]);
            write('real');
            await bench.onWire(() => got().length > 0);
            assert.deepEqual(texts(), ['real']);
        });

        it('says that it needs a site', async () => {
            await helper.load([upsSyslog] as never, [follow({ site: '' }), { id: 'out', type: 'helper' }] as never);
            await bench.onWire(() => bench.calls('job1', 'error').length === 1);
            assert.match(String(bench.calls('job1', 'error')[0]), /config-missing.*site/);
        });
    });
});
