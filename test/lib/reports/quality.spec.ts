import assert from 'node:assert/strict';
import { qualityReport, type QualityReport, type ReportEpisode } from '../../../lib/reports';
import { at, BERLIN, sourcesOf, type Sample, type Story } from './samples';

const UNIT = { id: 'unit1', name: 'UPS 1', nominalVoltage: 230 };
const FROM = at('2026-06-01T00:00:00Z');
const HOUR_MS = 3_600_000;
const TO = FROM + 24 * HOUR_MS;

function outage(since: number, seconds: number | undefined): ReportEpisode {
    return {
        episode: `unit1:power-fail:${since}:x`,
        sourceId: 'unit1',
        sourceName: 'UPS 1',
        eventId: 'power-fail',
        level: 'alarm',
        since,
        ...(seconds === undefined ? {} : { endedAt: since + seconds * 1000 }),
    };
}

/** A reading each minute of a day. */
function day(volts: (minute: number) => number | undefined, more: (minute: number) => object = () => ({})): Sample[] {
    return Array.from({ length: 24 * 60 + 1 }, (_, minute) => ({
        at: FROM + minute * 60_000,
        inputVoltage1: volts(minute),
        ...more(minute),
    }));
}

function report(story: Story, options = { percent: 10 }, now = TO): Promise<QualityReport> {
    const request = { site: { name: 'Site' }, unit: UNIT, now, zone: BERLIN };
    return qualityReport(sourcesOf(story), request, { from: FROM, to: TO }, options);
}

describe('power quality report', () => {
    it('counts outages by their length, and the time without mains', async () => {
        const lengths = [0.4, 1, 2.9, 3, 59, 60, 179.9, 180, 4000];
        const episodes = lengths.map((seconds, index) => outage(FROM + (index + 1) * 2 * HOUR_MS, seconds));
        const { outages, outageSeconds, longestSeconds, mainsAvailability, coverage } = await report({
            samples: day(() => 230),
            episodes,
        });
        assert.deepEqual(
            outages.map(({ length, count }) => [length, count]),
            [
                ['below1s', 1],
                ['below3s', 2],
                ['below1min', 2],
                ['below3min', 2],
                ['longer', 2],
            ],
        );
        const sum = lengths.reduce((all, seconds) => all + seconds, 0);
        assert.ok(Math.abs(outageSeconds - sum) < 0.001);
        assert.equal(longestSeconds, 4000);
        assert.equal(coverage, 1);
        assert.ok(Math.abs(mainsAvailability! - (1 - sum / 86_400)) < 1e-9);
    });

    it('an outage in which the clock was set counts by its counted length, and its readings are no bad mains', async () => {
        const NOON = 12 * 60;
        for (const [step, dark] of [
            [
                -60,
                [
                    [NOON, NOON + 10],
                    [NOON - 50, NOON - 30],
                ],
            ],
            [
                60,
                [
                    [NOON, NOON + 10],
                    [NOON + 70, NOON + 90],
                ],
            ],
        ] as const) {
            const isDark = (minute: number) => dark.some(([from, to]) => minute >= from && minute <= to);
            const since = FROM + NOON * 60_000;
            const ended = outage(since, (30 + step) * 60);
            const { list, outages, outageSeconds, mainsAvailability, voltages } = await report({
                samples: day((minute) => (isDark(minute) ? 0 : 230)),
                episodes: [{ ...ended, lastedMs: 1_800_000 }],
            });
            assert.deepEqual(
                list.map(({ seconds, clockShiftSeconds }) => [seconds, clockShiftSeconds]),
                [[1800, step * 60]],
            );
            assert.equal(outages.find(({ length }) => length === 'longer')!.count, 1);
            assert.equal(outageSeconds, 1800);
            assert.ok(Math.abs(mainsAvailability! - (1 - 0.5 / 24)) < 1e-6, `${mainsAvailability}`);
            assert.equal(voltages[0]!.below!.times, 0);
        }
    });

    it('availability is of the time in which somebody looked, and of no other', async () => {
        const samples = day(() => 230).filter(({ at }) => at <= FROM + 6 * HOUR_MS);
        const { coverage, mainsAvailability } = await report({ samples, episodes: [outage(FROM + HOUR_MS, 3600)] });
        assert.ok(Math.abs(coverage - 6 / 24) < 0.001, `${coverage}`);
        assert.ok(Math.abs(mainsAvailability! - 5 / 6) < 0.001, `${mainsAvailability}`);
    });

    it('an outage that began the day before, or lasts, counts by its part in the range', async () => {
        const episodes = [outage(FROM - HOUR_MS, 2 * 3600), outage(TO - HOUR_MS, undefined)];
        const { outageSeconds, list } = await report({ samples: day(() => 230), episodes });
        assert.equal(outageSeconds, 2 * 3600);
        assert.deepEqual(
            list.map(({ seconds, until }) => [seconds, until]),
            [
                [7200, FROM + HOUR_MS],
                [3600, undefined],
            ],
        );
    });

    it('holds voltages against the limits, and leaves outages out', async () => {
        // Twice below 207 V, for 3 and for 1 min; once above 253 V; an outage of an hour, in which the input is dead.
        const volts = (minute: number) => {
            if (minute >= 100 && minute < 103) return 206;
            if (minute === 200) return 180;
            if (minute >= 300 && minute < 310) return 254;
            return minute >= 600 && minute < 660 ? 0 : 231;
        };
        const { voltages, limits } = await report({
            samples: day(volts),
            episodes: [outage(FROM + 600 * 60_000 - 1000, 3600)],
        });
        assert.deepEqual([limits!.low, Math.round(limits!.high)], [207, 253]);
        const [phase] = voltages;
        assert.deepEqual(phase!.below, { times: 2, seconds: 240 });
        assert.deepEqual(phase!.above, { times: 1, seconds: 600 });
        assert.deepEqual(phase!.lowest, { volts: 180, at: FROM + 200 * 60_000 });
        assert.equal(phase!.highest!.volts, 254);
        assert.ok(Math.abs(phase!.knownSeconds - 23 * 3600) <= 10, `${phase!.knownSeconds}`);
    });

    it("counts by the device's own counter, over its restart", async () => {
        // From 7 to 12, then the card restarts and counts two more.
        const lineBads = (minute: number) => (minute < 300 ? 7 : minute < 500 ? 12 : minute < 700 ? 0 : 2);
        const told = await report({
            samples: day(
                () => 230,
                (minute) => ({ inputLineBads: lineBads(minute) }),
            ),
        });
        assert.equal(told.deviceCount, 7);
        assert.equal('deviceCount' in (await report({ samples: day(() => 230) })), false);
    });

    it('the output was off for two hours of those in which its source is known', async () => {
        const states = ['none', 'normal', 'battery'];
        const source = (minute: number) =>
            minute < 240 ? undefined : minute >= 600 && minute < 720 ? 0 : minute < 900 ? 2 : 1;
        const samples = day(
            () => 230,
            (minute) => ({ outputSource: source(minute) }),
        );
        const { outputAvailability } = await report({ samples, states });
        assert.ok(Math.abs(outputAvailability! - 18 / 20) < 0.001, `${outputAvailability}`);
    });

    it('without readings nothing is available, and nothing is unavailable', async () => {
        const told = await report({ samples: [] });
        assert.equal(told.coverage, 0);
        for (const key of ['mainsAvailability', 'outputAvailability', 'longestSeconds', 'deviceCount'])
            assert.equal(key in told, false, key);
        assert.deepEqual(told.voltages, []);
    });
});
