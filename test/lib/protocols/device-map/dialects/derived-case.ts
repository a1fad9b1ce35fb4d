import type { RawValue } from '../../../../../lib/protocols/device-map/raw-value';
import type { Expectation } from './expectation';

/** A recording with other values, as the MIB says a device would answer; what it must say then is written by hand. */
export interface DerivedCase {
    title: string;
    /** Absent: no recording, only the values below. */
    recording?: string;
    map: string;
    /** By OID; undefined: the device does not have it. */
    values: Record<string, RawValue>;
    status: Expectation['status'];
}
