import { deepEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import { SystemClock } from '../../lib/core/clock';
import type { EventSource } from '../../lib/core/events/source';
import type { EventMessage, JobResult } from '../../lib/core/messages';
import type { MailReport } from '../../lib/protocols/mail/report';
import mailAccount from '../../nodes/config/ups-mail-account';
import upsSite from '../../nodes/config/ups-site';
import upsEmail from '../../nodes/jobs/ups-email';
import { reply, SmtpSink } from '../lib/protocols/mail/smtp-sink';
import { eventually } from '../support/eventually';
import { helper, theFlow } from '../support/node-red';

const NODES = [upsSite, mailAccount, upsEmail] as never;
const PASSWORD = 'geheim&42';

/** A UPS that confirms that episode e2 lasts. */
const UPS: EventSource = {
    id: 'ups1',
    name: 'Rack 1',
    clock: new SystemClock(),
    stateOf: () => ({ active: true, episode: 'e2', confirmed: true, held: false }),
    activeEvents: () => [],
    status: () => undefined,
    remainingSeconds: () => undefined,
    secondsOnBattery: () => undefined,
    subscribe: () => () => undefined,
};

type Result = EventMessage & { job: JobResult & { detail: MailReport['detail'] } };

function edge(episode: string, change: Partial<EventMessage['event']> = {}): EventMessage {
    const active = change.active ?? true;
    return {
        topic: 'Rack 1/power-fail',
        payload: active,
        event: {
            id: 'power-fail',
            source: 'Rack 1',
            sourceId: '',
            level: 'alarm',
            active,
            since: Date.now(),
            at: Date.now(),
            episode,
            text: 'Mains failed',
            ...change,
        },
    };
}

const receive = (node: Node, message: EventMessage) => node.receive(message as never);

describe('ups-email', function () {
    this.timeout(20_000);
    let directory: string;
    let sink: SmtpSink;
    let results: Result[];
    let errors: string[];
    let statuses: { fill?: string; text?: string }[];

    before((done) => void helper.startServer(done));
    after((done) => void helper.stopServer(done));
    beforeEach(async () => {
        directory = mkdtempSync(join(tmpdir(), 'ups-email-'));
        sink = await new SmtpSink().start();
    });
    afterEach(async () => {
        await helper.unload();
        await sink.stop();
        rmSync(directory, { recursive: true, force: true });
    });

    async function load(
        job: object = {},
        { site = {}, account = {} }: { site?: object; account?: { port?: number } } = {},
    ): Promise<Node> {
        const flow = [
            { id: 'site1', type: 'ups-site', name: 'Plant', directory, ...site },
            {
                id: 'acc1',
                type: 'ups-mail-account',
                name: 'Relay',
                host: '127.0.0.1',
                port: String(account.port ?? sink.port),
                security: 'none',
                from: 'ups@plant.example',
            },
            {
                id: 'mail1',
                type: 'ups-email',
                name: 'Tell ops',
                account: 'acc1',
                site: 'site1',
                to: 'ops@x.example\nboss@x.example',
                subject: '{{site.name}}: {{event.text}}',
                text: 'UPS {{ups.name}}, charge {{battery.chargePercent}} %',
                minimumMinutes: '0',
                wires: [['out']],
                ...job,
            },
            { id: 'out', type: 'helper' },
        ];
        await helper.load(NODES, flow as never, { acc1: { user: '', password: '' } });
        results = [];
        errors = [];
        statuses = [];
        (helper.getNode('out') as Node).on('input', (message) => void results.push(message as unknown as Result));
        const node = helper.getNode('mail1') as Node & { on(event: string, listener: (call: never) => void): void };
        node.on('call:error', (call: { args: unknown[] }) => void errors.push(String(call.args[0])));
        node.on('call:status', (call: { args: [{ text?: string }] }) => void statuses.push(call.args[0]));
        return node;
    }

    const result = (count = 1) => eventually(() => results.at(count - 1));
    const log = () => theFlow().registry.site('site1')!.store.logEntries().reverse();
    const waiting = () => theFlow().registry.site('site1')!.store.mailQueue.list();

    it('sends a mail with its wildcards filled, and reports it', async () => {
        const node = await load();
        receive(node, edge('e1'));
        const { job, payload } = await result();
        equal(payload, true);
        deepEqual([job.ok, job.attempts, job.detail.state], [true, 1, 'sent']);
        deepEqual(job.detail.accepted, ['ops@x.example', 'boss@x.example']);
        equal(sink.mails.length, 1);
        const { parsed, to } = sink.mails[0];
        deepEqual(to, ['ops@x.example', 'boss@x.example']);
        equal(parsed.subject, 'Plant: Mains failed');
        equal(parsed.text?.trim(), 'UPS Rack 1, charge NA %');
        match(parsed.headers.find(({ key }) => key === 'x-ridethrough-event')!.value, /^id=power-fail; state=on/);
        deepEqual(waiting(), []);
        const [entry] = log();
        deepEqual([entry.kind, entry.level, entry.source, entry.eventId], ['job', 'info', 'Tell ops', 'power-fail']);
        deepEqual(errors, []);
    });

    it('leaves out the line about the UPS where no UPS is behind the event', async () => {
        const node = await load({ text: undefined });
        receive(node, edge('e1'));
        await result();
        equal(sink.mails[0].parsed.text?.trim(), 'Mains failed');
    });

    it('takes the files of its message along, and says how many are too long', async () => {
        const node = await load();
        const attachments = [
            { filename: '../report\r\n.html', contentType: 'text/html; charset=utf-8', content: '<h1>Ausfall ü</h1>' },
            { filename: 'long.csv', contentType: 'text/csv', content: 'x'.repeat(2_000_001) },
            { filename: 'odd.bin', contentType: 'text/html\r\nBcc: a@x.example', content: 'a,b' },
            { filename: 'no text', content: { a: 1 } },
            'nothing',
        ];
        receive(node, { ...edge('e1'), attachments } as never);
        await result();
        const { parsed, to } = sink.mails[0];
        deepEqual(to, ['ops@x.example', 'boss@x.example']);
        deepEqual(
            parsed.attachments.map(({ filename, mimeType, content }) => [
                filename,
                mimeType,
                new TextDecoder().decode(content as ArrayBuffer),
            ]),
            [
                ['.._report .html', 'text/html', '<h1>Ausfall ü</h1>'],
                ['odd.bin', 'text/plain', 'a,b'],
            ],
        );
        match(parsed.text!, /too long for a mail: 1/);
        deepEqual(errors, []);
    });

    it('runs at the end of the event if it is the counter job', async () => {
        const node = await load({ edge: 'off' });
        receive(node, edge('e1'));
        receive(node, edge('e1', { active: false, text: 'Mains back' }));
        await result();
        deepEqual(
            sink.mails.map(({ parsed }) => parsed.subject),
            ['Plant: Mains back'],
        );
    });

    it('sends HTML with escaped values, and attaches the logs', async () => {
        const node = await load({
            html: true,
            text: '<b>{{event.text}}</b>',
            attachEventLog: true,
            attachDataLog: true,
        });
        theFlow()
            .registry.site('site1')!
            .store.append({ at: 1, kind: 'log', level: 'info', source: 'x', text: 'noted before' });
        receive(node, edge('e1', { text: 'a < b' }));
        await result();
        const { parsed } = sink.mails[0];
        match(parsed.html!, /<b>a &lt; b<\/b>/);
        equal(parsed.text?.trim(), 'a < b');
        deepEqual(
            parsed.attachments.map(({ filename }) => filename),
            ['event-log.csv', 'data-log.csv'],
        );
        match(new TextDecoder().decode(parsed.attachments[0].content as ArrayBuffer), /noted before/);
    });

    it('gathers what comes within the minimum interval, and says when it goes out', async () => {
        const node = await load({ minimumMinutes: '5' });
        for (const episode of ['e1', 'e2', 'e3']) {
            receive(node, edge(episode));
            await result(results.length + 1);
        }
        deepEqual(
            results.map(({ job }) => job.detail.state),
            ['sent', 'gathered', 'gathered'],
        );
        const until = results[1].job.detail.until! - Date.now();
        ok(until > 290_000 && until <= 300_000, `${until} ms`);
        equal(sink.mails.length, 1);
        equal(waiting().length, 2);
    });

    it('keeps the mail when the server is away, says so once, and sends it after a restart of Node-RED', async () => {
        const { port } = sink;
        await sink.stop();
        const node = await load({ log: 'errors' }, { account: { port } });
        receive(node, edge('e1'));
        const { job } = await result();
        deepEqual([job.ok, job.detail.state], [false, 'queued']);
        match(job.error!, /mail-unreachable|cannot be reached/);
        await eventually(() => errors.length);
        equal(errors.length, 1);
        equal(waiting().length, 1);
        equal(log().length, 1);
        ok(
            statuses.some(({ text }) => text?.startsWith('1 ')),
            'shows how many mails wait',
        );

        await helper.unload();
        await sink.start(port);
        await load({ log: 'errors' }, { account: { port } });
        await eventually(() => sink.mails.length);
        equal(sink.mails[0].parsed.subject, 'Plant: Mains failed');
        await eventually(() => waiting().length === 0);
        match(log()[1].text, /Mail "Plant: Mains failed" sent to .* at attempt 2/);
        equal(sink.mails.length, 1);
        deepEqual(results, [], 'the job has reported before the restart');
    });

    it('mails an episode once, however often its message comes', async () => {
        const node = await load();
        receive(node, edge('e1'));
        await result();
        receive(node, edge('e1'));
        receive(node, edge('e2'));
        await result(2);
        equal(sink.mails.length, 2);
    });

    it('goes on after a kill between queueing and reporting, without a second mail', async () => {
        const { port } = sink;
        await sink.stop();
        const node = await load({}, { account: { port } });
        receive(node, edge('e1'));
        await result();
        const { store } = theFlow().registry.site('site1')!;
        const interrupted = edge('e2', { sourceId: UPS.id });
        store.beginJob({ nodeId: 'mail1', key: 'e2', message: interrupted, at: Date.now() });
        store.saveJobProgress('mail1', 'e2', { mailId: waiting()[0].id });
        await helper.unload();

        theFlow().registry.addSource(UPS, undefined);
        await sink.start(port);
        await load({}, { account: { port } });
        const { job, event } = await result();
        theFlow().registry.removeSource(UPS);
        deepEqual([job.ok, event.episode], [true, 'e2']);
        await eventually(() => sink.mails.length);
        deepEqual(store === theFlow().registry.site('site1')!.store, false);
        deepEqual(theFlow().registry.site('site1')!.store.interruptedJobs('mail1'), []);
        equal(sink.mails.length, 1);
        deepEqual(waiting(), []);
    });

    it('names the recipients that the server refuses', async () => {
        await sink.stop();
        sink = await new SmtpSink({
            onRcptTo: ({ address }, _session, done) => done(address.startsWith('boss') ? reply(550, 'gone') : null),
        }).start();
        const node = await load();
        receive(node, edge('e1'));
        const { job } = await result();
        equal(job.ok, false);
        match(job.error!, /boss@x\.example/);
        deepEqual(job.detail.accepted, ['ops@x.example']);
        equal(job.detail.refused?.[0].permanent, true);
        deepEqual(waiting(), []);
    });

    it('sends to the others when an entry among the recipients is no address, and names it', async () => {
        const node = await load({ to: 'ops@x.example, {{ups.serial}}' });
        receive(node, edge('e1'));
        const { job } = await result();
        deepEqual([job.ok, job.detail.accepted], [false, ['ops@x.example']]);
        deepEqual(job.detail.refused, [{ address: 'NA', permanent: true, reason: 'not an e-mail address' }]);
        equal(sink.mails.length, 1);
    });

    it('never tells the password', async () => {
        await sink.stop();
        sink = await new SmtpSink({
            authOptional: false,
            allowInsecureAuth: true,
            onAuth: ({ password }, _session, done) => done(reply(535, `wrong: ${password}`)),
        }).start();
        await load();
        await helper.unload();
        const flow = [
            { id: 'site1', type: 'ups-site', directory },
            {
                id: 'acc1',
                type: 'ups-mail-account',
                host: '127.0.0.1',
                port: sink.port,
                security: 'none',
                from: 'a@x.org',
            },
            { id: 'mail1', type: 'ups-email', account: 'acc1', site: 'site1', to: 'b@x.org', wires: [['out']] },
            { id: 'out', type: 'helper' },
        ];
        await helper.load(NODES, flow as never, { acc1: { user: 'ups', password: PASSWORD } });
        results = [];
        (helper.getNode('out') as Node).on('input', (message) => void results.push(message as unknown as Result));
        receive(helper.getNode('mail1') as Node, edge('e1'));
        const { job } = await result();
        match(job.error!, /535/);
        doesNotMatch(JSON.stringify([job, log(), waiting()]), new RegExp(PASSWORD));
        equal(waiting().length, 1, 'kept until the password is right');
    });

    it('only says what it would send in a dry run', async () => {
        const node = await load({}, { site: { dryRun: true } });
        receive(node, edge('e1'));
        const { job } = await result();
        deepEqual([job.ok, job.dryRun], [true, true]);
        match(log()[0].text, /mail to ops@x\.example, boss@x\.example by Relay: Plant: Mains failed/);
        equal(sink.mails.length, 0);
    });

    it('sends a test mail from the editor at once, outside the interval', async () => {
        const node = await load({ minimumMinutes: '5' });
        const press = () => helper.request().post('/ridethrough/jobs/mail1/test').set('X-Requested-With', 'test');
        const first = await press().expect(200);
        equal((first.body as { ok: boolean }).ok, true);
        await press().expect(200);
        equal(sink.mails.length, 2);
        receive(node, edge('e1'));
        const { job } = await result();
        equal(job.detail.state, 'sent', 'a test does not hold up a real alarm');
    });

    for (const [what, job, expected] of [
        ['without an account', { account: '' }, /account/],
        ['without recipients', { to: ' ' }, /\bto\b/],
        ['with a recipient that is no address', { to: 'ops' }, /ops/],
    ] as const) {
        it(`fails ${what}, and says why`, async () => {
            const node = await load(job);
            receive(node, edge('e1'));
            const failed = await result();
            equal(failed.job.ok, false);
            match(failed.job.error!, expected);
            equal(sink.mails.length, 0);
        });
    }

    it('says at the deploy which setting is wrong, and mails with its default all the same', async () => {
        const node = await load({ minimumMinutes: 'often', statusMode: 'hourly' });
        const said = (node.error as unknown as { args: unknown[][] }).args.map(([text]) => String(text));
        match(said.join(), /often/);
        receive(node, edge('e1'));
        const { job } = await result();
        equal(job.detail.state, 'sent');
    });

    it('sends without a site too, from memory', async () => {
        const flow = [
            {
                id: 'acc1',
                type: 'ups-mail-account',
                host: '127.0.0.1',
                port: sink.port,
                security: 'none',
                from: 'a@x.org',
            },
            {
                id: 'mail1',
                type: 'ups-email',
                account: 'acc1',
                to: 'b@x.org',
                subject: '{{event.text}}',
                attachEventLog: true,
                wires: [['out']],
            },
            { id: 'out', type: 'helper' },
        ];
        await helper.load(NODES, flow as never);
        results = [];
        (helper.getNode('out') as Node).on('input', (message) => void results.push(message as unknown as Result));
        (helper.getNode('mail1') as Node).receive({ topic: 'door/open', payload: true } as never);
        equal((await result()).job.ok, true);
        equal(sink.mails[0].parsed.subject, 'door/open');
        deepEqual(sink.mails[0].parsed.attachments, []);
    });

    it('closes in the time that Node-RED gives it while a server hangs, and the mail stays', async function () {
        this.timeout(30_000);
        await sink.stop();
        sink = await new SmtpSink({ onConnect: () => undefined }).start();
        const node = await load();
        receive(node, edge('e1'));
        await eventually(() => waiting().length);
        const begun = Date.now();
        await helper.unload();
        ok(Date.now() - begun < 14_000);
        await sink.stop();
        sink = await new SmtpSink().start();
        await load();
        await eventually(() => sink.mails.length, 5_000);
        equal(sink.mails[0].parsed.subject, 'Plant: Mains failed');
    });
});
