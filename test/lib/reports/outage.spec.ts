import assert from 'node:assert/strict';
import { outageReport, type OutageReport } from '../../../lib/reports';
import { BERLIN, sourcesOf, wattHoursBySeconds, type Story } from './samples';
import { BACK, ENDED, episode, NOW, samples, SILENT, SINCE, STEP_MS, story } from './outage-story';

function report(told: Story = story, { now = NOW, of = episode } = {}): Promise<OutageReport> {
    const request = { site: { name: 'Site' }, unit: { id: 'unit1', name: 'UPS 1' }, now, zone: BERLIN };
    return outageReport(sourcesOf(told), request, of);
}

const near = (actual: number | undefined, expected: number, share = 0.01) =>
    assert.ok(
        actual !== undefined && Math.abs(actual - expected) <= Math.abs(expected) * share,
        `${actual} is not about ${expected}`,
    );

describe('outage report', () => {
    it('says since when, until when and how long', async () => {
        const { since, until, seconds } = await report();
        assert.deepEqual([since, until, seconds], [SINCE, ENDED, 726]);
    });

    describe('where the wall clock was set in the middle of the outage', () => {
        const SET = SINCE + 400_000;
        const LASTED_MS = 726_000;
        /** The same story, by a clock that was set by so many ms. */
        const setBy = (step: number) => {
            const moved = (time: number) => (time > SET ? time + step : time);
            const stamps = (detail: unknown) => {
                const { startedAt, endedAt, ...rest } = (detail ?? {}) as { startedAt?: number; endedAt?: number };
                return startedAt === undefined
                    ? detail
                    : { ...rest, startedAt: moved(startedAt), endedAt: moved(endedAt!) };
            };
            const byTime = (a: { at: number }, b: { at: number }) => a.at - b.at;
            const told: Story = {
                ...story,
                samples: samples.map((each) => ({ ...each, at: moved(each.at) })).sort(byTime),
                // By its ids the log keeps the order in which it was written.
                log: story
                    .log!.map((each, index) => {
                        return { ...each, id: index + 1, at: moved(each.at), detail: stamps(each.detail) };
                    })
                    .sort(byTime),
            };
            const of = { ...episode, endedAt: ENDED + step, lastedMs: LASTED_MS };
            return report({ ...told, episodes: [of] }, { now: NOW + step, of });
        };

        for (const step of [-3_600_000, 3_600_000]) {
            it(`${step < 0 ? 'back' : 'ahead'}: lasted as long as was counted, and says what the clock did`, async () => {
                const { since, until, seconds, clockShiftSeconds, events, jobs, plan, gaps } = await setBy(step);
                assert.deepEqual([since, until, seconds], [SINCE, ENDED + step, 726]);
                assert.equal(clockShiftSeconds, step / 1000);
                const edges = events.filter(({ eventId }) => eventId === 'power-fail');
                assert.deepEqual(
                    edges.map(({ active }) => active),
                    [true, false],
                );
                assert.deepEqual(jobs.map(({ jobId }) => jobId).sort(), ['mail1', 'rccmd1', 'wol1']);
                assert.equal(plan!.find(({ jobId }) => jobId === 'last1')!.outcome, 'not-due');
                assert.ok(plan!.every(({ differenceSeconds }) => differenceSeconds === undefined));
                if (step > 0) assert.ok(!gaps.some((gap) => gap.seconds >= 3600), 'the clock left that out');
            });
        }

        it('by some seconds: is as long as was counted, and says nothing of the clock', async () => {
            const of = { ...episode, lastedMs: LASTED_MS - 2000 };
            const { seconds, ...rest } = await report(story, { of });
            assert.equal(seconds, 724);
            assert.equal('clockShiftSeconds' in rest, false);
        });

        it('has lasted so far as long as was counted', async () => {
            const of = { ...episode, endedAt: undefined, lastedMs: 500_000 };
            const { seconds, clockShiftSeconds } = await report(story, { now: SINCE - 3_100_000, of });
            assert.deepEqual([seconds, clockShiftSeconds], [500, -3600]);
        });
    });

    it('lists the events of this UPS, and not those of another', async () => {
        const { events } = await report();
        assert.deepEqual(
            events.map(({ eventId, active }) => `${eventId} ${active ? 'on' : 'off'}`),
            [
                'power-fail on',
                'communication-lost on',
                'communication-lost off',
                'battery-low on',
                'battery-low off',
                'power-fail off',
            ],
        );
    });

    it('lists each job with each host, and leaves out what a person tried by hand', async () => {
        const { jobs } = await report();
        assert.deepEqual(
            jobs.map(({ jobId, edge, outcome }) => [jobId, edge, outcome]),
            [
                ['mail1', 'on', 'done'],
                ['rccmd1', 'on', 'partly'],
                ['wol1', 'off', 'done'],
            ],
        );
        const shutdown = jobs[1]!;
        assert.deepEqual(
            shutdown.hosts.map(({ name, ok }) => [name.slice(0, 15), ok]),
            [
                ['192.0.2.11:6003', true],
                ['192.0.2.12:6003', false],
                ['=HYPERLINK("htt', true],
            ],
        );
        assert.equal(shutdown.hosts[1]!.error, 'no answer & <b>no route</b>');
    });

    it('holds the plan against what happened', async () => {
        const { plan } = await report();
        assert.deepEqual(
            plan!.map(({ jobId, outcome, differenceSeconds }) => [jobId, outcome, differenceSeconds]),
            [
                ['mail1', 'done', 0.8],
                ['rccmd1', 'partly', 1.5],
                ['last1', 'not-due', undefined],
                ['gone1', 'no-entry', undefined],
                ['wol1', 'done', 0.5],
            ],
        );
        assert.equal('plan' in (await report({ ...story, plan: undefined })), false);
    });

    it('an order of a person is no run: what was left out or held says so, and what was run by hand ran once', async () => {
        const order = (jobId: string, seconds: number, name: string) => ({
            ...story.log![0]!,
            id: 1000 + seconds,
            at: SINCE + seconds * 1000,
            kind: 'job' as const,
            level: 'warning' as const,
            text: `${name} by Ada`,
            source: jobId,
            nodeId: jobId,
            detail: { order: name, by: 'Ada' },
        });
        const log = [
            ...story.log!,
            order('rccmd1', 100, 'hold'),
            order('rccmd1', 200, 'release'),
            order('rccmd1', 400, 'abort'),
            order('gone1', 20, 'skip'),
            order('last1', 30, 'hold'),
            order('last1', 40, 'release'),
        ].sort((one, other) => one.at - other.at);
        const { plan } = await report({ ...story, log });
        const of = (id: string) => plan!.find(({ jobId }) => jobId === id)!;
        assert.deepEqual(
            ['rccmd1', 'gone1', 'last1'].map((id) => [id, of(id).outcome, of(id).runs, of(id).ranAt]),
            [
                ['rccmd1', 'partly', 1, SINCE + 301_500],
                ['gone1', 'skipped', 0, undefined],
                ['last1', 'not-due', 0, undefined],
            ],
        );
        const held = [...story.log!, order('gone1', 20, 'hold')].sort((one, other) => one.at - other.at);
        const { plan: other } = await report({ ...story, log: held });
        assert.equal(other!.find(({ jobId }) => jobId === 'gone1')!.outcome, 'held');
    });

    it('while it lasts, steps that are not due are still to come', async () => {
        const now = SINCE + 400_000;
        const { plan, seconds, ...rest } = await report(
            { ...story, log: story.log!.filter((each) => each.at <= now) },
            { now, of: { ...episode, endedAt: undefined } },
        );
        assert.equal(seconds, 400);
        assert.equal('until' in rest, false);
        assert.deepEqual(
            plan!.map(({ outcome }) => outcome),
            ['done', 'partly', 'pending', 'no-entry', 'pending'],
        );
    });

    it('says what nobody saw: the gap in the readings, and what was presumed and why', async () => {
        const { gaps, presumed } = await report();
        assert.deepEqual(gaps, [{ from: SILENT.from, to: SILENT.to, seconds: 95 }]);
        assert.deepEqual(
            presumed.map(({ why, from, to, seconds }) => [why, from, to, seconds]),
            [
                ['silent', SILENT.from, SILENT.to, 95],
                ['restart', SILENT.from + 40_000, SILENT.from + 60_000, 20],
            ],
        );
    });

    it('a curve has a hole where there are no readings', async () => {
        const { curves } = await report();
        const charge = curves.find(({ quantity }) => quantity === 'charge')!;
        const holes = charge.points.filter(([, value]) => value === null);
        assert.equal(holes.length, 1);
        assert.ok(holes[0]![0] > SILENT.from && holes[0]![0] < SILENT.to);
        assert.deepEqual(
            curves.map(({ quantity }) => quantity),
            [
                'inputVoltage1',
                'inputVoltage2',
                'inputVoltage3',
                'load1',
                'load2',
                'load3',
                'charge',
                'runtime',
                'estimatedRuntime',
            ],
        );
    });

    it('says how deep the battery went, by accounts of its own', async () => {
        const { battery } = await report();
        const dark = samples.filter((row) => row.at >= SINCE && row.at <= ENDED);
        assert.equal(battery.chargeAtOnset, 100);
        assert.equal(battery.lowestCharge!.value, Math.min(...dark.map((row) => row.charge!)));
        assert.equal(battery.lowestVoltage!.value, Math.min(...dark.map((row) => row.batteryVoltage!)));
        const drawn = samples.map((row) => ({
            at: row.at,
            amperes: Math.abs(row.batteryCurrent!),
            watts: Math.abs(row.batteryCurrent! * row.batteryVoltage!),
            output: row.outputPower1! + row.outputPower2! + row.outputPower3!,
        }));
        const amount = (quantity: string) => wattHoursBySeconds(drawn, quantity, SINCE, ENDED, 13_000);
        near(battery.ampereHours, amount('amperes').wattHours);
        near(battery.kilowattHours, amount('watts').wattHours / 1000);
        near(battery.outputKilowattHours, amount('output').wattHours / 1000);
        near(battery.outputCoverage, (726 - 95) / 726);
    });

    it('holds the minutes that passed against both estimates', async () => {
        const { battery } = await report();
        const { passed, fell, first } = battery.device!;
        // From the first to the last reading on battery.
        near(passed, (BACK - SINCE - STEP_MS) / 60_000, 0.01);
        near(fell, passed * 1.2, 0.02);
        near(first, 31, 0.01);
        near(battery.ours!.fell, battery.ours!.passed, 0.02);
    });

    it('of a source without readings tells what the log has', async () => {
        const told = await report({ ...story, samples: [] });
        assert.deepEqual(told.curves, []);
        assert.deepEqual(told.battery, {});
        assert.equal(told.jobs.length, 3);
    });
});
