import type { Slices } from '../core/turns';
import { escaped } from './escape';
import type { BarChart, Cell, Column, Facts, LineChart, Part, Sheet, Table, Tone } from './sheet';
import { REPORT_CSP, STYLE } from './style';
import { barChart, lineChart } from './svg';

/** A table with more columns is set smaller, so that it fits on paper. */
const MANY = 7;

/** A report as one HTML file: without scripts, loads nothing, prints on A4. Every text is escaped. Made in slices. */
export async function html(
    { language, title, subtitle, lead, banner, sections, foot }: Sheet,
    slices: Slices,
): Promise<string> {
    let charts = 0;
    const body: string[] = [];
    for (const { heading, parts } of sections) {
        await slices.breathe();
        const inner: string[] = [];
        for (const part of parts) {
            inner.push(await partHtml(part, () => `c${++charts}`, slices));
            await slices.breathe();
        }
        body.push(`<section>\n<h2>${escaped(heading)}</h2>\n${inner.join('\n')}\n</section>`);
    }
    return [
        '<!DOCTYPE html>',
        `<html lang="${escaped(language)}">`,
        '<head>',
        '<meta charset="utf-8">',
        `<meta http-equiv="Content-Security-Policy" content="${escaped(REPORT_CSP)}">`,
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        `<title>${escaped(`${title} – ${subtitle}`)}</title>`,
        `<style>${STYLE}</style>`,
        '</head>',
        '<body>',
        '<main>',
        ...(banner ? [`<p class="banner">${escaped(banner)}</p>`] : []),
        '<header>',
        `<h1>${escaped(title)}</h1>`,
        `<p class="sub">${escaped(subtitle)}</p>`,
        `<p class="lead">${escaped(lead)}</p>`,
        '</header>',
        ...body,
        `<footer class="foot">${foot.map((line) => `<p>${escaped(line)}</p>`).join('')}</footer>`,
        '</main>',
        '</body>',
        '</html>',
        '',
    ].join('\n');
}

async function partHtml(part: Part, id: () => string, slices: Slices): Promise<string> {
    switch (part.kind) {
        case 'text':
            return `<p>${escaped(part.text)}</p>`;
        case 'facts':
            return factsHtml(part);
        case 'table':
            return tableHtml(part, slices);
        case 'lines':
            return figureHtml(
                part,
                lineChart(part, id()),
                part.bands.map(({ text }) => text),
            );
        case 'bars':
            return figureHtml(part, barChart(part, id()), []);
    }
}

function factsHtml({ rows }: Facts): string {
    const items = rows.map(([term, value]) => `<dt>${escaped(term)}</dt><dd>${escaped(value)}</dd>`);
    return `<dl>\n${items.join('\n')}\n</dl>`;
}

async function tableHtml({ caption, columns, rows, more, empty }: Table, slices: Slices): Promise<string> {
    if (rows.length === 0) return `<p>${escaped(empty)}</p>`;
    const titles = columns.map((column) => `<th scope="col"${classAttribute(column)}>${escaped(column.title)}</th>`);
    const lines: string[] = [];
    for (let place = 0; place < rows.length; place++) {
        const cells = rows.at(place)!.map((cell, index) => cellHtml(cell, index, columns[index]!));
        lines.push(`<tr>${cells.join('')}</tr>`);
        if (slices.isOver) await slices.next();
    }
    return [
        // On a narrow screen it scrolls: with a keyboard, too.
        `<div class="wide" tabindex="0" role="region" aria-label="${escaped(caption)}">`,
        `<table${columns.length > MANY ? ' class="many"' : ''}>`,
        `<caption>${escaped(caption)}</caption>`,
        `<thead><tr>${titles.join('')}</tr></thead>`,
        `<tbody>\n${lines.join('\n')}\n</tbody>`,
        '</table></div>',
        ...(more ? [`<p>${escaped(more)}</p>`] : []),
    ].join('\n');
}

function cellHtml(cell: Cell | string, index: number, column: Column): string {
    const { text, tone } = typeof cell === 'string' ? { text: cell } : cell;
    const attributes = classAttribute(column, tone);
    const inner = escaped(text);
    return index === 0 ? `<th scope="row"${attributes}>${inner}</th>` : `<td${attributes}>${inner}</td>`;
}

function classAttribute({ numeric, time, free }: Column, tone?: Tone): string {
    const classes = [numeric ? 'n' : '', time ? 't' : '', free ? 'f' : '', tone ?? ''].filter(Boolean);
    return classes.length > 0 ? ` class="${classes.join(' ')}"` : '';
}

function figureHtml({ title, unit }: LineChart | BarChart, svg: string, legend: readonly string[]): string {
    const more = [unit, ...new Set(legend)].filter(Boolean).join(' · ');
    return `<figure>\n<figcaption>${escaped(title)} <span>${escaped(more)}</span></figcaption>\n${svg}\n</figure>`;
}
