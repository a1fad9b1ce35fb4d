import type { Channel } from '../status/status';
import { isSameUnit } from '../units/same-unit';

/** What a sensor gets of a channel. */
export type ChannelReading =
    | { value: number }
    /** It is in this unit, and the sensor in another: the limits of the sensor would mean something else. */
    | { otherUnit: string }
    /** No number. */
    | { text: string };

/** A number, and what stands behind it. */
const NUMBER = /^([+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+))\s*(.*)$/s;

/**
 * Reads a channel as a number in `unit` (empty: in any unit). A text may have a unit behind its number, `13.2 Volts`: that has to be the unit of
 * the channel, if the channel has one, and that of the sensor. A decimal comma counts as a point.
 * @returns undefined: the channel is not there, or not known now, which is no reading
 */
export function channelReading(channel: Channel | undefined, unit: string): ChannelReading | undefined {
    if (channel === undefined) return undefined;
    const { value, state, unit: its = '' } = channel;
    if (value !== undefined) return inUnit(value, [its], unit);
    if (state === undefined || state.trim() === '') return undefined;
    const [, digits, behind = ''] = NUMBER.exec(state.trim()) ?? [];
    if (digits === undefined) return { text: state };
    const number = Number(digits.replace(',', '.'));
    if (behind !== '' && its !== '' && !isSameUnit(behind, its)) return { otherUnit: behind };
    return inUnit(number, [its, behind], unit);
}

function inUnit(value: number, units: readonly string[], wanted: string): ChannelReading {
    const other = units.find((each) => each !== '' && wanted !== '' && !isSameUnit(each, wanted));
    return other === undefined ? { value } : { otherUnit: other };
}
