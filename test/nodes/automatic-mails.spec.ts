import { deepEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import type { MailRecord } from '../../lib/protocols/mail/mail';
import mailAccount from '../../nodes/config/ups-mail-account';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsSimulator from '../../nodes/devices/ups-simulator';
import upsEmail from '../../nodes/jobs/ups-email';
import upsDigitalInput from '../../nodes/sensors/ups-digital-input';
import upsMarker from '../../nodes/sensors/ups-marker';
import upsSensor from '../../nodes/sensors/ups-sensor';
import { SmtpSink } from '../lib/protocols/mail/smtp-sink';
import { fakeTime } from '../support/fake-time';
import { helper, theFlow } from '../support/node-red';

const NODES = [
    ...[upsSite, upsUnit, upsSimulator, mailAccount, upsEmail],
    ...[upsSensor, upsDigitalInput, upsMarker],
] as never;

describe('mails without wires cover every source of the site', function () {
    this.timeout(30_000);
    const time = fakeTime();
    const { eventually } = time;
    let directory: string;
    let sink: SmtpSink;

    before((done) => void helper.startServer(done));
    after((done) => void helper.stopServer(done));
    beforeEach(async () => {
        directory = mkdtempSync(join(tmpdir(), 'ups-automatic-'));
        sink = await new SmtpSink().start();
    });
    afterEach(async () => {
        await time.unload();
        await sink.stop();
        rmSync(directory, { recursive: true, force: true });
    });

    async function load(job: object): Promise<void> {
        const flow = [
            { id: 'site1', type: 'ups-site', name: 'Plant', directory },
            { id: 'site2', type: 'ups-site', name: 'Other', directory: join(directory, 'other') },
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
                type: 'ups-email',
                account: 'acc1',
                to: 'a@x.org',
                site: 'site1',
                edge: 'both',
                z: 'f',
                ...job,
            },
            {
                id: 'sim',
                type: 'ups-simulator',
                ups: 'u1',
                interval: 0.1,
                holdMinutes: 30,
                loadVA: 500,
                ratedVA: 1000,
                z: 'f',
                wires: [[]],
            },
            { id: 'f', type: 'tab' },
            { id: 'room', type: 'ups-sensor', name: 'Room', site: 'site1', unit: '°C', alarmHigh: '30', z: 'f' },
            {
                id: 'door',
                type: 'ups-digital-input',
                name: 'Door',
                site: 'site1',
                contact: 'no',
                debounce: '0',
                z: 'f',
            },
            {
                id: 'both',
                type: 'ups-marker',
                name: 'Burglars',
                site: 'site1',
                logic: 'and',
                topics: ['Door/on', 'night'],
                z: 'f',
            },
            { id: 'far', type: 'ups-sensor', name: 'Far', site: 'site2', unit: '°C', alarmHigh: '30', z: 'f' },
        ];
        await helper.load(NODES, flow as never, { acc1: {} });
        await eventually(() => theFlow().registry.source('u1')?.status());
    }

    const send = (id: string, message: object) => (helper.getNode(id) as Node).receive(message as never);
    const subjects = () => sink.mails.map(({ parsed }) => parsed.subject ?? '');
    const text = () => sink.mails.at(-1)!.parsed.text!;
    const automatic = { automatic: true, events: ['power-fail'], subject: '{{event.source}} {{event.id}}', text: 'x' };

    async function everything(): Promise<void> {
        send('room', { payload: 35 });
        send('far', { payload: 35 });
        send('door', { payload: true });
        send('both', { topic: 'Door/on', payload: true });
        send('both', { topic: 'night', payload: true });
        await eventually(() => theFlow().registry.source('both')?.activeEvents().length);
    }

    it('tells of a sensor, a contact and a marker of its site, whatever events of UPSs are chosen', async () => {
        await load(automatic);
        await everything();
        await eventually(() => sink.mails.length >= 3);
        send('room', { payload: 20 });
        await eventually(() => sink.mails.length >= 4);
        deepEqual(subjects().slice(0, 3).sort(), ['Burglars on', 'Door on', 'Room alarm-high']);
        equal(subjects()[3], 'Room alarm-high', 'its end; that it is normal again is no mail of its own');
        equal(sink.mails.length, 4);
    });

    it('tells of UPSs alone where that is chosen', async () => {
        await load({ ...automatic, otherSources: false });
        await everything();
        send('sim', { topic: 'mains', payload: false });
        await eventually(() => sink.mails.length);
        deepEqual(subjects(), ['Rack 1 power-fail']);
    });

    it('tells of one UPS and what belongs to it', async () => {
        await load({ ...automatic, ups: 'u1' });
        await everything();
        send('sim', { topic: 'mains', payload: false });
        await eventually(() => sink.mails.length);
        deepEqual(subjects(), ['Rack 1 power-fail']);
    });

    const overdue = () =>
        theFlow()
            .registry.site('site1')!
            .store.setValue('job', 'status-mail', time.clock.now() - 5 * 3_600_000);
    const status = { statusMode: 'interval', statusHours: 1 };

    it('a status mail has a line for each', async () => {
        await load(status);
        await everything();
        overdue();
        await time.unload();
        await load(status);
        equal(sink.mails.length, 0, 'not before all have been read');
        send('room', { payload: 36 });
        send('door', { payload: true });
        send('both', { topic: 'Door/on', payload: true });
        send('both', { topic: 'night', payload: true });
        await eventually(() => sink.mails.length);
        match(text(), /Rack 1\n {2}source/);
        match(text(), /Sensors and inputs\n/);
        match(text(), /\n {2}Room: 36 °C; .*\(since /);
        match(text(), /\n {2}Door: on; /);
        match(text(), /\n {2}Burglars: on; /);
        doesNotMatch(text(), /Far/);
        match(subjects()[0], /with alarms/);
    });

    it('gathers what a sensor tells in an outage with the mails of that outage', async () => {
        await load({ ...automatic, digest: true, digestMinutes: 60 });
        send('sim', { topic: 'mains', payload: false });
        await eventually(() => theFlow().registry.source('u1')?.stateOf('power-fail').active);
        send('room', { payload: 35 });
        const waiting = () => theFlow().registry.site('site1')!.store.mailQueue.list();
        await eventually(() => waiting().length === 2);
        ok(waiting().every(({ payload }) => (payload as MailRecord).gather?.held === 'u1'));
        equal(sink.mails.length, 0);
    });

    it('mails at once what a sensor tells while the mains are there', async () => {
        await load({ ...automatic, digest: true, digestMinutes: 60 });
        send('room', { payload: 35 });
        await eventually(() => sink.mails.length);
    });
});
