import type { NodeAPI } from 'node-red';
import { baselineCsv, readBaseline } from '../../../lib/core/batteries/baseline';
import { rangesText } from '../../../lib/core/batteries/battery-detail';
import type { BatterySource } from '../../../lib/core/batteries/battery-source';
import { blockList } from '../../../lib/core/batteries/block-list';
import type { BatteryInventory } from '../../../lib/core/batteries/inventory';
import { layoutFindings, type LayoutFinding } from '../../../lib/core/batteries/layout-check';
import { UpsError } from '../../../lib/core/errors';
import { shown } from '../../../lib/core/quote';
import type { Words } from '../../../lib/core/language/words';
import type { HealthWatch } from '../../../lib/flow/batteries/health-watch';
import { inventoryCsv, readInventory } from '../../../lib/reports/battery-inventory-csv';
import { labelsHtml } from '../../../lib/reports/battery-labels';
import type { SiteRuntime } from '../runtime/flow-of';
import { wordsOf } from '../words/site-words';
import { namesOf, reportLanguage } from './battery-health';

export interface KeptBattery {
    battery: BatterySource;
    health: HealthWatch;
    site: SiteRuntime | undefined;
}

export interface LayoutView {
    ok: boolean;
    findings: { code: LayoutFinding['code']; fault: boolean; text: string; modules?: readonly number[] }[];
}

/** CSV of the inventory, see `battery-inventory-csv.ts`. */
export function exportedInventory({ battery, health }: KeptBattery): string {
    return inventoryCsv(health.inventory, battery.view().layout);
}

/**
 * Replaces the inventory by a CSV, and writes in the event log who did it.
 * @returns one sentence in the language of the site
 * @throws UpsError file-refused with line and column
 */
export function importInventory(RED: NodeAPI, of: KeptBattery, text: string, by: string): string {
    const { battery, health, site } = of;
    const at = battery.clock.now();
    const inventory: BatteryInventory = readInventory(text, at);
    const replaced = health.setInventory(inventory);
    const words = wordsOf(RED, site);
    const count = inventory.blocks.filter(Boolean).length;
    const sentence = words.say(`ups-battery.inventory.${replaced.length > 0 ? 'replaced' : 'imported'}`, {
        by,
        count,
        list: rangesText(replaced),
    });
    const detail = { order: 'inventory', by };
    const nodeId = battery.id;
    site?.store.append({ at, kind: 'system', level: 'info', source: battery.name, text: sentence, nodeId, detail });
    return sentence;
}

/** CSV of the baseline, see `baseline.ts`; without one, its first line alone. */
export function exportedBaseline({ battery }: Pick<KeptBattery, 'battery'>): string {
    return `\ufeff${baselineCsv(battery.baseline ?? { blocks: [] })}`;
}

/**
 * Replaces the baseline of all blocks by a file, and writes in the event log who did it. A block that is not in the file has none afterwards.
 * @returns one sentence in the language of the site
 * @throws UpsError file-refused with line and column; or a sentence: the battery has not begun
 */
export function importBaseline(
    RED: NodeAPI,
    { battery, site }: Pick<KeptBattery, 'battery' | 'site'>,
    text: string,
    by: string,
): string {
    if (!battery.parts) throw refusal('unread', { battery: battery.name });
    const at = battery.clock.now();
    const { layout } = battery.view();
    const baseline = readBaseline(text, at, layout?.modules);
    battery.replaceBaseline(baseline);
    const count = baseline.blocks.filter(Boolean).length;
    const others = Math.max(0, (layout?.modules ?? count) - count);
    const sentence = wordsOf(RED, site).say(`ups-battery.baseline.${others > 0 ? 'importedBut' : 'imported'}`, {
        by,
        count,
        others,
    });
    const detail = { order: 'baseline', by };
    const nodeId = battery.id;
    site?.store.append({ at, kind: 'system', level: 'info', source: battery.name, text: sentence, nodeId, detail });
    return sentence;
}

/** What the check of the layout finds, in sentences. */
export function layoutView({ battery }: Pick<KeptBattery, 'battery'>, words: Words): LayoutView {
    const findings = layoutFindings(battery.view());
    return {
        ok: findings.every(({ fault }) => !fault),
        findings: findings.map(({ code, fault, sentence, modules }) => ({
            code,
            fault,
            text: words.text(sentence),
            ...(modules && { modules }),
        })),
    };
}

/**
 * A page of labels to print, see `battery-labels.ts`.
 * @param only `1-10, 17`; absent or empty: all
 * @throws UpsError with a sentence: no block was read yet, or it is no list
 */
export function labelsOf(RED: NodeAPI, { battery, health, site }: KeptBattery, only?: unknown): string {
    const { layout } = battery.view();
    if (!layout) throw refusal('unread', { battery: battery.name });
    const chosen = blockList(only);
    if (!chosen) throw refusal('modules', { value: shown(only) });
    const { installedAt } = battery.config;
    return labelsHtml(
        {
            battery: battery.name,
            layout,
            inventory: health.inventory,
            names: namesOf(battery),
            only: chosen,
            ...(installedAt !== undefined && { installedAt }),
        },
        reportLanguage(RED, site),
    );
}

function refusal(rule: string, data: Readonly<Record<string, string>>): UpsError {
    return new UpsError('config-invalid', {
        property: 'payload',
        sentence: { key: `ups-battery-status.error.${rule}`, data },
        ...data,
    });
}
