import assert from 'node:assert/strict';
import { energyReport, lastMonth, type EnergyReport } from '../../../lib/reports';
import { at, BERLIN, chance, sourcesOf, wattHoursBySeconds, type Sample } from './samples';

const UNIT = { id: 'unit1', name: 'UPS 1' };
const SITE = { name: 'Site' };

function report(samples: readonly Sample[], from: number, to: number, now = to): Promise<EnergyReport> {
    return energyReport(sourcesOf({ samples }), { site: SITE, unit: UNIT, now, zone: BERLIN }, { from, to });
}

/** A sample each three minutes, a little around the clock. */
function steady(
    from: number,
    to: number,
    row: (at: number, index: number) => Partial<Record<string, number>>,
): Sample[] {
    const samples: Sample[] = [];
    for (let time = from, index = 0; time <= to; time += 180_000, index++)
        samples.push({ at: time, ...row(time, index) });
    return samples;
}

const near = (actual: number | undefined, expected: number, share = 0.001) =>
    assert.ok(
        actual !== undefined && Math.abs(actual - expected) <= Math.abs(expected) * share,
        `${actual} is not about ${expected}`,
    );

describe('energy report', () => {
    it('a kilowatt makes 23, 24 and 25 kWh in days of 23, 24 and 25 hours', async () => {
        const spring = [at('2026-03-27T23:00:00Z'), at('2026-03-30T22:00:00Z')] as const;
        const samples = steady(spring[0] - 86_400_000, spring[1] + 86_400_000, () => ({ outputPower1: 1000 }));
        const { days, total } = await report(samples, ...spring);
        assert.deepEqual(
            days.map(({ name, hours }) => [name, hours]),
            [
                ['2026-03-28', 24],
                ['2026-03-29', 23],
                ['2026-03-30', 24],
            ],
        );
        for (const day of days) near(day.kilowattHours, day.hours);
        near(total.kilowattHours, 71);
        assert.equal(total.coverage, 1);

        const autumn = [at('2026-10-24T22:00:00Z'), at('2026-10-25T23:00:00Z')] as const;
        const later = steady(autumn[0] - 86_400_000, autumn[1] + 86_400_000, () => ({ outputPower1: 1000 }));
        const long = await report(later, ...autumn);
        assert.equal(long.days[0]!.hours, 25);
        near(long.days[0]!.kilowattHours, 25);
    });

    it('says the same as an account by each second, with noise, gaps and unknown values in three phases', async () => {
        const from = at('2026-05-31T22:00:00Z');
        const to = at('2026-06-03T22:00:00Z');
        const samples = steady(from - 3_600_000, to + 3_600_000, (_, index) => ({
            outputPower1: 400 + 300 * chance(index),
            outputPower2: chance(index + 0.5) < 0.02 ? undefined : 900 - 200 * chance(index + 0.3),
            outputPower3: index > 700 ? 120 * chance(index + 0.7) : undefined,
        }))
            // The UPS was silent for two hours, over midnight.
            .filter((row) => row.at < at('2026-06-01T21:00:00Z') || row.at > at('2026-06-01T23:00:00Z'))
            .map((row) => ({ ...row, at: row.at + Math.round(20_000 * chance(row.at)) }));
        const { days, months, total, phases } = await report(samples, from, to);
        assert.equal(phases, 3);
        assert.deepEqual(
            days.map(({ name }) => name),
            ['2026-06-01', '2026-06-02', '2026-06-03'],
        );
        for (const day of days) {
            for (const [index, phase] of day.phases.entries()) {
                const told = wattHoursBySeconds(samples, `outputPower${index + 1}`, day.from, day.to);
                if (told.seconds === 0) assert.equal(phase.kilowattHours, undefined);
                else near(phase.kilowattHours, told.wattHours / 1000);
                near(phase.coverage * 86_400 + 1, told.seconds + 1, 0.001);
            }
        }
        near(months[0]!.kilowattHours, total.kilowattHours!);
        near(
            total.kilowattHours,
            days.reduce((sum, day) => sum + (day.kilowattHours ?? 0), 0),
        );
        // The smallest of the phases: the third began on the second day.
        assert.equal(total.coverage, Math.min(...total.phases.map(({ coverage }) => coverage)));
        assert.ok(total.coverage < 0.6);
    });

    it('makes up nothing: no readings are no energy, and no zero', async () => {
        const from = at('2026-05-31T22:00:00Z');
        const to = at('2026-06-02T22:00:00Z');
        const { days, total } = await report([], from, to);
        assert.deepEqual(
            days.map(({ kilowattHours, coverage }) => [kilowattHours, coverage]),
            [
                [undefined, 0],
                [undefined, 0],
            ],
        );
        assert.equal('kilowattHours' in total, false);
    });

    it('of the present month ends now: what has not been yet is not missing', async () => {
        const from = at('2026-05-31T22:00:00Z');
        const now = at('2026-06-01T10:00:00Z');
        const samples = steady(from, now, () => ({ outputPower1: 500 }));
        const { total, to, days } = await report(samples, from, at('2026-06-30T22:00:00Z'), now);
        assert.equal(to, now);
        assert.equal(days.length, 1);
        near(total.kilowattHours, 6);
        near(total.coverage, 1);
    });

    it('has the count of the device beside ours, of each day and of the whole', async () => {
        const from = at('2026-05-31T22:00:00Z');
        const to = at('2026-06-03T22:00:00Z');
        // It counts whole tenths, its counter began anew on the second day, and nobody read it over the second midnight.
        const samples = steady(from - 3_600_000, to + 3_600_000, (time) => {
            const hours = (time - from) / 3_600_000;
            const kilowattHours = Math.floor((hours < 30 ? 500 + hours : hours - 30) * 10) / 10;
            return { outputPower1: 1000, outputEnergy: kilowattHours };
        }).filter((row) => row.at < at('2026-06-02T20:00:00Z') || row.at > at('2026-06-02T23:30:00Z'));
        const { days, months, total } = await report(samples, from, to);
        // The second day lacks its last two hours, and the third its first one and a half; the counter lost nothing when it began anew.
        for (const [index, expected] of [24, 22, 22.5].entries())
            near(days[index]!.deviceKilowattHours, expected, 0.01);
        near(total.deviceKilowattHours, 72, 0.005);
        near(months[0]!.deviceKilowattHours, 72, 0.005);
    });

    it('of a device without a count tells none', async () => {
        const from = at('2026-05-31T22:00:00Z');
        const samples = steady(from, from + 86_400_000, () => ({ outputPower1: 1000 }));
        const { total } = await report(samples, from, from + 86_400_000);
        assert.equal('deviceKilowattHours' in total, false);
    });

    it('the last month is that of the zone, also in the first hours of a month', () => {
        const { from, to } = lastMonth(BERLIN, at('2026-03-31T22:30:00Z'));
        assert.deepEqual([from, to], [at('2026-02-28T23:00:00Z'), at('2026-03-31T22:00:00Z')]);
        const january = lastMonth(BERLIN, at('2026-01-15T12:00:00Z'));
        assert.deepEqual([january.from, january.to], [at('2025-11-30T23:00:00Z'), at('2025-12-31T23:00:00Z')]);
    });
});
