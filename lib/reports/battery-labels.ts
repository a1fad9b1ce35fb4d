import { createHash } from 'node:crypto';
import { dayOf, type BatteryInventory } from '../core/batteries/inventory';
import type { BatteryLayout } from '../core/batteries/layout';
import type { BatteryNames } from './battery-names';
import { stringName } from './battery-names';
import { escaped } from './escape';
import type { ReportLanguage } from './language';

/** 3 by 8 labels of 63.5 by 33.9 mm: the sheets for printers that are sold most. */
const STYLE = [
    '@page{size:A4;margin:12.9mm 7.2mm}',
    '*{box-sizing:border-box}',
    'body{margin:0;color:#000;background:#fff;font:9pt/1.25 system-ui,"Segoe UI",Roboto,Helvetica,Arial,sans-serif}',
    'ul{list-style:none;margin:0;padding:0;display:grid;grid-template-columns:repeat(3,63.5mm);column-gap:2.5mm}',
    'li{height:33.9mm;padding:3mm 4mm;overflow:hidden;break-inside:avoid;overflow-wrap:anywhere}',
    '@media screen{body{padding:1rem}li{outline:1px dashed #999}}',
    'b{display:block;font-size:20pt;line-height:1.1}',
    'span{display:block}',
].join('\n');

const CSP = `default-src 'none';style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

export interface LabelPlan {
    battery: string;
    layout: BatteryLayout;
    inventory: BatteryInventory;
    names: BatteryNames;
    /** When the whole battery was installed, epoch ms. */
    installedAt?: number;
    /** One label for each of these (from 1); absent: for all. */
    only?: ReadonlySet<number>;
}

/** A page to print: one label for each block, with battery, string, number and the day on which it was put in. It loads nothing and runs nothing. */
export function labelsHtml(
    { battery, layout, inventory, names, installedAt, only }: LabelPlan,
    language: ReportLanguage,
): string {
    const labels = Array.from({ length: layout.modules }, (_, i) => i + 1)
        .filter((module) => !only || only.size === 0 || only.has(module))
        .map((module) => {
            const replaced = dayOf(inventory.blocks[module - 1]?.replacedOn ?? '');
            const at = replaced ?? installedAt;
            const lines = [
                battery,
                language.say('labels.string', { string: stringName(names, layout.stringOf(module)) }),
                ...(at === undefined ? [] : [language.say('labels.installed', { date: dayText(at) })]),
            ];
            const texts = lines.map((line) => `<span>${escaped(line)}</span>`).join('');
            return `<li><b>${module}</b>${texts}</li>`;
        });
    return [
        '<!DOCTYPE html>',
        `<html lang="${escaped(language.tag)}">`,
        '<head>',
        '<meta charset="utf-8">',
        `<meta http-equiv="Content-Security-Policy" content="${escaped(CSP)}">`,
        `<title>${escaped(language.say('labels.title', { battery }))}</title>`,
        `<style>${STYLE}</style>`,
        '</head>',
        `<body><ul>${labels.join('\n')}</ul></body>`,
        '</html>',
        '',
    ].join('\n');
}

/** A day is one all over the world. */
function dayText(at: number): string {
    return new Date(at).toISOString().slice(0, 10);
}
