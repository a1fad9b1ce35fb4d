import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import { impedanceHistory } from '../../bench/support/block-history';
import { BatterySource } from '../../lib/core/batteries/battery-source';
import type { EventMessage } from '../../lib/core/messages';
import type { UpsStatus } from '../../lib/core/status/status';
import type { BatteryDischargeReport, BatteryHealthReport, BatteryReplacementReport, Report } from '../../lib/reports';
import upsBatteryEvent from '../../nodes/batteries/ups-battery-event';
import upsBatteryReport from '../../nodes/batteries/ups-battery-report';
import upsBattery from '../../nodes/config/ups-battery';
import upsSite from '../../nodes/config/ups-site';
import type { UpsBatteryNode } from '../../nodes/shared/config/battery-of';
import { fakeTime } from '../support/fake-time';
import { helper, theFlow } from '../support/node-red';

const NODES = [upsSite, upsBattery, upsBatteryEvent, upsBatteryReport] as never;
const DAY_MS = 86_400_000;

interface Sent extends EventMessage {
    report: Report;
    filename: string;
    attachments: { filename: string; contentType: string; content: string }[];
}

describe('ups-battery-report', () => {
    const time = fakeTime();
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

    const load = async (settings: object, language = 'en-US') => {
        await helper.load(NODES, [
            { id: 'site1', type: 'ups-site', name: 'Plant', directory, dataLogSeconds: 5, language },
            {
                id: 'battery1',
                type: 'ups-battery',
                name: 'Battery 1',
                site: 'site1',
                capacityAh: '100',
                currentSensors: 'each-string',
                batteryType: 'FG 100',
                stringNames: ['Rack A', 'Rack B'],
                staleSeconds: 0,
            },
            {
                id: 'event1',
                type: 'ups-battery-event',
                battery: 'battery1',
                events: ['discharging'],
                wires: [['report1'], []],
            },
            { id: 'report1', type: 'ups-battery-report', battery: 'battery1', wires: [['out']], ...settings },
            { id: 'out', type: 'helper' },
        ] as never);
        (helper.getNode('out') as Node).on('input', (message) => got.push(message as never));
        const node = helper.getNode('report1') as Node & { on(event: string, listener: (call: never) => void): void };
        node.on('call:error', (call: { args: unknown[] }) => void errors.push(String(call.args[0])));
        const source = theFlow().registry.source('battery1');
        assert.ok(source instanceof BatterySource);
        return source;
    };
    const site = () => (helper.getNode('battery1') as UpsBatteryNode).site!;
    const ask = (message: object) => (helper.getNode('report1') as Node).receive(message as never);
    /** Eight blocks of two strings, a reading each 5 s for so long; block 3 is at `third`. */
    const read = async (battery: BatterySource, seconds: number, volts: number, amperes: number, third = volts) => {
        for (let second = 0; second < seconds; second += 5) {
            battery.take({
                strings: 2,
                blocks: {
                    voltage: Array.from({ length: 8 }, (_, i) => (i === 2 ? third : volts)),
                    temperature: Array.from({ length: 8 }, () => 22),
                    impedance: Array.from({ length: 8 }, () => 4),
                },
                byString: { current: [amperes, amperes] },
            });
            time.clock.advanceSync(5000);
            if (second % 60 === 0) await new Promise(setImmediate);
        }
    };
    const discharge = async (battery: BatterySource) => {
        await read(battery, 300, 13.6, 0.1);
        await read(battery, 600, 12.2, -20, 10.4);
        await read(battery, 60, 13.4, 5);
    };

    it('the end of a discharge makes its report, with files for a mail', async () => {
        const battery = await load({ kind: 'discharge' });
        const present = { battery: { chargePercent: 64 } } as unknown as UpsStatus;
        battery.status = () => present;
        await discharge(battery);
        const message = await time.eventually(() => got[0]);
        assert.equal(message.status?.battery.chargePercent, 64, 'a mail tells how the UPS is');
        assert.deepEqual([message.event.id, message.event.active, message.payload], ['discharging', false, false]);
        const report = message.report as BatteryDischargeReport;
        // From the first reading with a current to the first without.
        assert.ok(report.seconds >= 595 && report.seconds <= 605, `${report.seconds}`);
        // Two strings of 20 A for ten minutes.
        assert.ok(Math.abs(report.ampereHours! - 6.67) < 0.1, `${report.ampereHours}`);
        assert.deepEqual(
            report.early.map(({ module }) => module),
            [3],
        );
        assert.deepEqual(
            report.blocks.slice(0, 2).map(({ module, voltsAtEnd }) => [module, voltsAtEnd]),
            [
                [3, 10.4],
                [1, 12.2],
            ],
        );
        assert.deepEqual(report.names.strings, ['Rack A', 'Rack B']);
        assert.equal(report.unit.model, 'FG 100');
        assert.deepEqual(
            message.attachments.map(({ filename }) => filename.replace(/^battery-discharge-battery-1-.*\./, '')),
            ['html', 'csv'],
        );
        assert.match(message.event.text, /Taken out: 6\.6.Ah, 0\.32.kWh\. One block reached the end voltage/);
        assert.match(message.attachments[0]!.content, /^<!DOCTYPE html>[\s\S]*Battery 1 · Plant/);
        assert.equal(got.length, 1, 'the begin of the discharge makes none');
        assert.deepEqual(errors, []);
    });

    it('a stop right after the end of a discharge loses no report', async () => {
        const battery = await load({ kind: 'discharge' });
        await discharge(battery);
        await new Promise(setImmediate);
        await time.unload();
        assert.equal(got.length, 0);
        await load({ kind: 'discharge' });
        const message = await time.eventually(() => got[0]);
        assert.equal((message.report as BatteryDischargeReport).early.length, 1);
    });

    it('a plain message asks for the last discharge; without one it says what to do', async () => {
        const battery = await load({ kind: 'discharge', output: 'payload', csv: false, json: true });
        ask({ payload: 'now' });
        await time.eventually(() => errors[0]);
        assert.match(errors[0]!, /^No discharge of “Battery 1” is recorded yet: let the UPS test its battery/);
        await discharge(battery);
        await time.eventually(() => got[0]);
        got = [];
        ask({ payload: 'now', ward: 7 });
        await time.eventually(() => got[1]);
        assert.deepEqual(
            got.map(({ filename }) => filename.split('.').at(-1)),
            ['html', 'json'],
        );
        const told = JSON.parse(got[1]!.payload as unknown as string) as BatteryDischargeReport;
        assert.equal(told.kind, 'battery-discharge');
        assert.equal((got[1] as unknown as { ward: number }).ward, 7, 'the rest of the message stays');
        assert.equal(got[1]!.topic, 'Battery 1/report');
    });

    it('the health names the block whose impedance rises, its event says why, and the list says what was noted', async () => {
        const battery = await load({ kind: 'health' });
        ask({ payload: 'now' });
        await time.eventually(() => errors[0]);
        assert.match(errors[0]!, /^No block of “Battery 1” has been read yet: look at the device node/);
        const now = time.clock.now();
        const history = impedanceHistory({
            seed: 1,
            blocks: 8,
            strings: 2,
            days: 120,
            from: now - 120 * DAY_MS,
            noise: () => 0.01,
            rises: new Map([[4, { startDay: 60, days: 60, shape: 'line' }]]),
        });
        for (const [i, at] of Array.from(history[0]!.times).entries()) {
            const values = Float64Array.from(history, (block) => block.values[i]!);
            site().series.sampleNumbered(battery, at, [{ quantity: 'impedance', unit: 'mΩ', values }], 'seldom');
        }
        await read(battery, 10, 13.6, 0.1);
        const { health } = helper.getNode('battery1') as UpsBatteryNode;
        health!.setInventory({
            columns: ['Maker', 'Row'],
            blocks: Array.from({ length: 8 }, (_, i) => (i === 4 ? { notes: ['FIAMM', '3'] } : null)),
        });
        ask({ payload: 'now' });
        const { report, event } = await time.eventually(() => got[0]);
        const { ranking, lacks } = (report as BatteryHealthReport).health;
        assert.deepEqual(ranking, [5]);
        assert.ok(lacks.some(({ of, why }) => of === 'capacity' && why === 'no-discharge'));
        assert.match(event.text, /^8 blocks/);
        assert.ok(battery.isActive('block-failing'));
        const said = battery.activeEvents().find(({ id }) => id === 'block-failing')!.text;
        assert.match(said, /\. Block 5: Its impedance rises: \d+.% over its baseline/);
        await time.unload();
        got = [];
        const again = await load({ kind: 'replacement', json: true }, 'de');
        await read(again, 10, 13.6, 0.1);
        assert.ok(again.isActive('block-failing'), 'it is known at once after a restart');
        ask({ payload: 'now' });
        const list = await time.eventually(() => got[0]);
        const { notes, list: replaced } = list.report as BatteryReplacementReport;
        assert.deepEqual(
            replaced.blocks.map(({ module }) => module),
            [5],
        );
        assert.equal(notes[4], 'Maker: FIAMM · Row: 3');
        assert.match(list.attachments[0]!.content, /<html lang="de">[\s\S]*Maker: FIAMM/);
        assert.deepEqual(
            list.attachments.map(({ filename }) => filename.split('.').at(-1)),
            ['html', 'csv', 'json'],
        );
    });
});
