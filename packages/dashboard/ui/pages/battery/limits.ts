import type { BlockQuantity } from '../../../../../lib/core/batteries/model';
import type { BatteryStateView } from '../../../../../lib/views';
import type { Formats, ShownAt } from '../../lib/formats';
import type { TextData } from '../../lib/texts';
import { digitsOf, UNITS } from './blocks';

export type LimitsTold = Pick<BatteryStateView, 'nominalVoltage' | 'limits' | 'voltageDifference'>;

/** A page, as far as it is needed here. */
interface Say {
    say(key: string, data?: TextData): string;
    formats: Formats;
}

const ORDER = ['alarm low', 'warning low', 'warning high', 'alarm high'];
const NAMES: Readonly<Record<string, string>> = {
    'alarm low': 'alarmLow',
    'warning low': 'warningLow',
    'warning high': 'warningHigh',
    'alarm high': 'alarmHigh',
};

/** The limits of a quantity in words, from the lowest to the highest (CS141 manual, "Description of the measured values of the BACS STATUS": level info). */
export function limitTexts(
    { say, formats }: Say,
    { nominalVoltage, limits, voltageDifference }: LimitsTold,
    quantity: BlockQuantity,
    site: ShownAt | undefined,
): string[] {
    const digits = digitsOf(quantity, nominalVoltage);
    const inUnit = (value: number) => formats.value(value, UNITS[quantity], digits, site);
    const placed = (limits[quantity] ?? [])
        .map(({ level, side, value }) => ({ place: `${level} ${side}`, value: inUnit(value) }))
        .sort((one, other) => ORDER.indexOf(one.place) - ORDER.indexOf(other.place))
        .map(({ place, value }) => say(`battery.limits.${NAMES[place]}`, { value }));
    if (quantity !== 'voltage' || voltageDifference === undefined) return placed;
    return [...placed, say('battery.limits.difference', { value: inUnit(voltageDifference) })];
}
