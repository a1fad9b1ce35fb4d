import type { NodeAPI } from 'node-red';
import type { BatterySource } from '../../lib/core/batteries/battery-source';
import type { NodeIndicator } from '../../lib/flow/ports';
import { statusText } from '../shared/words/texts';
import { processWords } from '../shared/words/site-words';

/**
 * Shows a battery on the canvas: its most serious level and how many blocks are read.
 * @param spare by which way it is read while the first one fails
 */
export function showBattery(RED: NodeAPI, indicator: NodeIndicator, battery: BatterySource, spare?: string): void {
    const { layout, at } = battery.view();
    if (battery.silent) indicator.show(at === undefined ? 'never' : 'lost', statusText(RED, 'silent'));
    else if (at === undefined || !layout) indicator.show('starting', statusText(RED, 'noReading'));
    else {
        const { modules } = layout;
        const words = processWords(RED);
        const count = spare
            ? words.say('ups-battery.status.readingBy', { modules, way: spare })
            : words.say('ups-battery.status.reading', { modules });
        const { level } = battery;
        indicator.show(level === 'alarm' ? 'alarm' : level === 'warning' || spare ? 'warning' : 'ok', count);
    }
}
