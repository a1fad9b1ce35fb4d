import type { BatteryStateView } from '../../../../../lib/views';
import type { Page } from '../../lib/page';

/** `String 3 (north)`; a name alone would not say which one it is. */
export function stringName({ say }: Pick<Page, 'say'>, battery: BatteryStateView, string: number): string {
    const name = battery.strings[string - 1]?.name;
    return name ? say('battery.stringNamed', { string, name }) : say('battery.string', { string });
}
