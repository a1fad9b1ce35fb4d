import assert from 'node:assert/strict';
import { unitTile, unitView, type FailureView } from '../../../lib/views';
import { onMains, UnitBench } from '../../support/fake-ups';
import { ViewBench } from './support';

const failure = (over: Partial<FailureView> = {}): FailureView => ({
    key: 'k',
    siteId: 'site1',
    nodeId: 'job',
    eventId: 'power-fail',
    source: 'Down',
    text: 'no answer',
    first: 1,
    last: 2,
    count: 1,
    ...over,
});

describe('what an operator sees first', () => {
    it('shows a UPS that has never answered without a single invented value', () => {
        const { state } = new ViewBench();
        const [tile] = state.units;
        assert.deepEqual([tile!.state, tile!.colour, tile!.stale], ['starting', 'grey', false]);
        for (const unknown of ['charge', 'load', 'watts', 'source', 'runtimeSeconds', 'secondsOnBattery', 'ageSeconds'])
            assert.equal(unknown in tile!, false, unknown);
        assert.deepEqual(state.bar.headline, {
            state: 'starting',
            unitId: 'ups1',
            unitName: 'UPS',
            speed: 1,
            others: 0,
        });
    });

    it('shows a quiet UPS: its values, nothing next, nothing to acknowledge', async () => {
        const quiet = new ViewBench();
        await quiet.mains(5);
        const { state } = quiet;
        const { charge, load, runtimeSeconds, secondsOnBattery, source } = quiet.tile;
        assert.deepEqual([charge, load, runtimeSeconds, secondsOnBattery, source], [100, 50, 3600, 0, 'normal']);
        assert.deepEqual([quiet.tile.state, quiet.tile.colour], ['ok', 'green']);
        assert.equal('next' in state.bar, false);
        assert.deepEqual([state.bar.unacknowledged, state.bar.failures, state.bar.dryRun], [0, 0, false]);
        assert.deepEqual([state.version, state.sites[0]!.id], ['1.2.3', 'site1']);
    });

    it('asks for no plan while nothing is on', async () => {
        const quiet = new ViewBench();
        await quiet.mains(5);
        quiet.facts = { plan: () => assert.fail('a plan'), planView: () => assert.fail('a plan') };
        assert.equal(quiet.tile.state, 'ok');
    });

    it('tells in an outage since when, how many hosts are next, and when', async () => {
        const outage = new ViewBench();
        await outage.mains(5);
        await outage.battery(20);
        const { headline, next, unacknowledged } = outage.state.bar;
        assert.deepEqual([headline.state, headline.unitName, headline.others], ['outage', 'UPS', 0]);
        assert.equal(Math.round(headline.secondsOnBattery!), 20);
        assert.deepEqual(
            { ...next, inSeconds: Math.round(next!.inSeconds!) },
            {
                inSeconds: 40,
                jobs: 1,
                hosts: 3,
                name: 'job',
                acts: true,
            },
        );
        assert.equal(unacknowledged, 1);
        assert.equal(outage.tile.onBatterySince, outage.clock.now() - 20_000);
    });

    it('has no time on battery, not even 0, of a UPS whose outages nobody could see', async () => {
        const unseen = new ViewBench();
        const read = () => unseen.driver.read({ input: { lines: [{ voltage: 0 }] }, output: { lines: [] } });
        for (let second = 0; second < 10; second++) {
            read();
            await unseen.clock.advance(1000);
            assert.equal('secondsOnBattery' in unseen.tile, false, `after ${second} s`);
        }
        assert.equal(unseen.tile.state, 'warning');
        assert.equal('secondsOnBattery' in unseen.unitNow.status!.derived, false);
        const [event] = unseen.unitNow.events;
        assert.deepEqual([event!.id, unseen.tile.since], ['outages-unseen', event!.since]);
        assert.equal(unseen.state.bar.headline.since, event!.since);
    });

    it('says that an outage is presumed, for how long, and goes on counting down', async () => {
        const outage = new ViewBench();
        await outage.mains(5);
        await outage.battery(20);
        const fresh = outage.tile;
        assert.equal('presumed' in fresh, false);
        await outage.silence(100);
        const { presumed, presumedSeconds, stale, state, runtimeSeconds, ageSeconds } = outage.tile;
        assert.deepEqual([state, presumed, stale], ['outage', 'silent', true]);
        assert.equal(Math.round(presumedSeconds!), 101);
        assert.equal(ageSeconds, presumedSeconds);
        assert.equal(Math.round(fresh.runtimeSeconds! - runtimeSeconds!), 100);
        assert.equal(outage.state.bar.headline.presumed, 'silent');
    });

    it('says after a restart that the outage is one of before', async () => {
        const outage = new ViewBench();
        await outage.mains(5);
        await outage.battery(20);
        outage.restart(10);
        await outage.silence(1);
        assert.deepEqual([outage.tile.state, outage.tile.presumed], ['outage', 'restart']);
    });

    it('shows values of a UPS on mains that no longer answers as old, with their age', async () => {
        const lost = new ViewBench();
        await lost.mains(5);
        await lost.silence(60);
        const { state, colour, stale, ageSeconds, charge } = lost.tile;
        assert.deepEqual([state, colour, stale, charge], ['lost', 'red', true, 100]);
        assert.equal(Math.round(ageSeconds!), 61);
        assert.equal('presumed' in lost.tile, false);
    });

    it('takes a UPS that is polled rarely for old only when it has missed a poll', async () => {
        const rare = new UnitBench({ staleSeconds: 30 }, undefined, undefined, { intervalSeconds: 60 });
        rare.driver.read(onMains());
        await rare.clock.advance(100_000);
        const tile = unitTile({ unit: rare.unit, site: undefined });
        assert.deepEqual([tile.staleSeconds, tile.ageSeconds, tile.stale], [150, 100, false]);
    });

    it('adds up the phases, unless one of them is unknown', async () => {
        const bench = new ViewBench();
        const output = (third?: number) => ({
            output: {
                source: 'normal' as const,
                lines: [
                    { power: 100, load: 10 },
                    { power: 200, load: 30 },
                    { power: third, load: 20 },
                ],
            },
        });
        bench.driver.read(onMains(output(300)));
        assert.deepEqual([bench.tile.watts, bench.tile.load], [600, 30]);
        await bench.clock.advance(1000);
        bench.driver.read(onMains(output()));
        assert.equal('watts' in bench.tile, false);
    });

    it('counts failures and alarms until somebody has acknowledged them', async () => {
        const outage = new ViewBench();
        await outage.mains(5);
        await outage.battery(5);
        outage.facts = { failures: [failure(), failure({ key: 'other', nodeId: 'elsewhere' })] };
        assert.deepEqual([outage.state.bar.failures, outage.state.bar.unacknowledged], [2, 3]);
        assert.equal(outage.tile.failures, 1);
        outage.facts = {};
        assert.equal(outage.state.bar.unacknowledged, 1);
        outage.flow.alarms.acknowledge(outage.unit.stateOf('power-fail').episode!, 'ann');
        assert.equal(outage.state.bar.unacknowledged, 0);
        assert.deepEqual(outage.unitNow.events[0]!.acknowledged, { by: 'ann', at: outage.clock.now() });
    });

    it('counts an alarm that nobody has acknowledged also when it is over', async () => {
        const outage = new ViewBench();
        await outage.mains(5);
        await outage.battery(5);
        await outage.mains(10);
        assert.deepEqual([outage.tile.state, outage.state.bar.unacknowledged], ['ok', 1]);
    });

    it('says so while maintenance holds the jobs', () => {
        const bench = new ViewBench();
        const since = bench.clock.now();
        const until = since + 60_000;
        bench.flow.maintenance.start('site1', until, 'ann');
        assert.deepEqual(bench.state.bar.maintenance, { until, since, by: 'ann' });
        assert.deepEqual(bench.state.sites[0]!.maintenance, { until, since, by: 'ann' });
        bench.flow.maintenance.end('site1', 'ann');
        assert.equal('maintenance' in bench.state.bar, false);
    });
});

describe('the view of one UPS', () => {
    it('holds its reading, its paths in their colours, its events with evidence, and what it can do', async () => {
        const outage = new ViewBench();
        await outage.mains(5);
        await outage.battery(5);
        const { status, paths, events, offers, trouble } = outage.unitNow;
        assert.equal(status!.output.source, 'battery');
        assert.deepEqual(
            paths.map(({ name, state, colour, leads }) => [name, state, colour, leads]),
            [['device', 'outage', 'red', true]],
        );
        assert.deepEqual([events[0]!.id, events[0]!.level], ['power-fail', 'alarm']);
        assert.equal(typeof events[0]!.evidence!.rule, 'string');
        assert.deepEqual([offers.mute, offers.shutdown, offers.tests.includes('quick')], [true, true, true]);
        assert.equal(trouble, undefined);
    });

    it('says why there is no reading', async () => {
        const lost = new ViewBench();
        await lost.mains(5);
        lost.driver.enter({ state: 'waiting', code: 'device-silent', reason: 'timeout', data: { host: 'card' } });
        await lost.silence(60);
        const { trouble, paths } = lost.unitNow;
        assert.match(trouble!, /silent/);
        assert.deepEqual([paths[0]!.state, paths[0]!.trouble, paths[0]!.leads], ['lost', 'device-silent', false]);
    });

    it('is nothing for a UPS that there is not', () => {
        const bench = new ViewBench();
        assert.equal(unitView(bench.viewed, 'ups9', bench.allFacts), undefined);
    });
});
