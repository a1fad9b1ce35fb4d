import { commandName, type UpsCommand } from '../driver';
import { UpsError } from '../errors';
import type { UpsUnit } from '../unit/ups-unit';

/**
 * Whether the device of a UPS can be asked for something, as far as it is known: a way that has not answered yet may be able to.
 * @throws UpsError not-supported
 */
export function assertAble(unit: UpsUnit, command: UpsCommand): void {
    const ways = unit.wayViews;
    const allAnswer = ways.length > 0 && ways.every(({ state, trouble }) => state === 'ready' && trouble === undefined);
    if (!allAnswer || unit.supports(command)) return;
    throw new UpsError('not-supported', { device: unit.name, command: commandName(command) });
}
