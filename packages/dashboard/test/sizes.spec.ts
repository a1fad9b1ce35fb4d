import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

const RESOURCES = resolve(__dirname, '../resources');
/** As it comes over the network, bytes. */
const WIDGETS_MOST = 60_000;
const CHART_MOST = 35_000;

function packed(files: readonly string[]): number {
    return files.reduce((sum, file) => sum + gzipSync(readFileSync(join(RESOURCES, file))).length, 0);
}

describe('the scripts of the pages', () => {
    const scripts = readdirSync(RESOURCES).filter((file) => file.endsWith('.js'));
    const chart = scripts.filter((file) => file.includes('-chart-'));
    const others = scripts.filter((file) => !chart.includes(file));

    it('are at most 60 kB on their way to the browser, without the chart', () => {
        const bytes = packed(others);
        assert.ok(others.includes('ui-ups.js') && bytes <= WIDGETS_MOST, `${bytes} bytes: ${others.join(', ')}`);
    });

    it('have the chart in a part of its own, of at most 35 kB', () => {
        const bytes = packed(chart);
        assert.ok(chart.length === 1 && bytes <= CHART_MOST, `${bytes} bytes: ${chart.join(', ')}`);
    });
});
