import { commandName, type UpsCommand } from '../driver';
import { UpsError } from '../errors';
import type { UpsUnit } from '../unit/ups-unit';

/**
 * Checks that the device of a UPS supports a command. A path that has not answered yet counts as able.
 * @throws UpsError not-supported
 */
export function assertSupported(unit: UpsUnit, command: UpsCommand): void {
    const paths = unit.pathViews;
    const allAnswer =
        paths.length > 0 && paths.every(({ state, trouble }) => state === 'ready' && trouble === undefined);
    if (!allAnswer || unit.supports(command)) return;
    throw new UpsError('not-supported', { device: unit.name, command: commandName(command) });
}
