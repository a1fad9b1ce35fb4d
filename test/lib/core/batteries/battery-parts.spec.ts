import assert from 'node:assert/strict';
import type { EqualizingControl } from '../../../../lib/core/batteries/equalizing/control';
import type { DischargeRecord } from '../../../../lib/core/batteries/discharge/record';
import { all, BatteryBench } from '../../../support/battery-bench';

const RUNAWAY = {
    modules: 8,
    strings: 2,
    runaway: { aboveOthers: 8, minutes: 5, countdownMinutes: 10, risePerHour: 1 },
};

/** Module 6 gets hotter by so many K a minute. */
function heat(bench: BatteryBench, minutes: number, from: number, kelvin = 0.5): number {
    let hot = from;
    for (let tenth = 0; tenth < minutes * 6; tenth++) {
        hot += kelvin / 6;
        bench.flags([], ['discharging']);
        bench.pass({ voltage: all(8, 13.5), temperature: all(8, 25, { 6: hot }), strings: 2 });
        bench.clock.advanceSync(10_000);
    }
    return hot;
}

describe('discharge, runaway and pause of a battery', () => {
    it('warns of a runaway first, then tells it by string; a restart loses neither, a reset ends it', () => {
        const bench = new BatteryBench(RUNAWAY);
        let hot = 25;
        for (let minute = 0; minute < 60 && bench.told.length === 0; minute++) hot = heat(bench, 1, hot);
        assert.deepEqual(bench.told, ['thermal-runaway-warning on']);
        assert.equal(bench.urgent, true);
        assert.deepEqual(bench.source.detail('thermal-runaway-warning')!.modules, [6]);
        hot = heat(bench, 12, hot);
        assert.deepEqual(bench.told.slice(1), [
            'thermal-runaway-string-2 on',
            'thermal-runaway on',
            'general-alarm on',
        ]);
        assert.deepEqual(bench.source.detail('thermal-runaway')!.strings, [2]);
        assert.equal(bench.urgent, false, 'what has happened needs no haste');
        const next = bench.restart(60_000);
        assert.deepEqual(next.told, []);
        heat(next, 15, hot, -1);
        assert.deepEqual(next.news(), ['thermal-runaway-warning off'], 'the runaway waits for a reset');
        next.source.act(({ runaway }) => runaway!.reset('tester'));
        assert.deepEqual(next.told, ['thermal-runaway-string-2 off', 'thermal-runaway off', 'general-alarm off']);
    });

    it('ends no runaway, and begins no countdown anew, because the monitor counts its modules anew', () => {
        const counted = (each: BatteryBench, modules: number, minutes: number) => {
            for (let tenth = 0; tenth < minutes * 6; tenth++) {
                each.flags([], ['discharging']);
                each.pass({ voltage: all(modules, 13.5), temperature: all(modules, 25), strings: 2 });
                each.clock.advanceSync(10_000);
            }
        };
        const { modules: _modules, strings: _strings, ...config } = RUNAWAY;
        const bench = new BatteryBench(config);
        let hot = heat(bench, 1, 25);
        for (let minute = 0; minute < 60 && bench.told.length === 0; minute++) hot = heat(bench, 1, hot);
        assert.deepEqual(bench.news(), ['thermal-runaway-warning on']);
        const left = () => bench.source.parts!.runaway!.views()[1]!.remainingMs!;
        const before = left();
        counted(bench, 7, 1);
        assert.equal(bench.source.view().layout!.strings, 1);
        hot = heat(bench, 1, hot);
        assert.deepEqual(bench.news(), []);
        assert.ok(left() < before, 'the countdown has gone on');
        hot = heat(bench, 12, hot);
        assert.deepEqual(bench.news(), ['thermal-runaway-string-2 on', 'thermal-runaway on', 'general-alarm on']);
        counted(bench, 7, 2);
        const next = bench.restart(60_000);
        counted(next, 7, 2);
        assert.deepEqual([bench.news(), next.news()], [[], []], 'also over a restart');
        heat(next, 15, hot, -1);
        assert.deepEqual(next.news(), ['thermal-runaway-warning off']);
        // Which modules were taken out, nobody knows: after an hour it is another battery.
        counted(next, 6, 59);
        assert.deepEqual(next.news(), []);
        counted(next, 6, 3);
        assert.deepEqual(next.news(), ['thermal-runaway-string-2 off', 'thermal-runaway off', 'general-alarm off']);
    });

    it('goes on with the runaway of a string while other strings come and go', () => {
        const { runaway } = RUNAWAY;
        const bench = new BatteryBench({ runaway });
        let hot = 25;
        const room = (strings: number, minutes: number, kelvin = 0.5) => {
            for (let tenth = 0; tenth < minutes * 6; tenth++) {
                hot = Math.max(25, hot + kelvin / 6);
                bench.flags([], ['discharging']);
                const temperature = all(4 * strings, 25, strings > 1 ? { 6: hot } : {});
                bench.pass({ voltage: all(4 * strings, 13.5), temperature, strings });
                bench.clock.advanceSync(10_000);
            }
        };
        const phases = () => bench.source.parts!.runaway!.views().map(({ phase }) => phase);
        for (let minute = 0; minute < 60 && bench.told.length === 0; minute++) room(3, 1);
        assert.deepEqual(bench.news(), ['thermal-runaway-warning on']);
        // The third string is taken out.
        room(2, 3);
        assert.deepEqual(phases(), ['off', 'counting']);
        room(3, 3);
        assert.deepEqual(phases(), ['off', 'counting', 'off']);
        room(2, 5);
        assert.deepEqual(phases(), ['off', 'runaway'], '10 minutes in all');
        assert.deepEqual(bench.news(), ['thermal-runaway-string-2 on', 'thermal-runaway on', 'general-alarm on']);
        // A string that is gone keeps its runaway for an hour: the monitor may count it again.
        room(1, 59);
        assert.deepEqual([phases(), bench.news()], [['off', 'runaway'], []]);
        room(1, 3);
        assert.ok(bench.news().includes('thermal-runaway-string-2 off'));
    });

    it('tells a discharge by the card and by its own detection as one event, with its record', () => {
        const records: DischargeRecord[] = [];
        const recorder = {
            put: (record: DischargeRecord) => records.push(structuredClone(record)),
            append: () => undefined,
        };
        const bench = new BatteryBench({ detection: { method: 'card' } }, undefined, undefined, { recorder });
        const run = (states: string[], amps: number) => {
            for (let second = 0; second < 60; second++) {
                bench.flags(states, ['discharging']);
                if (second % 5 === 0) bench.pass({ voltage: [12.4, 12.3], current: [amps] });
                bench.clock.advanceSync(1000);
            }
        };
        run([], 0);
        run(['discharging'], -20);
        assert.deepEqual(bench.news(), ['discharging on']);
        assert.equal(bench.source.detail('discharging')!.by, 'both');
        assert.equal(bench.urgent, true);
        assert.equal(bench.source.discharging, true);
        run([], 5);
        assert.ok(bench.news().includes('discharging off'));
        const kinds = bench.changes.flatMap((told) => (told.kind === 'discharge' ? [told.change.kind] : []));
        assert.ok(kinds.filter((kind) => kind === 'discharging').length === 2, kinds.join());
        assert.ok(Math.abs(records.at(-1)!.ah! - 20 / 60) < 0.05, `${records.at(-1)!.ah}`);
    });

    it('goes on with a discharge though the monitor counts its blocks anew in it', () => {
        const records = new Map<string, DischargeRecord>();
        const recorder = {
            put: (record: DischargeRecord) => records.set(record.id, structuredClone(record)),
            append: () => undefined,
        };
        const bench = new BatteryBench({ detection: { method: 'card' } }, undefined, undefined, { recorder });
        const run = (states: string[], modules: number, strings: number) => {
            for (let second = 0; second < 60; second++) {
                bench.flags(states, ['discharging']);
                if (second % 5 === 0)
                    bench.pass({ voltage: all(modules, 12.4), current: all(strings, states.length > 0 ? -20 : 0.2) });
                bench.clock.advanceSync(1000);
            }
        };
        run([], 8, 2);
        run(['discharging'], 8, 2);
        run(['discharging'], 7, 2);
        run(['discharging'], 8, 2);
        run(['discharging'], 6, 3);
        assert.deepEqual(bench.told, ['discharging on']);
        assert.equal(bench.source.discharges, 1);
        run([], 8, 2);
        run([], 8, 2);
        assert.deepEqual(bench.told.slice(0, 2), ['discharging on', 'discharging off']);
        assert.deepEqual(
            [...records.values()].map(({ phase }) => phase),
            ['charging'],
        );
        const [{ durationMs, onset, end }] = [...records.values()] as [DischargeRecord];
        assert.ok(Math.abs(durationMs - 240_000) < 20_000, `${durationMs}`);
        assert.ok(Math.abs(end! - onset - 240_000) < 20_000);
    });

    it('a monitor that restarts ends nothing: what it does not know yet is not over', () => {
        const bench = new BatteryBench({ detection: { method: 'automatic' } });
        const tells = [
            'monitoring-started',
            'initializing',
            'searching',
            'discharging',
            'voltage-low-alarm',
            'breaker-open',
        ];
        const run = (states: string[], values: Partial<Parameters<BatteryBench['pass']>[0]>) => {
            for (let second = 0; second < 90; second++) {
                bench.flags(states, tells);
                if (second % 5 === 0) bench.pass({ modules: 4, strings: 2, ...values });
                bench.clock.advanceSync(1000);
            }
        };
        const on = ['monitoring-started', 'discharging', 'voltage-low-alarm', 'breaker-open'];
        const measured = { voltage: all(4, 11.8), current: [-20, -20], moduleStates: { 'voltage-low-alarm': [3] } };
        run(on, measured);
        assert.deepEqual(bench.news().sort(), [...on, 'general-alarm'].map((id) => `${id} on`).sort());
        run(['searching'], { voltage: all(4, NaN), current: [NaN, NaN] });
        run(['initializing'], { voltage: all(4, NaN), current: [NaN, NaN] });
        const start = ['monitoring-started off', 'searching on', 'searching off', 'initializing on'];
        assert.deepEqual(bench.news().sort(), start.sort());
        run(on, measured);
        assert.deepEqual(bench.news().sort(), ['initializing off', 'monitoring-started on']);
        assert.equal(bench.source.discharges, 1);
        run(['monitoring-started', 'breaker-open'], { voltage: all(4, 13), current: [0, 0] });
        assert.deepEqual(bench.news().sort(), ['discharging off', 'general-alarm off', 'voltage-low-alarm off']);
    });

    it('confirms no pause by what a monitor said before it fell silent', async () => {
        const control: EqualizingControl = { pause: () => Promise.resolve(), resume: () => Promise.resolve() };
        const bench = new BatteryBench({ staleSeconds: 30 });
        let done = false;
        void bench.source
            .pauseBy(control, () => undefined)!
            .pause(2, 'tester')
            .then(() => (done = true));
        await bench.clock.advance(0);
        bench.flags([], ['equalizing']);
        await bench.clock.advance(60_000);
        assert.deepEqual(bench.told, ['communication-lost on']);
        bench.flags(['initializing'], ['initializing', 'equalizing']);
        bench.pass({ voltage: [13], equalizing: [0] });
        bench.pass({ voltage: [13], equalizing: [0] });
        await bench.clock.advance(0);
        assert.equal(done, false);
        bench.flags([], ['equalizing']);
        bench.pass({ voltage: [13], equalizing: [0] });
        await bench.clock.advance(0);
        assert.equal(done, true);
    });

    it('goes on with a discharge that a restart interrupts, in the same episode', () => {
        const bench = new BatteryBench({ detection: { method: 'current' } });
        const run = (each: BatteryBench) => each.run(60, { voltage: [12.4], current: [-20] });
        run(bench);
        assert.deepEqual(bench.told, ['discharging on']);
        const next = bench.restart(20_000);
        assert.equal(next.source.discharging, true);
        run(next);
        assert.deepEqual(next.told, []);
    });

    it('takes what others decide, and keeps it over a restart', () => {
        const bench = new BatteryBench();
        const cause = { modules: [7], strings: [1], rule: 'health', named: [{ of: 7 }], more: 0 } as const;
        bench.source.report('block-failing', cause);
        bench.source.report('voltage-low-alarm', cause);
        assert.deepEqual(bench.told, ['block-failing on']);
        const next = bench.restart();
        next.pass({ voltage: all(8, 13) });
        assert.deepEqual(next.source.detail('block-failing')!.modules, [7]);
        assert.deepEqual(next.told, []);
        next.source.report('block-failing', undefined);
        assert.deepEqual(next.told, ['block-failing off']);
    });

    it('tells that the equalizing is paused, over a restart too', async () => {
        const control: EqualizingControl = { pause: () => Promise.resolve(), resume: () => Promise.resolve() };
        const failed = (error: Error) => assert.fail(error.message);
        const bench = new BatteryBench();
        const asked = bench.source.pauseBy(control, failed)!.pause(2, 'tester');
        await bench.clock.advance(0);
        const look = (each: BatteryBench, on: boolean) => {
            each.flags(on ? ['equalizing'] : [], ['equalizing']);
            each.pass({ voltage: [13], equalizing: [on ? 20 : 0] });
        };
        look(bench, false);
        look(bench, false);
        await asked;
        assert.ok(bench.told.includes('equalizing-paused on'));
        const next = bench.restart(1000);
        assert.equal(next.source.isActive('equalizing-paused'), true);
        next.source.pauseBy(control, failed);
        look(next, false);
        for (let minute = 0; minute < 121; minute++) {
            look(next, false);
            await next.clock.advance(60_000);
        }
        look(next, true);
        look(next, true);
        assert.ok(next.told.includes('equalizing-paused off'), next.told.join());
    });
});
