import assert from 'node:assert/strict';
import { dayOf } from '../../../lib/core/schedules/local-time';
import { MachineZone, machineZone } from '../../../lib/zones/machine-zone';
import { temporalZone, zoneOf } from '../../../lib/zones/temporal-zone';

const HOUR = 3_600_000;

/** Zones with clocks that are changed at odd times, and the days around the changes. */
const CHANGES: readonly (readonly [zone: string, ...days: string[]])[] = [
    ['Europe/Berlin', '2026-03-29', '2026-10-25', '1980-04-06'],
    ['America/New_York', '2026-03-08', '2026-11-01'],
    ['Australia/Lord_Howe', '2026-10-04', '2026-04-05'],
    ['Pacific/Apia', '2011-12-30', '2011-12-31'],
    ['Asia/Beirut', '2022-03-27', '2022-10-29'],
    ['Africa/Casablanca', '2026-02-15', '2026-03-22'],
    ['Europe/Dublin', '2026-03-29', '2026-10-25'],
    ['America/Sao_Paulo', '2018-11-04', '2019-02-17'],
    ['Asia/Kathmandu', '1986-01-01', '2026-01-01'],
    ['UTC', '2026-03-29'],
];

describe('the time zone of the machine', () => {
    const before = process.env.TZ;
    afterEach(() => {
        if (before === undefined) delete process.env.TZ;
        else process.env.TZ = before;
    });

    for (const [zone, ...days] of CHANGES) {
        it(`${zone}: says what the library for all zones says, around each change of the clocks`, () => {
            process.env.TZ = zone;
            const [own, other] = [new MachineZone(), temporalZone(zone)];
            assert.equal(own.id, machineZone());
            let skipped = 0;
            for (const text of days) {
                const [year, month, date] = text.split('-').map(Number) as [number, number, number];
                const middle = Date.UTC(year, month - 1, date, 12);
                for (let at = middle - 48 * HOUR; at <= middle + 48 * HOUR; at += HOUR / 4 + 999)
                    assert.deepEqual(own.localOf(at), other.localOf(at), new Date(at).toISOString());
                const day = dayOf(year, month, date)!;
                for (let second = -86_400; second < 2 * 86_400; second += 901) {
                    const local = {
                        day: day + Math.floor(second / 86_400),
                        second: ((second % 86_400) + 86_400) % 86_400,
                    };
                    assert.deepEqual(own.instantOf(local), other.instantOf(local), `${text} ${second} s`);
                    if (own.instantOf(local).skipped) skipped++;
                }
            }
            assert.equal(skipped > 0, zone !== 'UTC', `${skipped} times that no clock showed`);
        });
    }

    it('is taken where none is named, and where it is named', () => {
        process.env.TZ = 'America/Denver';
        assert.equal(machineZone(), 'America/Denver');
        for (const name of ['', ' ', 'America/Denver']) assert.ok(zoneOf(name) instanceof MachineZone, name);
        assert.ok(!(zoneOf('Europe/Berlin') instanceof MachineZone));
    });
});
