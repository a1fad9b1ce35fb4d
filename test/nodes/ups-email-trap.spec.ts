import { deepEqual, equal, match } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import type { EventMessage, JobResult } from '../../lib/core/messages';
import type { EmailTrap } from '../../lib/protocols/mail/email-trap';
import mailAccount from '../../nodes/config/ups-mail-account';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsSimulator from '../../nodes/devices/ups-simulator';
import upsEmail from '../../nodes/jobs/ups-email';
import upsEmailTrap from '../../nodes/jobs/ups-email-trap';
import { SmtpSink } from '../lib/protocols/mail/smtp-sink';
import { fakeTime } from '../support/fake-time';
import { helper, theFlow } from '../support/node-red';

const NODES = [upsSite, upsUnit, upsSimulator, mailAccount, upsEmail, upsEmailTrap] as never;

describe('mails without wires', function () {
    this.timeout(30_000);
    const time = fakeTime();
    const { eventually } = time;
    let directory: string;
    let sink: SmtpSink;
    let jobs: JobResult[];

    before((done) => void helper.startServer(done));
    after((done) => void helper.stopServer(done));
    beforeEach(async () => {
        directory = mkdtempSync(join(tmpdir(), 'ups-mails-'));
        sink = await new SmtpSink().start();
    });
    afterEach(async () => {
        await time.unload();
        await sink.stop();
        rmSync(directory, { recursive: true, force: true });
    });

    async function load(job: object, site: object = {}): Promise<void> {
        const flow = [
            { id: 'site1', type: 'ups-site', name: 'Plant', directory, ...site },
            { id: 'u1', type: 'ups-unit', name: 'Rack 1', site: 'site1', ratedVA: 1000, loadVA: 500, holdMinutes: 30 },
            {
                id: 'acc1',
                type: 'ups-mail-account',
                host: '127.0.0.1',
                port: sink.port,
                security: 'none',
                from: 'ups@plant.example',
            },
            {
                id: 'job',
                account: 'acc1',
                to: 'nms@x.example',
                site: 'site1',
                edge: 'both',
                z: 'f',
                wires: [['out']],
                ...job,
            },
            // Last, as a real device would be: its first reading comes when the jobs have started.
            {
                id: 'sim1',
                type: 'ups-simulator',
                ups: 'u1',
                interval: 0.1,
                holdMinutes: 30,
                loadVA: 500,
                ratedVA: 1000,
                z: 'f',
                wires: [[]],
            },
            { id: 'out', type: 'helper', z: 'f' },
            { id: 'f', type: 'tab' },
        ];
        await helper.load(NODES, flow as never);
        jobs = [];
        (helper.getNode('out') as Node).on(
            'input',
            (message) => void jobs.push((message as never as { job: JobResult }).job),
        );
        await eventually(() => theFlow().registry.source('u1')?.status());
    }

    const mains = (command: 'mains-fail' | 'mains-return') =>
        (helper.getNode('sim1') as Node).receive({ topic: 'mains', payload: command === 'mains-return' } as never);
    const subjects = () => sink.mails.map(({ parsed }) => parsed.subject);
    const shown = () =>
        (helper.getNode('job').status as unknown as { args: [{ text?: string }][] }).args.map(
            ([{ text }]) => text ?? '',
        );

    const wired = (active = true): EventMessage => ({
        topic: 'Rack 1/power-fail',
        payload: active,
        event: {
            id: 'power-fail',
            source: 'Rack 1',
            sourceId: 'u1',
            level: 'alarm',
            active,
            since: 1_000,
            at: 2_000,
            episode: 'e1',
            text: 'Mains failed',
        },
        status: theFlow().registry.source('u1')!.status(),
    });

    it('sends a trap with its JSON and its headers, once per edge', async () => {
        await load({ type: 'ups-email-trap' });
        const node = helper.getNode('job') as Node;
        node.receive(wired() as never);
        node.receive(wired() as never);
        node.receive(wired(false) as never);
        await eventually(() => jobs.length === 2);
        deepEqual(subjects(), [
            '[ridethrough-email-trap/1] Plant/Rack 1 power-fail on',
            '[ridethrough-email-trap/1] Plant/Rack 1 power-fail off',
        ]);
        const { parsed } = sink.mails[0]!;
        const header = (name: string) => parsed.headers.find(({ key }) => key === name)?.value ?? '';
        equal(header('x-ridethrough-trap'), 'schema=ridethrough-email-trap; version=1; id=e1|on');
        equal(header('x-ridethrough-source'), 'site=Plant; name=Rack%201; id=u1');
        match(
            header('x-ridethrough-time'),
            /^at=1970-01-01T00:00:02\.000Z; since=1970-01-01T00:00:01\.000Z; created=20/,
        );
        const [file] = parsed.attachments;
        equal(file!.filename, 'ridethrough-email-trap.json');
        const trap = JSON.parse(new TextDecoder().decode(file!.content as ArrayBuffer)) as EmailTrap;
        deepEqual([trap.schema, trap.version, trap.id], ['ridethrough-email-trap', 1, 'e1|on']);
        deepEqual([trap.site?.name, trap.source, trap.event.active], ['Plant', { id: 'u1', name: 'Rack 1' }, true]);
        equal(new Date(trap.status!.time).toISOString(), trap.status!.time);
        equal(trap.status!.output.source, 'normal');
        deepEqual(trap.activeEvents, []);
    });

    it('only says in a dry run what trap it would send, and fails without recipients', async () => {
        await load({ type: 'ups-email-trap' }, { dryRun: true });
        (helper.getNode('job') as Node).receive(wired() as never);
        await eventually(() => jobs.length === 1);
        deepEqual([jobs[0]!.dryRun, sink.mails.length], [true, 0]);
        await time.unload();
        await load({ type: 'ups-email-trap', to: '' });
        (helper.getNode('job') as Node).receive(wired(false) as never);
        await eventually(() => jobs.length === 1);
        match(jobs[0]!.error!, /\bto\b/);
    });

    it('takes the chosen events of its UPSs by itself, each once, also over a restart', async () => {
        const job = { type: 'ups-email-trap', automatic: true, events: ['power-fail'] };
        await load(job);
        mains('mains-fail');
        // until the server's answer has been taken: before, a restart sends the mail again under its Message-ID
        await eventually(() => jobs.length === 1);
        equal(sink.mails.length, 1);
        await time.unload();
        await load(job);
        mains('mains-return');
        await eventually(() => sink.mails.length >= 2);
        deepEqual(
            subjects().map((subject) => subject?.replace(/.* /, '')),
            ['on', 'off'],
        );
        equal(subjects().filter((subject) => subject?.endsWith('on')).length, 1);
    });

    it('gathers an outage into one mail after its end, and shows how many are gathered', async () => {
        await load({
            type: 'ups-email',
            automatic: true,
            events: ['power-fail'],
            digest: true,
            digestMinutes: 60,
            subject: '{{event.text}}',
            text: 'at {{event.id}}',
        });
        mains('mains-fail');
        await eventually(() => jobs.length === 1);
        equal(sink.mails.length, 0);
        match(shown().join('|'), /gathered/);
        mains('mains-return');
        await eventually(() => jobs.length === 2);
        equal(sink.mails.length, 0, 'the last messages may still come');
        await eventually(() => sink.mails.length === 1);
        match(subjects()[0]!, /\(\+1 more\)$/);
        equal(sink.mails[0]!.parsed.text!.match(/at power-fail/g)!.length, 2);
    });

    it('sends a status mail that was missed once, with every UPS and its values', async () => {
        const job = { type: 'ups-email', statusMode: 'interval', statusHours: 1, minimumMinutes: 5 };
        await load(job);
        const { store } = theFlow().registry.site('site1')!;
        store.setValue('job', 'status-mail', time.clock.now() - 5 * 3_600_000);
        await time.unload();
        await load(job);
        await eventually(() => jobs.length === 1);
        match(subjects()[0]!, /^Status of Rack 1: /);
        match(sink.mails[0]!.parsed.text!, /Rack 1\n {2}source +normal/);
        await time.unload();
        await load(job);
        await new Promise((resolve) => setImmediate(resolve));
        equal(sink.mails.length, 1);
    });

    it('tells a status plan that is none', async () => {
        await load({ type: 'ups-email', statusMode: 'daily', statusTime: '25:00' });
        const said = (helper.getNode('job').error as unknown as { args: unknown[][] }).args.map(([text]) =>
            String(text),
        );
        match(said.join(), /07:30/);
    });
});
