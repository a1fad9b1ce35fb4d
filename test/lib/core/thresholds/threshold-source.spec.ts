import assert from 'node:assert/strict';
import type { NewLogEntry } from '../../../../lib/core/journal/event-log';
import type { EventInfo } from '../../../../lib/core/messages';
import { ThresholdSource, type ThresholdSourceOptions } from '../../../../lib/core/thresholds/threshold-source';
import { onBattery, onMains, UnitBench } from '../../../support/fake-ups';

type Config = ThresholdSourceOptions['config'];

const CHARGE: Config = {
    value: 'battery.chargePercent',
    warning: { enabled: true, comparison: 'less-than', low: 41 },
    alarm: { enabled: true, comparison: 'less-than', low: 15, latch: true },
};
const HEAT: Config = {
    value: 'battery.temperature',
    warning: { enabled: true, comparison: 'greater-than', high: 39 },
};

class ThresholdBench {
    readonly source: ThresholdSource;
    readonly edges: EventInfo[] = [];
    readonly entries: NewLogEntry[] = [];

    constructor(
        readonly ups: UnitBench,
        config: Config = CHARGE,
    ) {
        this.source = new ThresholdSource({
            id: 'threshold1',
            name: 'UPS 1 charge',
            config,
            unit: ups.unit,
            journal: ups.journal,
            log: { append: (entry) => this.entries.push(entry) },
            text: (level, active, value) => `${level} ${active ? 'on' : 'off'} ${value}`,
        });
        this.source.subscribe((change) => {
            if (change.kind === 'edge') this.edges.push(change.event);
        });
        this.source.start();
    }

    get told(): string[] {
        return this.edges.map(({ id, active }) => `${id} ${active ? 'on' : 'off'}`);
    }

    /** Killed: nothing is closed or saved. */
    restart(deadMs: number, config: Config = CHARGE): ThresholdBench {
        return new ThresholdBench(this.ups.restart(deadMs), config);
    }

    charge(percent: number): void {
        this.ups.driver.read(onBattery({ battery: { chargePercent: percent } }));
    }

    mains(percent: number): void {
        this.ups.driver.read(onMains({ battery: { chargePercent: percent } }));
    }
}

const less = (low: number, more = {}): Config => ({
    value: 'battery.chargePercent',
    warning: { enabled: true, comparison: 'less-than', low, ...more },
});

describe('threshold on a unit', () => {
    it('a level of the battery begins anew with the next outage, without an end between, and rebounds wake nobody', () => {
        const bench = new ThresholdBench(new UnitBench(), less(41));
        bench.mains(100);
        bench.charge(38);
        bench.charge(60);
        assert.deepEqual(bench.told, ['warning on'], 'a rebound in the outage is no end');
        bench.mains(39);
        bench.charge(39);
        bench.charge(20);
        assert.deepEqual(bench.told, ['warning on', 'warning on']);
        const [first, second] = bench.edges;
        assert.equal(second!.replaces, first!.episode);
        assert.notEqual(second!.episode, first!.episode);
        assert.deepEqual(
            bench.ups.journal.openEpisodes('threshold1').map(({ episode }) => episode),
            [second!.episode],
        );
        const after = bench.restart(5000, less(41));
        after.charge(20);
        assert.deepEqual(after.told, [], 'not once more after a kill');
        after.mains(60);
        assert.deepEqual(after.told, ['warning off']);
        assert.equal(after.edges[0]!.episode, second!.episode);
        assert.equal(after.edges[0]!.replaces, undefined);
    });

    it('tells edges with value, unit, rule and status, and logs them', () => {
        const bench = new ThresholdBench(new UnitBench());
        bench.charge(41);
        assert.deepEqual(bench.told, []);
        bench.charge(40);
        assert.deepEqual(bench.told, ['warning on']);
        const [event] = bench.edges;
        assert.equal(event!.source, 'UPS 1 charge');
        assert.equal(bench.source.upsName, 'UPS 1');
        assert.equal(event!.sourceId, 'threshold1');
        assert.equal(event!.level, 'warning');
        assert.equal(event!.value, 40);
        assert.equal(event!.unit, '%');
        assert.equal(event!.evidence?.rule, 'battery.chargePercent < 41');
        assert.deepEqual(event!.evidence?.values, { 'battery.chargePercent': 40 });
        assert.deepEqual(
            bench.entries.map(({ level, text, eventId, active }) => [level, text, eventId, active]),
            [['warning', 'warning on 40', 'warning', true]],
        );
        assert.deepEqual(bench.source.stateOf('warning'), {
            active: true,
            episode: event!.episode,
            elapsedMs: 0,
            confirmed: true,
            held: false,
        });
        assert.deepEqual(bench.source.activeEvents(), [event]);
    });

    it('goes on in a silent outage by the charge that the unit counts down', () => {
        const ups = new UnitBench({ holdMinutes: 10, staleSeconds: 30 });
        const bench = new ThresholdBench(ups, less(41));
        // At half the load 10 minutes become 20: 9 percentage points in 108 s.
        bench.charge(50);
        ups.clock.advanceSync(107_000);
        assert.deepEqual(bench.told, []);
        ups.clock.advanceSync(3_000);
        assert.deepEqual(bench.told, ['warning on']);
        assert.equal(bench.edges[0]!.evidence?.presumed, true);
        assert.ok((bench.edges[0]!.evidence?.ageSeconds ?? 0) >= 108);
    });

    it('does not end and begin anew over a kill in silence, for the last reading was above it', () => {
        const config = { holdMinutes: 10, staleSeconds: 30 };
        const before = new ThresholdBench(new UnitBench(config), less(41));
        before.charge(50);
        before.ups.clock.advanceSync(115_000);
        assert.deepEqual(before.told, ['warning on']);
        const after = new ThresholdBench(before.ups.restart(2000, config), less(41));
        after.ups.clock.advanceSync(90_000);
        assert.deepEqual(after.told, []);
        assert.equal(after.source.stateOf('warning').episode, before.edges[0]!.episode);
        assert.equal(after.source.stateOf('warning').confirmed, true);
    });

    it('decides nothing new in silence on values that nobody counts on, nor when told to hold', () => {
        const ups = new UnitBench({ holdMinutes: 10, onSilence: 'hold' });
        const held = new ThresholdBench(ups, less(41));
        held.charge(50);
        ups.clock.advanceSync(120_000);
        assert.deepEqual(held.told, []);
        assert.equal(held.source.stateOf('warning').held, true);

        const hot = new ThresholdBench(new UnitBench(), {
            ...HEAT,
            warning: { enabled: true, comparison: 'greater-than', high: 39, seconds: 60 },
        });
        hot.ups.driver.read(onBattery({ battery: { temperature: 50 } }));
        hot.ups.clock.advanceSync(300_000);
        assert.deepEqual(hot.told, []);
        hot.ups.driver.read(onBattery({ battery: { temperature: 50 } }));
        assert.deepEqual(hot.told, ['warning on']);
    });

    it('does not end what is on because the device falls silent on mains', () => {
        const bench = new ThresholdBench(new UnitBench());
        bench.mains(30);
        bench.ups.clock.advanceSync(600_000);
        assert.deepEqual(bench.told, ['warning on']);
        assert.deepEqual(bench.source.view().values, []);
    });

    it('keeps a latched alarm over a kill, fires it no second time, and releases it on reset', () => {
        const before = new ThresholdBench(new UnitBench());
        before.charge(10);
        before.mains(90);
        assert.deepEqual(before.told, ['warning on', 'alarm on', 'warning off']);
        const { episode } = before.edges[1]!;
        const after = before.restart(60_000);
        assert.equal(after.source.stateOf('alarm').confirmed, false);
        after.mains(95);
        assert.deepEqual(after.told, []);
        assert.deepEqual(after.source.view(), { values: [95], active: 'alarm', latched: true });
        const state = after.source.stateOf('alarm');
        assert.equal(state.episode, episode);
        assert.equal(state.confirmed, true);
        assert.equal(state.elapsedMs, 60_000);
        assert.equal(after.source.reset(), true);
        assert.deepEqual(after.told, ['alarm off']);
        assert.equal(after.edges[0]!.episode, episode);
        const again = after.restart(1000);
        again.mains(95);
        assert.deepEqual(again.told, []);
        assert.equal(again.source.stateOf('alarm').active, false);
    });

    it('takes no level for confirmed after a kill by a reading without the value, until nobody has told it for long enough', () => {
        const bench = new ThresholdBench(new UnitBench());
        bench.mains(30);
        const again = bench.restart(600_000);
        const elsewhere = () => again.ups.driver.read({ output: { source: 'normal', lines: [] }, alarms: [] });
        elsewhere();
        assert.equal(again.source.stateOf('warning').confirmed, false, 'a spare that knows no charge was heard first');
        again.mains(80);
        assert.deepEqual(again.told, ['warning off']);

        const untold = bench.restart(600_000);
        untold.ups.readFor(29, () => ({ output: { source: 'normal', lines: [] }, alarms: [] }));
        assert.equal(untold.source.stateOf('warning').confirmed, false);
        untold.ups.readFor(3, () => ({ output: { source: 'normal', lines: [] }, alarms: [] }));
        assert.equal(untold.source.stateOf('warning').confirmed, true);
    });

    it('ends after a kill what ended meanwhile', () => {
        const before = new ThresholdBench(new UnitBench());
        before.charge(30);
        const after = before.restart(60_000);
        after.mains(80);
        assert.deepEqual(after.told, ['warning off']);
        assert.equal(after.edges[0]!.since, before.edges[0]!.since);
    });

    it('goes on with a running duration after a kill', () => {
        const before = new ThresholdBench(new UnitBench(), less(41, { seconds: 60 }));
        before.charge(30);
        before.ups.clock.advanceSync(1_000);
        const after = before.restart(40_000, less(41, { seconds: 60 }));
        after.charge(29);
        assert.deepEqual(after.told, []);
        after.ups.clock.advanceSync(19_000);
        assert.deepEqual(after.told, ['warning on']);
    });

    it('ends what is on when it comes to watch something else', () => {
        const before = new ThresholdBench(new UnitBench());
        before.charge(10);
        const after = before.restart(1000, HEAT);
        assert.deepEqual(after.told.sort(), ['alarm off', 'warning off']);
        assert.match(after.edges[0]!.evidence?.rule ?? '', /^disabled/);
    });

    it('takes changed limits into a running episode', () => {
        const before = new ThresholdBench(new UnitBench(), less(41));
        before.charge(30);
        const after = before.restart(1000, less(20));
        after.charge(30);
        assert.deepEqual(after.told, ['warning off']);
    });

    it('clears its timers when it goes, and keeps what it knew', () => {
        const bench = new ThresholdBench(new UnitBench(), less(41, { seconds: 60 }));
        const { clock } = bench.ups;
        const idle = clock.pending;
        bench.charge(30);
        assert.equal(clock.pending, idle + 1);
        bench.source.destroy();
        assert.equal(clock.pending, idle);
        bench.charge(30);
        clock.advanceSync(120_000);
        assert.deepEqual(bench.told, []);
    });

    it('watches a channel, in the unit that the device tells; what is no number decides nothing', () => {
        const bench = new ThresholdBench(new UnitBench(), {
            value: 'channel:Volts Battery',
            warning: { enabled: true, comparison: 'less-than', low: 12, recoveryLow: 13 },
        });
        const volts = (channel: object) => bench.ups.driver.read(onMains({ channels: { 'Volts Battery': channel } }));
        volts({ value: 13.2, unit: 'V' });
        volts({ value: 11.9, unit: 'V' });
        assert.deepEqual(bench.told, ['warning on']);
        assert.deepEqual([bench.edges[0]!.value, bench.edges[0]!.unit], [11.9, 'V']);
        assert.equal(bench.edges[0]!.evidence?.rule, 'channel:Volts Battery < 12');
        volts({ state: 'broken' });
        bench.ups.driver.read(onMains());
        assert.deepEqual(bench.told, ['warning on'], 'not known is neither back nor worse');
        volts({ value: 13, unit: 'V' });
        assert.deepEqual(bench.told, ['warning on', 'warning off']);
    });
});
