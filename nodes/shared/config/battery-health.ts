import type { NodeAPI } from 'node-red';
import type { BatterySource } from '../../../lib/core/batteries/battery-source';
import { HealthWatch, type HealthWatchOptions } from '../../../lib/flow/batteries/health-watch';
import { batteryHealthView, type BatteryHealthView } from '../../../lib/reports/battery-health-view';
import type { BatteryNames } from '../../../lib/reports/battery-names';
import { reasonsText } from '../../../lib/reports/battery-reasons';
import { ReportLanguage } from '../../../lib/reports/language';
import { zoneOf } from '../../../lib/zones/temporal-zone';
import { flowOf, type SiteRuntime } from '../runtime/flow-of';
import { wordsOf } from '../words/site-words';
import { errorText } from '../words/texts';
import { batteryHistory } from './battery-history';

/** So many blocks are named with their reasons in the text of an event. */
const MOST_SAID = 3;

export function reportLanguage(RED: NodeAPI, site: SiteRuntime | undefined): ReportLanguage {
    return new ReportLanguage(wordsOf(RED, site), zoneOf('').id, site?.temperatureUnit);
}

/** What the strings of a battery are called. */
export function namesOf({ config }: BatterySource): BatteryNames {
    return { ...(config.stringNames && { strings: config.stringNames }) };
}

/** Judges a battery by what its site keeps of it. Start it after the battery. */
export function healthWatch(
    RED: NodeAPI,
    battery: BatterySource,
    site: SiteRuntime | undefined,
    settings: HealthWatchOptions['settings'],
    warn: (text: string) => void,
): HealthWatch {
    return new HealthWatch({
        battery,
        journal: site?.store ?? flowOf(RED).registry.memoryJournal,
        history: batteryHistory(site?.series, battery.id),
        ...(settings && { settings }),
        reasons: (health, { named, more }) => {
            const language = reportLanguage(RED, site);
            const said = named.slice(0, MOST_SAID).map(({ of }) => {
                const reasons = reasonsText(health.blocks[of - 1]?.reasons ?? [], language);
                return language.say('health.ofBlock', { block: of, reasons });
            });
            const left = named.length + more - said.length;
            return [...said, ...(left > 0 ? [language.say('health.moreBlocks', { count: left })] : [])].join(' ');
        },
        failed: (error) => warn(errorText(RED, error)),
    });
}

/** The health of a battery for pages and programs. */
export function healthViewOf(
    RED: NodeAPI,
    { battery, health, site }: { battery: BatterySource; health: HealthWatch; site: SiteRuntime | undefined },
): BatteryHealthView {
    const language = reportLanguage(RED, site);
    return batteryHealthView(health.health, health.inventory, namesOf(battery), language, battery.config.installedAt);
}
