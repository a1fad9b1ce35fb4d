/* eslint-disable @typescript-eslint/no-require-imports -- an import would load the package without a schedule, too */
import type * as TemporalPolyfill from 'temporal-polyfill';
import { UpsError } from '../core/errors';
import { dateOf, dayOf, type LocalTime, type Zone } from '../core/schedules/local-time';

/** Loaded when the first schedule is made, so that installations without one do not pay for it. */
const temporal = () => (require('temporal-polyfill') as typeof TemporalPolyfill).Temporal;

/** IANA name of this machine's time zone. */
export function machineZone(): string {
    return temporal().Now.timeZoneId();
}

/**
 * A time zone by its IANA name, e.g. `Europe/Berlin`; empty: that of the machine. The zone data is that of Node.js.
 * @throws UpsError config-invalid if the zone does not exist
 */
export function zoneOf(id: string): Zone {
    const name = id.trim() || machineZone();
    try {
        return new TemporalZone(temporal().Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId);
    } catch (error) {
        throw new UpsError(
            'config-invalid',
            { property: 'zone', value: id, expected: 'Europe/Berlin, America/New_York, UTC, …' },
            { cause: error },
        );
    }
}

class TemporalZone implements Zone {
    constructor(readonly id: string) {}

    localOf(at: number): LocalTime {
        const zoned = temporal().Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(this.id);
        return {
            day: dayOf(zoned.year, zoned.month, zoned.day)!,
            second: zoned.hour * 3600 + zoned.minute * 60 + zoned.second,
        };
    }

    instantOf({ day, second }: LocalTime): { at: number; skipped: boolean } {
        const time = { hour: Math.floor(second / 3600), minute: Math.floor((second % 3600) / 60), second: second % 60 };
        const plain = temporal().PlainDateTime.from({ ...dateOf(day), ...time });
        // In an overlap `earlier` is the first of the two instants, in a gap it is an instant before the gap.
        const earlier = plain.toZonedDateTime(this.id, { disambiguation: 'earlier' });
        const shown = earlier.toPlainDateTime().equals(plain);
        const moment = shown ? earlier : (earlier.getTimeZoneTransition('next') ?? earlier);
        return { at: moment.epochMilliseconds, skipped: !shown };
    }
}
