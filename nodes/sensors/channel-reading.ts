import type { Channel } from '../../lib/core/status/status';
import { inUnit, isSameUnit } from '../../lib/core/units/convert';
import { quantityOf } from '../../lib/core/units/value-text';

/** What a sensor gets of a channel. */
export type ChannelReading =
    /** NaN: a text that is no number. */
    | { value: number }
    /** It is in this unit, and the sensor in one of another quantity: the limits of the sensor would mean something else. */
    | { otherUnit: string };

/**
 * Reads a channel as a number in `unit` (empty: in any unit). A channel in another unit of the same quantity, °F for °C, is converted. A text may have
 * a unit behind its number, `13.2 Volts`: that has to be of the quantity of the channel, if the channel has a unit, and of that of the sensor. A
 * decimal comma counts as a point; `1,234` might be either, and is no number.
 * @param isScaled the sensor has a scale: somebody has converted the value himself, and another unit than `unit` is refused
 * @returns undefined: the channel is not there, or not known now, which is no reading
 */
export function channelReading(
    channel: Channel | undefined,
    unit: string,
    isScaled = false,
): ChannelReading | undefined {
    if (channel === undefined) return undefined;
    const { value, state, unit: its } = channel;
    const forSensor = (read: number, from: string | undefined) =>
        isScaled && from && unit && !isSameUnit(from, unit) ? { otherUnit: from } : converted(read, from, unit);
    if (value !== undefined) return forSensor(value, its);
    if (state === undefined || state.trim() === '') return undefined;
    const told = quantityOf(state);
    if (told === undefined) return { value: NaN };
    const ofChannel = converted(told.value, told.unit, its);
    return 'value' in ofChannel ? forSensor(ofChannel.value, its || told.unit) : ofChannel;
}

/** A value in another unit; where one of the two has none, as it is. */
function converted(value: number, from: string | undefined, to: string | undefined): ChannelReading {
    const inOther = from && to ? inUnit(value, from, to) : value;
    return inOther === undefined ? { otherUnit: from! } : { value: inOther };
}
