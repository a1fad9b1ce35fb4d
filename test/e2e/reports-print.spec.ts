import { deepEqual, equal, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { energyReport, outageReport, qualityReport, reportFile, ReportLanguage, type Report } from '../../lib/reports';
import { wordsIn } from '../../nodes/shared/words/site-words';
import { batteryReports } from '../lib/reports/battery-story';
import { episode, NOW, SINCE, story } from '../lib/reports/outage-story';
import { BERLIN, sourcesOf } from '../lib/reports/samples';
import { requireBrowser } from '../support/peers';
import { openBrowser } from './support/browser';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
/** A4 without the margins of the print sheet, in px of CSS. */
const PAPER_WIDTH = Math.floor(((210 - 2 * 14) / 25.4) * 96);
const PHONE_WIDTH = 320;
const KINDS = ['outage', 'energy', 'quality', 'battery-discharge', 'battery-health', 'battery-replacement'];

describe('reports in a browser', function () {
    this.timeout(400_000);
    let browser: Browser;
    let directory: string;
    const reports: Record<string, Report> = {};

    before(async function () {
        const chromium = requireBrowser(this);
        directory = await mkdtemp(join(tmpdir(), 'ridethrough-report-'));
        const request = { site: { name: 'Plant' }, unit: { id: 'unit1', name: 'UPS 1' }, now: NOW, zone: BERLIN };
        const sources = sourcesOf(story);
        const range = { from: SINCE - 3 * 86_400_000, to: SINCE + 3 * 86_400_000 };
        reports.outage = await outageReport(sources, request, episode);
        reports.energy = await energyReport(sources, request, range);
        reports.quality = await qualityReport(sources, request, range, { percent: 10, nominalVoltage: 230 });
        const names = { strings: ['North', 'South'], blocks: ['Rack 1, lower shelf, Erhaltungsladespannungsmessung'] };
        const battery = await batteryReports(request, names, ['ordered']);
        for (const report of Object.values(battery)) reports[report.kind] = report;
        browser = await openBrowser(chromium);
    });
    after(async () => {
        await browser?.close();
        if (directory) await rm(directory, { recursive: true });
    });

    /** Opens a report as somebody does who saved it from a mail. */
    async function open(kind: string, language: string, dark: boolean): Promise<{ page: Page; troubles: string[] }> {
        const output = { language: new ReportLanguage(wordsIn(language), 'Europe/Berlin'), zone: BERLIN };
        const { filename, content } = await reportFile(reports[kind]!, 'html', output);
        const file = join(directory, filename);
        await writeFile(file, content);
        const page = await browser.newPage({ colorScheme: dark ? 'dark' : 'light', bypassCSP: false });
        const troubles: string[] = [];
        page.on('console', (message) => troubles.push(message.text()));
        page.on('pageerror', (error) => troubles.push(error.message));
        page.on('request', (made) => {
            if (made.url() !== pathToFileURL(file).href) troubles.push(made.url());
        });
        await page.goto(pathToFileURL(file).href);
        return { page, troubles };
    }

    const overhang = (page: Page) =>
        page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

    for (const kind of KINDS) {
        it(`${kind}: fits on a phone and on paper, loads nothing, and its policy forbids nothing of its own`, async () => {
            const { page, troubles } = await open(kind, 'de', false);
            await page.setViewportSize({ width: PHONE_WIDTH, height: 640 });
            ok((await overhang(page)) <= 0, 'on a phone');
            await page.emulateMedia({ media: 'print' });
            await page.setViewportSize({ width: PAPER_WIDTH, height: 1000 });
            ok((await overhang(page)) <= 0, 'on paper');
            equal(
                await page.evaluate(() => getComputedStyle(document.querySelector('table')!).borderCollapse),
                'collapse',
            );
            const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
            ok(pdf.startsWith('%PDF-'));
            const boxes = [...pdf.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)];
            ok(boxes.length >= 1 && boxes.length <= 8, `${boxes.length} pages`);
            for (const [, width, height] of boxes)
                deepEqual([Math.round(Number(width)), Math.round(Number(height))], [595, 842]);
            deepEqual(troubles, []);
            await page.close();
        });

        for (const dark of [false, true]) {
            it(`${kind}: can be read by everybody, ${dark ? 'dark' : 'light'}`, async () => {
                const { page } = await open(kind, 'en-US', dark);
                // The policy of the page keeps scripts out; what the browser's own tools run is beyond it.
                const session = await page.context().newCDPSession(page);
                await session.send('Runtime.evaluate', { expression: AXE });
                const { result } = await session.send('Runtime.evaluate', {
                    expression:
                        'axe.run().then((r) => JSON.stringify(r.violations.map((v) => [v.id, v.nodes[0].html])))',
                    awaitPromise: true,
                    returnByValue: true,
                });
                deepEqual(JSON.parse(String(result.value)), []);
                await page.close();
            });
        }
    }

    it('is dark on a dark screen, and light on paper all the same', async () => {
        const { page } = await open('outage', 'en-US', true);
        const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        equal(await ground(), 'rgb(20, 24, 29)');
        await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
        equal(await ground(), 'rgb(255, 255, 255)');
        await page.close();
    });
});
