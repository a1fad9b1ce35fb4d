import assert from 'node:assert/strict';
import { BuzzerSource } from '../../../lib/core/buzzer/buzzer-source';
import { UpsError } from '../../../lib/core/errors';
import type { LocalSource } from '../../../lib/core/events/local-source';
import { MemoryJournal } from '../../../lib/core/journal/memory-journal';
import { MarkerSource } from '../../../lib/core/markers/marker-source';
import { ContactSource } from '../../../lib/core/sensors/contact-source';
import { SensorSource } from '../../../lib/core/sensors/sensor-source';
import { ThresholdSource } from '../../../lib/core/thresholds/threshold-source';
import { sourceViews, type SourceView } from '../../../lib/views';
import { onMains } from '../../support/fake-ups';
import { ViewBench } from './support';

class SourceBench extends ViewBench {
    readonly journal = new MemoryJournal();

    add<S extends LocalSource & { start(): void }>(source: S): S {
        this.flow.registry.addSource(source, this.viewed.registry.site('site1'));
        source.start();
        return source;
    }

    named(id: string) {
        return { id, name: id, clock: this.clock, journal: this.journal };
    }

    view(id: string): SourceView {
        return sourceViews(this.viewed, this.allFacts).find((each) => each.id === id)!;
    }
}

describe('the view of what is no UPS', () => {
    it('shows a sensor with its limits, and no value before the first and after the last', async () => {
        const bench = new SourceBench();
        const sensor = bench.add(
            new SensorSource({
                ...bench.named('rack'),
                config: { preAlarmHigh: 30, alarmHigh: 40, timeoutSeconds: 60 },
                unit: '°C',
                text: (id) => id,
            }),
        );
        assert.deepEqual([bench.view('rack').state, 'value' in bench.view('rack')], ['starting', false]);
        sensor.take(35);
        await bench.clock.advance(5000);
        const { state, colour, value, unit, limits, ageSeconds, events, siteId } = bench.view('rack');
        assert.deepEqual([state, colour, value, unit, ageSeconds, siteId], ['warning', 'yellow', 35, '°C', 5, 'site1']);
        assert.deepEqual(limits, [
            { level: 'pre-alarm-high', high: 30, active: true },
            { level: 'alarm-high', high: 40, active: false },
        ]);
        assert.deepEqual(
            events.map(({ id, level }) => [id, level]),
            [['pre-alarm-high', 'warning']],
        );
        await bench.clock.advance(60_000);
        assert.deepEqual([bench.view('rack').state, 'value' in bench.view('rack')], ['lost', false]);
    });

    it('warns of a sensor that never gave a value for as long as its warning is on, and says why', async () => {
        const bench = new SourceBench();
        const why = new UpsError('channel-no-number', { channel: 'Door', value: 'open' });
        const config = { alarmHigh: 40, timeoutSeconds: 60 };
        const sensor = bench.add(
            new SensorSource({ ...bench.named('door'), config, trouble: () => why, text: (id) => id }),
        );
        for (let seconds = 0; seconds < 90; seconds += 10) {
            sensor.take(NaN);
            assert.deepEqual([bench.view('door').state, typeof bench.view('door').trouble], ['warning', 'string']);
            await bench.clock.advance(10_000);
        }
        assert.deepEqual(
            bench.view('door').events.map(({ id }) => id),
            ['connection-lost'],
        );
        assert.ok(bench.state.bar.marks.some(({ id, colour }) => id === 'door' && colour === 'yellow'));
        sensor.take(20);
        assert.deepEqual([bench.view('door').state, 'trouble' in bench.view('door')], ['ok', false]);
    });

    it('shows a contact, and does not know it while its connection is lost', async () => {
        const bench = new SourceBench();
        const door = bench.add(
            new ContactSource({
                ...bench.named('door'),
                config: { contact: 'no', timeoutSeconds: 30, level: 'warning' },
                text: (id) => id,
            }),
        );
        assert.deepEqual([bench.view('door').state, 'on' in bench.view('door')], ['starting', false]);
        door.take(true);
        assert.deepEqual([bench.view('door').state, bench.view('door').on], ['warning', true]);
        await bench.clock.advance(60_000);
        assert.deepEqual([bench.view('door').state, 'on' in bench.view('door')], ['lost', false]);
    });

    it('shows a marker as a table of what makes it', () => {
        const bench = new SourceBench();
        const marker = bench.add(
            new MarkerSource({
                ...bench.named('both'),
                config: { logic: 'n-of-m', count: 2, inputs: ['A/on', 'B/on', 'C/on'], level: 'alarm' },
                text: (on) => `both ${on}`,
                decide: () => () => {},
            }),
        );
        marker.take('A/on', true);
        assert.deepEqual([bench.view('both').state, bench.view('both').on], ['starting', false]);
        marker.take('B/on', true);
        const { state, on, marker: table } = bench.view('both');
        assert.deepEqual([state, on], ['alarm', true]);
        assert.deepEqual(table, {
            logic: 'n-of-m',
            needed: 2,
            active: 2,
            inverted: false,
            inputs: [{ name: 'A/on', active: true }, { name: 'B/on', active: true }, { name: 'C/on' }],
        });
    });

    it('shows a threshold with what it watches', async () => {
        const bench = new SourceBench();
        await bench.mains(2);
        bench.add(
            new ThresholdSource({
                id: 'low',
                name: 'low',
                config: {
                    value: 'battery.chargePercent',
                    warning: { enabled: true, comparison: 'less-than', low: 50 },
                    alarm: { enabled: false, comparison: 'less-than', low: 20 },
                },
                unit: bench.unit,
                journal: bench.journal,
                text: (level) => level,
            }),
        );
        const quiet = bench.view('low');
        assert.deepEqual([quiet.state, quiet.value, quiet.unit, quiet.upsName], ['ok', 100, '%', 'UPS']);
        assert.deepEqual(quiet.limits, [{ level: 'warning', low: 50, active: false }]);
        bench.driver.read(onMains({ battery: { chargePercent: 40, state: 'normal' } }));
        await bench.clock.advance(1000);
        bench.driver.read(onMains({ battery: { chargePercent: 40, state: 'normal' } }));
        assert.deepEqual([bench.view('low').state, bench.view('low').value], ['warning', 40]);
    });

    it('shows what the buzzer sounds for, and that it is muted', () => {
        const bench = new SourceBench();
        const buzzer = bench.add(
            new BuzzerSource({
                ...bench.named('buzzer'),
                limitMs: 0,
                text: () => 'sounds',
                sound: () => {},
                decide: () => () => {},
            }),
        );
        assert.deepEqual(
            [bench.view('buzzer').state, bench.view('buzzer').buzzer],
            ['ok', { state: 'silent', causes: [] }],
        );
        const event = {
            id: 'power-fail',
            source: 'UPS',
            sourceId: 'ups1',
            level: 'alarm' as const,
            text: 'Mains failed',
        };
        buzzer.take({
            topic: 'UPS/power-fail',
            payload: true,
            event: { ...event, active: true, since: 0, at: 0, episode: 'e1' },
        });
        assert.deepEqual(bench.view('buzzer').buzzer, { state: 'sounding', causes: ['Mains failed'] });
        assert.equal(bench.view('buzzer').colour, 'red');
        buzzer.mute('episode');
        assert.deepEqual([bench.view('buzzer').buzzer!.state, bench.view('buzzer').colour], ['muted', 'yellow']);
    });

    it('shows a buzzer that is muted altogether as such, also while nothing is on', () => {
        const bench = new SourceBench();
        const quiet = { limitMs: 0, text: () => 'sounds', sound: () => {}, decide: () => () => {} };
        const buzzer = bench.add(new BuzzerSource({ ...bench.named('buzzer'), ...quiet }));
        buzzer.mute('all');
        const { state, colour, buzzer: told } = bench.view('buzzer');
        assert.deepEqual(
            [state, colour, told],
            ['warning', 'yellow', { state: 'muted', causes: [], altogether: true }],
        );
        buzzer.unmute();
        assert.deepEqual([bench.view('buzzer').state, bench.view('buzzer').buzzer!.state], ['ok', 'silent']);
    });

    it('is named in the headline if it is worse than any UPS', async () => {
        const bench = new SourceBench();
        await bench.mains(5);
        const smoke = bench.add(
            new ContactSource({
                ...bench.named('smoke'),
                config: { contact: 'no', level: 'warning' },
                text: (id) => id,
            }),
        );
        smoke.take(true);
        await bench.clock.advance(20_000);
        const fire = bench.add(
            new ContactSource({ ...bench.named('fire'), config: { contact: 'no', level: 'alarm' }, text: (id) => id }),
        );
        fire.take(false);
        assert.equal(bench.state.bar.headline.sourceId, 'smoke');
        assert.equal(bench.state.bar.headline.since, bench.clock.now() - 20_000);
        fire.take(true);
        const since = bench.clock.now();
        await bench.clock.advance(3000);
        const { headline, marks, unacknowledged } = bench.state.bar;
        assert.deepEqual(headline, { state: 'alarm', sourceId: 'fire', sourceName: 'fire', since, others: 0 });
        assert.deepEqual(
            marks.map(({ id, colour }) => [id, colour]),
            [
                ['ups1', 'green'],
                ['fire', 'red'],
                ['smoke', 'yellow'],
            ],
        );
        assert.equal(unacknowledged, 1);
    });

    it('lists the worst first, with what is no source of events', () => {
        const bench = new SourceBench();
        const other: SourceView = { id: 'm/1', name: 'Fan', kind: 'output', state: 'lost', colour: 'red', events: [] };
        bench.facts = { others: [other] };
        const door = bench.add(
            new ContactSource({ ...bench.named('a door'), config: { contact: 'no' }, text: (id) => id }),
        );
        door.take(false);
        assert.deepEqual(
            sourceViews(bench.viewed, bench.allFacts).map(({ id }) => id),
            ['m/1', 'a door'],
        );
    });
});
