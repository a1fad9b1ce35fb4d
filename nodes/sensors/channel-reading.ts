import type { Channel } from '../../lib/core/status/status';
import { isSameUnit } from '../../lib/core/units/same-unit';
import { quantityOf } from '../../lib/core/units/value-text';

/** What a sensor gets of a channel. */
export type ChannelReading =
    /** NaN: a text that is no number. */
    | { value: number }
    /** It is in this unit, and the sensor in another: the limits of the sensor would mean something else. */
    | { otherUnit: string };

/**
 * Reads a channel as a number in `unit` (empty: in any unit). A text may have a unit behind its number, `13.2 Volts`: that has to be the unit of
 * the channel, if the channel has one, and that of the sensor. A decimal comma counts as a point; `1,234` might be either, and is no number.
 * @returns undefined: the channel is not there, or not known now, which is no reading
 */
export function channelReading(channel: Channel | undefined, unit: string): ChannelReading | undefined {
    if (channel === undefined) return undefined;
    const { value, state, unit: its } = channel;
    if (value !== undefined) return inUnit(value, its, unit);
    if (state === undefined || state.trim() === '') return undefined;
    const told = quantityOf(state);
    if (told === undefined) return { value: NaN };
    if (told.unit && its && !isSameUnit(told.unit, its)) return { otherUnit: told.unit };
    return inUnit(told.value, told.unit ?? its, unit);
}

function inUnit(value: number, its: string | undefined, wanted: string): ChannelReading {
    return !its || !wanted || isSameUnit(its, wanted) ? { value } : { otherUnit: its };
}
