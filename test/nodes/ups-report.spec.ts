import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import type { EventMessage } from '../../lib/core/messages';
import type { EnergyReport, OutageReport, Report } from '../../lib/reports';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsSimulator from '../../nodes/devices/ups-simulator';
import upsEvent from '../../nodes/events/ups-event';
import upsLog from '../../nodes/jobs/ups-log';
import upsReport from '../../nodes/history/ups-report';
import { fakeTime } from '../support/fake-time';
import { helper, theFlow } from '../support/node-red';

const NODES = [upsSite, upsUnit, upsSimulator, upsEvent, upsLog, upsReport] as never;

interface Sent extends EventMessage {
    report: Report;
    filename: string;
    attachments: { filename: string; contentType: string; content: string }[];
}

describe('ups-report', () => {
    const time = fakeTime();
    const eventually: typeof time.eventually = (condition) => time.eventually(condition, 120_000);
    let directory: string;
    let got: Sent[];
    let errors: string[];

    before(() => helper.startServer());
    after(() => helper.stopServer());
    beforeEach(() => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-'));
        got = [];
        errors = [];
    });
    afterEach(async () => {
        await time.unload();
        rmSync(directory, { recursive: true });
    });

    const load = async (settings: object = {}) => {
        await helper.load(NODES, [
            { id: 'site1', type: 'ups-site', name: 'Plant', directory, dataLogSeconds: 1 },
            { id: 'unit1', type: 'ups-unit', name: 'UPS 1', site: 'site1', staleSeconds: 30 },
            { id: 'sim1', type: 'ups-simulator', ups: 'unit1', interval: 1, holdMinutes: 60, loadVA: 1000 },
            { id: 'event1', type: 'ups-event', ups: 'unit1', events: ['power-fail'], wires: [['report1', 'log1']] },
            { id: 'log1', type: 'ups-log', name: 'Note it', ups: 'unit1', text: 'The mains are gone' },
            { id: 'report1', type: 'ups-report', kind: 'outage', waitMinutes: 0.25, wires: [['out']], ...settings },
            { id: 'out', type: 'helper' },
        ] as never);
        (helper.getNode('out') as Node).on('input', (message) => got.push(message as never));
        const node = helper.getNode('report1') as Node & { on(event: string, listener: (call: never) => void): void };
        node.on('call:error', (call: { args: unknown[] }) => void errors.push(String(call.args[0])));
        const status = () => theFlow().registry.source('unit1')?.status();
        await eventually(status);
    };
    const mains = (there: boolean) =>
        (helper.getNode('sim1') as Node).receive({ topic: 'mains', payload: there } as never);
    const ask = (message: object) => (helper.getNode('report1') as Node).receive(message as never);
    const isDark = () => theFlow().registry.source('unit1')!.stateOf('power-fail').active;
    const outage = async (seconds: number) => {
        mains(false);
        await eventually(isDark);
        const since = time.clock.now();
        await eventually(() => time.clock.now() >= since + seconds * 1000);
        mains(true);
        await eventually(() => !isDark());
    };

    it('tells of an outage some time after its end, with files for a mail', async () => {
        await load();
        await outage(20);
        const ended = time.clock.now();
        await eventually(() => time.clock.now() >= ended + 12_000);
        assert.equal(got.length, 0, 'it waits');
        const message = await eventually(() => got[0]);
        assert.ok(time.clock.now() >= ended + 14_000);
        assert.equal(message.event.id, 'power-fail');
        assert.equal(message.payload, false);
        assert.match(message.event.text, /2\d s\. One job ran\.$/);
        const report = message.report as OutageReport;
        assert.equal(report.episode, message.event.episode);
        assert.ok(report.seconds >= 20 && report.seconds < 25, `${report.seconds}`);
        assert.deepEqual(
            report.events.filter(({ eventId }) => eventId === 'power-fail').map(({ active }) => active),
            [true, false],
        );
        assert.deepEqual(
            report.jobs.map(({ name, outcome, text }) => [name, outcome, text]),
            [['Note it', 'done', 'The mains are gone']],
        );
        assert.deepEqual(
            report.plan!.map(({ name, outcome, differenceSeconds }) => [name, outcome, differenceSeconds]),
            [['Note it', 'done', 0]],
        );
        assert.ok(report.battery.chargeAtOnset! > report.battery.lowestCharge!.value);
        assert.ok(report.curves.some(({ quantity, points }) => quantity === 'charge' && points.length > 10));
        assert.deepEqual(
            message.attachments.map(({ filename, contentType }) => [filename.replace(/^.*\./, ''), contentType]),
            [
                ['html', 'text/html; charset=utf-8'],
                ['csv', 'text/csv; charset=utf-8'],
            ],
        );
        assert.match(message.attachments[0]!.content, /^<!DOCTYPE html>[\s\S]*UPS 1 · Plant/);
        assert.deepEqual(errors, []);
    });

    it('a stop while it waits does not lose the report, and it comes once', async () => {
        await load();
        await outage(5);
        const ended = time.clock.now();
        await time.unload();
        got = [];
        await load();
        await eventually(() => got[0]);
        assert.ok(time.clock.now() >= ended + 14_000);
        await time.unload();
        await load();
        const start = time.clock.now();
        await eventually(() => time.clock.now() >= start + 30_000);
        assert.equal(got.length, 1);
        assert.ok((got[0]!.report as OutageReport).seconds >= 5);
    });

    it('any other message asks for the latest outage, and fails if there was none', async () => {
        await load();
        ask({ payload: 'now' });
        await eventually(() => errors[0]);
        assert.match(errors[0]!, /UPS 1/);
        await outage(5);
        ask({ payload: 'now', topic: 'mine' });
        const message = await eventually(() => got[0]);
        assert.equal(message.report.kind, 'outage');
        assert.deepEqual([message.topic, message.event.id, message.payload], ['UPS 1/report', 'report', true]);
    });

    it('makes one message for each file if so set, of the range in the message', async () => {
        await load({ kind: 'energy', range: 'message', output: 'payload', json: true });
        const begin = time.clock.now();
        await eventually(() => time.clock.now() >= begin + 30_000);
        const to = time.clock.now();
        ask({ from: new Date(to - 20_000).toISOString(), to });
        await eventually(() => got.length === 3);
        assert.deepEqual(
            got.map(({ filename }) => filename.replace(/^.*\./, '')),
            ['html', 'csv', 'json'],
        );
        const { total } = JSON.parse(got[2]!.payload as unknown as string) as EnergyReport;
        assert.ok(total.coverage > 0.9, `${total.coverage}`);
        const watts = theFlow().registry.source('unit1')!.status()!.output.lines[0]!.power!;
        assert.ok(Math.abs(total.kilowattHours! - ((watts / 1000) * 20 * total.coverage) / 3600) < 0.0002);
        ask({ from: to, to: to - 1 });
        await eventually(() => errors[0]);
        assert.equal(got.length, 3);
    });

    it('a schedule that ends asks for nothing, one that begins for the report', async () => {
        await load({ kind: 'quality', range: 'yesterday' });
        const event = {
            id: 'schedule',
            source: 'Monthly',
            sourceId: 's1',
            level: 'info',
            since: 1,
            at: 1,
            episode: 'e1',
        };
        ask({ topic: 'Monthly/schedule', payload: false, event: { ...event, active: false, text: 'over' } });
        ask({ topic: 'Monthly/schedule', payload: true, event: { ...event, active: true, text: 'on' } });
        const { report } = await eventually(() => got[0]);
        assert.equal(report.kind, 'quality');
        assert.equal(got.length, 1);
    });
});
