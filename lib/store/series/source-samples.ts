import type { EventSource } from '../../core/events/source';
import { ContactSource } from '../../core/sensors/contact-source';
import { SensorSource } from '../../core/sensors/sensor-source';
import { onOff } from './status-samples';
import type { Sample } from './types';

/** What a sensor or a contact tells now, nothing while its connection is lost; undefined for other sources. */
export function sourceSamples(source: EventSource): readonly Sample[] | undefined {
    if (source instanceof SensorSource) {
        const { value, invalid } = source.view();
        return value === undefined || invalid ? [] : [{ quantity: 'value', unit: source.unit, value }];
    }
    if (source instanceof ContactSource) {
        const state = source.lost ? undefined : onOff(source.on);
        return state === undefined ? [] : [{ quantity: 'state', unit: '', state }];
    }
    return undefined;
}
