/* eslint-disable @typescript-eslint/no-require-imports -- an import would load the package where nobody needs it, too */
import type * as TemporalPolyfill from 'temporal-polyfill';
import { UpsError } from '../core/errors';
import { dateOf, dayOf, type LocalTime, type Zone } from '../core/schedules/local-time';
import { machineZone, MachineZone } from './machine-zone';

/** Loaded for the first zone that is not the machine's own: it takes some ten milliseconds. */
const temporal = () => (require('temporal-polyfill') as typeof TemporalPolyfill).Temporal;

/**
 * A time zone by its IANA name, e.g. `Europe/Berlin`; empty: that of the machine. The zone data is that of Node.js.
 * @throws UpsError config-invalid if the zone does not exist
 */
export function zoneOf(id: string): Zone {
    const name = id.trim();
    if (name === '' || name === machineZone()) return new MachineZone();
    return temporalZone(name);
}

/** As `zoneOf`, also for the machine's own zone by the library. */
export function temporalZone(name: string): Zone {
    try {
        return new TemporalZone(temporal().Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId);
    } catch (error) {
        throw new UpsError(
            'config-invalid',
            { property: 'zone', value: name, expected: 'Europe/Berlin, America/New_York, UTC, …' },
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
