import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import { BatterySource } from '../../lib/core/batteries/battery-source';
import type { BatteryDischargeReport, BatteryReplacementReport, Report } from '../../lib/reports';
import upsBatteryReport from '../../nodes/batteries/ups-battery-report';
import upsBattery from '../../nodes/config/ups-battery';
import upsSite from '../../nodes/config/ups-site';
import type { UpsBatteryNode } from '../../nodes/shared/config/battery-of';
import { fakeTime } from '../support/fake-time';
import { helper, theFlow } from '../support/node-red';

const NODES = [upsSite, upsBattery, upsBatteryReport] as never;

describe('ups-battery: what its health is judged by', () => {
    const time = fakeTime();
    let directory: string;
    let got: { report: Report }[];

    before(() => helper.startServer());
    after(() => helper.stopServer());
    beforeEach(() => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-'));
        got = [];
    });
    afterEach(async () => {
        await time.unload();
        rmSync(directory, { recursive: true });
    });

    /** Eight blocks of 100 Ah in two strings give 20 A each for two hours at 20 °C; block 3 is empty after 90 min, with 30 Ah. */
    const judged = async (settings: object, report: object = {}) => {
        await helper.load(NODES, [
            { id: 'site1', type: 'ups-site', name: 'Plant', directory, dataLogSeconds: 60 },
            {
                id: 'battery1',
                type: 'ups-battery',
                name: 'Battery 1',
                site: 'site1',
                capacityAh: '100',
                currentSensors: 'each-string',
                staleSeconds: 0,
                ...settings,
            },
            { id: 'report1', type: 'ups-battery-report', battery: 'battery1', wires: [['out']], ...report },
            { id: 'out', type: 'helper' },
        ] as never);
        (helper.getNode('out') as Node).on('input', (message) => got.push(message as never));
        const battery = theFlow().registry.source('battery1');
        assert.ok(battery instanceof BatterySource);
        const read = async (minutes: number, volts: (minute: number) => number[], amperes: number) => {
            for (let second = 0; second < 60 * minutes; second += 60) {
                const voltage = volts(second / 60);
                battery.take({
                    strings: 2,
                    blocks: { voltage, temperature: voltage.map(() => 20) },
                    byString: { current: [amperes, amperes] },
                });
                time.clock.advanceSync(60_000);
                if (second % 600 === 0) await new Promise(setImmediate);
            }
        };
        const eight = (volts: number, third = volts) => [0, 1, 2, 3, 4, 5, 6, 7].map((i) => (i === 2 ? third : volts));
        await read(5, () => eight(13.6), 0.1);
        await read(120, (minute) => eight(12.4 - minute / 150, minute >= 90 ? 8.5 : 11.9 - minute / 70), -20);
        await read(5, () => eight(13.4), 5);
        const node = helper.getNode('battery1') as UpsBatteryNode;
        const health = (await node.health!.judge())!;
        const third = health.blocks[2]!;
        return { percent: third.capacity!.percent, reason: third.reasons.find(({ code }) => code === 'capacity') };
    };
    const near = (actual: number, expected: number) =>
        assert.ok(Math.abs(actual - expected) <= 0.5, `${actual} is not ${expected}`);

    it('without settings by the model of its chemistry: 90 min at twice the rated current are 33 % of lead acid', async () => {
        // 10 A are rated; 20 A take 10 · 2^1.15 = 22.2 Ah in an hour.
        const { percent, reason } = await judged({});
        near(percent, 33.3);
        assert.deepEqual([reason?.grade, reason?.limit], ['replace', 80]);
    });

    it('Peukert’s exponent, rated time and temperature are those of the data sheet, also in the report of a discharge', async () => {
        const sheet = { peukert: '1.25', ratedHours: 20, perKelvin: 1, referenceCelsius: 25 };
        // Rated at 5 A: 5 · 4^1.25 = 28.3 Ah in an hour; at 25 °C it is rated, at 20 °C it has 5 % less.
        near((await judged(sheet, { kind: 'discharge' })).percent, 42.4 / 0.95);
        (helper.getNode('report1') as Node).receive({ payload: 'now' } as never);
        const { report } = await time.eventually(() => got[0]);
        const third = (report as BatteryDischargeReport).blocks.find(({ module }) => module === 3)!;
        near(third.capacity!.percent, 42.4 / 0.95);
    });

    it('below which capacity a block is watched and replaced is a setting, and the report goes by it', async () => {
        const { reason } = await judged({ capacityWatch: 40, capacityReplace: 25 }, { kind: 'replacement' });
        assert.deepEqual([reason?.grade, reason?.limit], ['watch', 40]);
        (helper.getNode('report1') as Node).receive({ payload: 'now' } as never);
        const { report } = await time.eventually(() => got[0]);
        assert.deepEqual((report as BatteryReplacementReport).list.blocks, []);
        await time.unload();
        got = [];
        await judged({ capacityWatch: 40, capacityReplace: 25 }, { kind: 'replacement', leastCapacity: 80 });
        (helper.getNode('report1') as Node).receive({ payload: 'now' } as never);
        const other = await time.eventually(() => got[0]);
        assert.equal((other.report as BatteryReplacementReport).list.blocks[0]!.module, 3);
    });
});
