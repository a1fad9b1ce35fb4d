import assert from 'node:assert/strict';
import { UpsError } from '../../../lib/core/errors';
import { formatLocal, parseLocal } from '../../../lib/core/schedules/local-time';
import { machineZone } from '../../../lib/zones/machine-zone';
import { zoneOf } from '../../../lib/zones/temporal-zone';

const at = (zone: string, local: string) => {
    const { at: instant, skipped } = zoneOf(zone).instantOf(parseLocal(local)!);
    return `${new Date(instant).toISOString()}${skipped ? ' skipped' : ''}`;
};

describe('time zones', () => {
    for (const [zone, local, expected] of [
        ['UTC', '2026-03-29T02:30', '2026-03-29T02:30:00.000Z'],
        ['Europe/Berlin', '2026-07-01T12:00', '2026-07-01T10:00:00.000Z'],
        ['Europe/Berlin', '2026-03-29T02:00', '2026-03-29T01:00:00.000Z skipped'],
        ['Europe/Berlin', '2026-03-29T02:59:59', '2026-03-29T01:00:00.000Z skipped'],
        ['Europe/Berlin', '2026-03-29T03:00', '2026-03-29T01:00:00.000Z'],
        ['Europe/Berlin', '2026-10-25T02:30', '2026-10-25T00:30:00.000Z'],
        ['Europe/Berlin', '2026-10-25T03:00', '2026-10-25T02:00:00.000Z'],
        ['America/New_York', '2026-03-08T02:30', '2026-03-08T07:00:00.000Z skipped'],
        ['America/New_York', '2026-11-01T01:30', '2026-11-01T05:30:00.000Z'],
        // Half an hour, not a whole one.
        ['Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-03T15:30:00.000Z skipped'],
        ['Australia/Lord_Howe', '2026-10-04T02:30', '2026-10-03T15:30:00.000Z'],
        ['Australia/Lord_Howe', '2026-04-05T01:45', '2026-04-04T14:45:00.000Z'],
        // Samoa went over the date line: there was no 30 December 2011.
        ['Pacific/Apia', '2011-12-30T10:00', '2011-12-30T10:00:00.000Z skipped'],
        ['Pacific/Apia', '2011-12-31T00:00', '2011-12-30T10:00:00.000Z'],
        ['Asia/Beirut', '2022-03-27T00:00', '2022-03-26T22:00:00.000Z skipped'],
    ]) {
        it(`${local} in ${zone} is ${expected}`, () => assert.equal(at(zone, local), expected));
    }

    it('tell what the clocks show, both times that they show it', () => {
        const berlin = zoneOf('Europe/Berlin');
        for (const instant of ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z']) {
            assert.equal(formatLocal(berlin.localOf(Date.parse(instant))), '2026-10-25 02:30');
        }
        assert.equal(formatLocal(zoneOf('Asia/Kathmandu').localOf(999)), '1970-01-01 05:30');
    });

    it('default to that of the machine, and refuse what is none', () => {
        assert.equal(zoneOf('').id, machineZone());
        assert.throws(
            () => zoneOf('Europe/Nowhere'),
            (error) => error instanceof UpsError && error.code === 'config-invalid' && error.data.property === 'zone',
        );
    });
});
