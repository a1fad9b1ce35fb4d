import assert from 'node:assert/strict';
import type { LimitPair } from '../../../../lib/core/batteries/limits';
import { all, BatteryBench } from '../../../support/battery-bench';

const VOLTAGE: LimitPair = {
    warning: { low: { value: 12, recovery: 12.2, seconds: 20 }, high: { value: 14.4 } },
    alarm: { low: { value: 11 } },
};
const volts = (but: Record<number, number> = {}, count = 4) => ({ voltage: all(count, 13.5, but) });

describe('battery as a source of events', () => {
    it('names modules, limit and value in one episode, which goes on while the set of modules changes', () => {
        const bench = new BatteryBench({ limits: { voltage: VOLTAGE } });
        bench.pass(volts({ 2: 11.9 }));
        bench.clock.advanceSync(19_999);
        assert.deepEqual(bench.told, []);
        bench.clock.advanceSync(1);
        assert.deepEqual(bench.told, ['voltage-low-warning on']);
        const [on] = bench.edges;
        assert.equal(on!.text, 'voltage-low-warning on [2] 11.9');
        assert.equal(on!.value, 11.9);
        assert.equal(on!.unit, 'V');
        assert.deepEqual(on!.evidence, {
            rule: 'voltage < 12 V',
            values: { by: 'own', modules: '2', strings: '1', limit: 12, unit: 'V', 'module 2': 11.9 },
            ageSeconds: 20,
        });
        bench.run(30, volts({ 2: 11.9, 4: 11.5 }));
        assert.deepEqual(bench.told, ['voltage-low-warning on'], 'no second event');
        assert.deepEqual(bench.sets, ['voltage-low-warning own [2,4]']);
        assert.equal(bench.source.detail('voltage-low-warning')!.worst, 4);
        bench.pass(volts({ 2: 12.2, 4: 12.1 }));
        assert.deepEqual(bench.sets.slice(1), ['voltage-low-warning own [4]']);
        bench.pass(volts());
        assert.deepEqual(bench.told, ['voltage-low-warning on', 'voltage-low-warning off']);
        assert.equal(bench.edges[0]!.episode, bench.edges[1]!.episode);
    });

    it('has one episode and one line in the log for each event, though 512 blocks are low at once', () => {
        const bench = new BatteryBench({ limits: { voltage: { ...VOLTAGE, warning: undefined } } });
        bench.pass({ voltage: all(512, 10), strings: 16 });
        assert.deepEqual(bench.told, ['voltage-low-alarm on', 'general-alarm on']);
        assert.equal(bench.entries.length, 2);
        assert.equal(bench.journal.openEpisodes('battery1').length, 2);
        const { values } = bench.edges[0]!.evidence!;
        assert.equal(values.modules, '1-512');
        assert.equal(values.strings, '1-16');
        assert.equal(values.more, 502);
        assert.ok(JSON.stringify(bench.journal.getValue('battery1', 'battery')).length < 3000);
    });

    it('begins with the warning, ends with the alarm, and the general alarm follows its causes', () => {
        const bench = new BatteryBench({
            limits: { voltage: { warning: { low: { value: 12 } }, alarm: VOLTAGE.alarm } },
        });
        bench.pass(volts({ 1: 10.5 }));
        assert.deepEqual(bench.news(), ['voltage-low-warning on', 'voltage-low-alarm on', 'general-alarm on']);
        assert.deepEqual(bench.source.detail('general-alarm')!.events, ['voltage-low-alarm']);
        bench.pass(volts());
        assert.deepEqual(bench.news(), ['voltage-low-alarm off', 'voltage-low-warning off', 'general-alarm off']);
    });

    it('is one event by both, a flag of the monitor and a rule, and lasts as long as one of them', () => {
        const bench = new BatteryBench({ limits: { voltage: VOLTAGE } });
        bench.flags(['voltage-low-alarm']);
        assert.equal(bench.source.detail('voltage-low-alarm')!.by, 'card');
        bench.pass(volts({ 3: 10 }));
        assert.deepEqual(bench.sets, ['voltage-low-alarm both [3]']);
        bench.flags([], ['voltage-low-alarm']);
        assert.equal(bench.source.detail('voltage-low-alarm')!.by, 'own');
        assert.deepEqual(bench.told, ['voltage-low-alarm on', 'general-alarm on']);
        bench.pass(volts());
        assert.deepEqual(bench.told.slice(2), ['voltage-low-alarm off', 'general-alarm off']);
        bench.flags(['voltage-low-alarm']);
        bench.pass(volts({ 3: 10 }));
        bench.news();
        bench.pass(volts());
        assert.deepEqual(bench.news(), [], 'the flag is still on');
        bench.flags([], ['voltage-low-alarm']);
        assert.deepEqual(bench.news(), ['voltage-low-alarm off', 'general-alarm off']);
    });

    it('ends nothing because a path tells a flag no more', () => {
        const bench = new BatteryBench();
        bench.flags(['ground-fault', 'breaker-open']);
        bench.news();
        bench.flags(['breaker-open']);
        assert.deepEqual(bench.news(), []);
        bench.flags([], ['ground-fault']);
        assert.deepEqual(bench.news(), ['ground-fault off']);
    });

    it('names the modules and strings that the monitor names', () => {
        const bench = new BatteryBench({ modules: 4, strings: 2 });
        bench.flags(['temperature-high-alarm', 'thermal-runaway'], undefined, {
            strings: new Map([['thermal-runaway', [2]]]),
        });
        assert.deepEqual(bench.news(), [
            'temperature-high-alarm on',
            'thermal-runaway on',
            'thermal-runaway-string-2 on',
            'general-alarm on',
        ]);
        bench.pass({ ...volts(), strings: 2, moduleStates: { 'temperature-high-alarm': [1, 4] } });
        assert.deepEqual(bench.source.detail('temperature-high-alarm')!.modules, [1, 4]);
        assert.deepEqual(bench.source.detail('temperature-high-alarm')!.strings, [1, 2]);
        assert.deepEqual(bench.source.detail('thermal-runaway')!.strings, [2]);
        bench.flags([], ['temperature-high-alarm', 'thermal-runaway'], { strings: new Map([['thermal-runaway', []]]) });
        assert.equal(bench.news().length, 4);
    });

    it('takes what modules alone tell, and its end', () => {
        const bench = new BatteryBench();
        bench.flags([], ['polling']);
        bench.pass({ ...volts(), moduleStates: { 'module-revision': [2] } });
        assert.deepEqual(bench.news(), ['module-revision on', 'general-alarm on']);
        bench.pass(volts());
        assert.deepEqual(bench.news(), ['module-revision off', 'general-alarm off']);
    });

    it('has an event for each input of the I/O modules; one that is not known changes nothing', () => {
        const bench = new BatteryBench();
        bench.flags([], [], { inputs: [false, true, undefined, false, true] });
        assert.deepEqual(bench.news(), ['gx-r-aux-1-2 on', 'gx-r-aux-2-1 on']);
        bench.flags([], [], { inputs: [false, undefined, false, false, false] });
        assert.deepEqual(bench.news(), ['gx-r-aux-2-1 off']);
    });

    it('loses the monitor by silence, decides nothing on old values, and ends nothing', () => {
        const bench = new BatteryBench({ limits: { voltage: { warning: { low: { value: 12, seconds: 60 } } } } });
        bench.flags(['breaker-open'], ['breaker-open', 'discharging']);
        bench.pass(volts({ 1: 11 }));
        bench.news();
        bench.clock.advanceSync(29_999);
        assert.deepEqual(bench.news(), []);
        bench.clock.advanceSync(1);
        assert.deepEqual(bench.news(), ['communication-lost on']);
        assert.equal(bench.source.unheard('breaker-open'), true);
        bench.clock.advanceSync(3_600_000);
        assert.deepEqual(bench.news(), []);
        bench.flags([], ['breaker-open']);
        assert.deepEqual(bench.news(), ['breaker-open off', 'communication-lost off']);
        bench.pass(volts({ 1: 11 }));
        assert.deepEqual(bench.news(), ['voltage-low-warning on'], 'a fresh value confirms what has lasted');
    });

    it('goes on with a discharge when the monitor falls silent in it', () => {
        const bench = new BatteryBench();
        bench.flags(['discharging']);
        bench.pass(volts());
        assert.equal(bench.urgent, true);
        bench.clock.advanceSync(600_000);
        assert.equal(bench.source.isActive('discharging'), true);
        assert.equal(bench.source.isActive('communication-lost'), true);
        assert.equal(bench.source.unheard('discharging'), false);
        assert.equal(Math.round(bench.source.view().valuesAgeSeconds!), 600);
    });

    it('decides nothing on values that are too old, though flags still come', () => {
        const bench = new BatteryBench({ limits: { voltage: { warning: { low: { value: 12, seconds: 300 } } } } });
        bench.run(1, volts({ 1: 11 }));
        bench.run(400, undefined, ['polling']);
        assert.deepEqual(bench.told, ['polling on']);
    });

    it('takes no garbage for values, and another size only when it is told twice', () => {
        const bench = new BatteryBench({ limits: { voltage: VOLTAGE } });
        bench.pass(volts({ 1: 10 }));
        bench.news();
        for (const modules of [0, -1, 513, NaN, 1.5, 65_535]) bench.pass({ ...volts(), modules });
        bench.pass({ voltage: [NaN, Infinity, -Infinity, NaN] });
        assert.deepEqual(bench.news(), []);
        bench.pass(volts({}, 6));
        assert.equal(bench.source.view().layout!.modules, 4);
        bench.pass(volts({ 1: 10 }));
        bench.pass(volts({}, 6));
        assert.deepEqual(bench.news(), [], 'not twice in a row');
        bench.pass(volts({ 6: 10 }, 6));
        assert.equal(bench.source.view().layout!.modules, 6);
        assert.deepEqual(bench.source.detail('voltage-low-alarm')!.modules, [6]);
    });

    it('takes no other size of a monitor that starts, or addresses its modules', () => {
        const bench = new BatteryBench({ limits: { voltage: { alarm: { low: { value: 11 } } } } });
        const told = ['initializing', 'addressing'];
        bench.flags([], told);
        bench.pass({ voltage: all(8, 13, { 8: 10 }), strings: 2 });
        assert.deepEqual(bench.news(), ['voltage-low-alarm on', 'general-alarm on']);
        for (const state of told) {
            bench.flags([state], told);
            for (let n = 0; n < 3; n++) bench.pass({ voltage: all(6, 13), strings: 2 });
            assert.equal(bench.source.view().layout!.modules, 8, state);
        }
        assert.deepEqual(bench.news(), ['initializing on', 'initializing off', 'addressing on']);
        bench.flags([], told);
        bench.pass({ voltage: all(6, 13), strings: 2 });
        assert.equal(bench.source.view().layout!.modules, 6, 'they are really gone');
    });

    it('says so when strings cannot be equally long, or the monitor has another size than the settings', () => {
        const bench = new BatteryBench();
        bench.pass({ ...volts({}, 5), strings: 2 });
        assert.deepEqual(bench.source.view().problem, { kind: 'layout', modules: 5, strings: 2 });
        const set = new BatteryBench({ modules: 4, strings: 2 });
        set.pass({ ...volts({}, 6), strings: 2 });
        assert.deepEqual(set.source.view().problem, { kind: 'modules', told: 6, expected: 4 });
        assert.equal(set.source.view().blocks.voltage!.length, 4);
    });

    it('merges two paths: the first leads, the second fills in', () => {
        const bench = new BatteryBench({ modules: 2, strings: 1 });
        const second = bench.source.connect('card2');
        second.sweep({
            modules: 2,
            tookMs: 0,
            blocks: { voltage: Float64Array.of(12, 12), charge: Float64Array.of(90, 80) },
            byString: {},
            moduleStates: new Map(),
        });
        bench.pass({ voltage: [13, NaN] });
        const view = bench.source.view();
        assert.deepEqual([...view.blocks.voltage!], [13, 12]);
        assert.deepEqual([...view.blocks.charge!], [90, 80]);
        assert.deepEqual([...view.byString.charge!], [85]);
        assert.deepEqual([...view.byString.voltage!], [25]);
        bench.flags([], ['breaker-open']);
        second.flags({ states: new Set(['breaker-open']), tells: new Set(['breaker-open']) });
        assert.equal(bench.source.isActive('breaker-open'), true);
        second.close();
        second.flags({ states: new Set(['ground-fault']), tells: new Set(['ground-fault']) });
        assert.equal(bench.source.isActive('ground-fault'), false, 'a closed path is heard no more');
    });

    it('adds offsets, multiplies the current of a single sensor, and takes no impedance of 0', () => {
        const bench = new BatteryBench({
            offsets: { voltage: 0.1, temperature: -1, impedance: 0.5 },
            currentSensors: 'one',
            currentMultiplier: 2,
        });
        bench.pass({ voltage: [12], temperature: [20], impedance: [0], current: [-3] });
        const { blocks, byString } = bench.source.view();
        assert.deepEqual([...blocks.voltage!], [12.1]);
        assert.deepEqual([...blocks.temperature!], [19]);
        assert.deepEqual([...blocks.impedance!], [NaN]);
        assert.deepEqual([...byString.current!], [-6]);
    });
});
