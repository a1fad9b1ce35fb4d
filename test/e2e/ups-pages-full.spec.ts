import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { PlanView } from '../../lib/flow/plan/plan-view';
import { requireBrowser } from '../support/peers';
import { openBrowser } from './support/browser';
import { freePort } from '../support/free-port';
import { fullFlow, type FullFlow } from './support/full-pages-flow';
import { NodeRedProcess } from './support/node-red-process';
import { UpsPage } from './support/ups-page';
import { waitFor } from './support/wait-for';

const API = 'ridethrough/api/v1/';
const SIZES = { desk: { width: 1280, height: 900 }, phone: { width: 320, height: 700 } };
/** Each language, size and scheme with each other one. What axe-core looks at is the same in each language, the width of the words is not. */
const LOOKS: Record<string, [size: keyof typeof SIZES, scheme: 'light' | 'dark'][]> = {
    'en-GB': [
        ['desk', 'light'],
        ['phone', 'dark'],
    ],
    'de-DE': [
        ['desk', 'dark'],
        ['phone', 'light'],
    ],
};
/** Where to keep a picture of each page in each look; none without it. */
const PICTURES = process.env.PAGE_PICTURES;

describe('the pages, with something of each kind on them, in an outage', function () {
    this.timeout(400_000);
    let browser: Browser;
    let nodeRed: NodeRedProcess;
    let userDir: string;
    let flow: FullFlow;
    let host: Server;
    const opened: UpsPage[] = [];

    const open = async (path: string, language = 'en-GB') => {
        const page = await UpsPage.open(browser, nodeRed.url(path), { language });
        opened.push(page);
        return page;
    };
    const get = async <T>(path: string) => (await (await fetch(nodeRed.url(API + path))).json()) as T;
    const down = async () =>
        (await get<PlanView>('plan')).sources
            .flatMap(({ steps }) => steps)
            .find(({ jobId, sourceId }) => jobId === 'down' && sourceId === flow.unit);
    const until = (state: string) => waitFor(`"${state}"`, async () => (await down())?.state === state);

    before(async function () {
        browser = await openBrowser(requireBrowser(this));
        userDir = mkdtempSync(join(tmpdir(), 'ridethrough-full-'));
        if (PICTURES) mkdirSync(PICTURES, { recursive: true });
        host = createServer((socket) => socket.on('error', () => {}).resume());
        await new Promise<void>((done) => host.listen(0, '127.0.0.1', done));
        const { port: reached } = host.address() as AddressInfo;
        flow = fullFlow({ reached, closed: await freePort(), unused: await freePort() });
        nodeRed = await NodeRedProcess.start({ userDir, flows: flow.nodes });
        // One outage that is over, and one that lasts.
        for (const button of [flow.press.fail, flow.press.back, flow.press.fail]) {
            await nodeRed.inject(button);
            await until(button === flow.press.back ? 'planned' : 'partly');
        }
    });

    afterEach(async () => {
        for (const page of opened.splice(0)) await page.close();
    });

    after(async () => {
        await browser?.close();
        await nodeRed?.stop();
        await NodeRedProcess.killAll();
        host?.close();
        rmSync(userDir, { recursive: true, force: true });
    });

    /** A page without what is not there at once: the chart is loaded on demand. */
    const shownAt = async (path: string, language: string) => {
        const isData = path.endsWith('/data');
        const shown = await open(isData ? `${path}?of=${flow.unit}&span=1h` : path, language);
        if (isData) await shown.page.locator('.rt-plot canvas').first().waitFor();
        if (path.endsWith('/outages')) await shown.page.locator('tr[data-episode]').nth(1).waitFor();
        return shown;
    };

    for (const [language, looks] of Object.entries(LOOKS)) {
        it(`fit and can be used by everybody, ${looks.map((look) => look.join(' ')).join(', ')}, ${language}`, async () => {
            const found: string[] = [];
            for (const path of flow.paths) {
                const shown = await shownAt(path, language);
                if (language === 'en-GB')
                    found.push(...(await shown.unreachableByTab()).map((each) => `${path}, by Tab: ${each}`));
                for (const [size, colorScheme] of looks) {
                    await shown.page.setViewportSize(SIZES[size]);
                    await shown.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
                    // A widget follows the ground of the dashboard a moment later.
                    await shown.page.waitForFunction(
                        (dark) =>
                            [...document.querySelectorAll('.rt')].every(
                                (each) => each.classList.contains('rt-dark') === dark,
                            ),
                        colorScheme === 'dark',
                    );
                    const look = `${path} ${size} ${colorScheme}`;
                    const name = `full${look.replace(/\W+/g, '-')}-${language}.png`;
                    if (PICTURES) await shown.picture(join(PICTURES, name));
                    if (language === 'en-GB')
                        found.push(...(await shown.violations()).map((each) => `${look}: ${each}`));
                    const sideways = await shown.sideways();
                    if (sideways > 0) found.push(`${look}: ${sideways} px wider than the window`);
                }
                found.push(...shown.complaints.map((each) => `${path}: ${each}`));
                await shown.close();
                opened.pop();
            }
            assert.deepEqual(found, []);
        });
    }

    it('offer no test while the UPS is on battery, and say why', async () => {
        const shown = await open(`/dashboard/unit?ups=${flow.unit}`);
        assert.equal(await shown.page.getByRole('button', { name: 'Battery test' }).isDisabled(), true);
        assert.match(await shown.text('.rt-functions'), /No test while the UPS is on battery/);
    });

    it('do not call a UPS that does not answer one without commands', async () => {
        const shown = await open('/dashboard/unit?ups=never-unit');
        const functions = await shown.text('article');
        assert.match(functions, /While it does not answer, it takes no commands/);
        assert.doesNotMatch(functions, /offers no commands/);
    });

    it('know after kill -9 which host was not reached, what the log says, and how the charge fell', async () => {
        const before = await down();
        const { rows } = await get<{ rows: { entry: { text: string } }[] }>('log?rows=1000');
        const texts = rows.map(({ entry }) => entry.text);
        const range = `owner=${flow.unit}&from=0&quantities=charge&tier=recording`;
        const values = await get<{ times: number[]; columns: { mean: number[] }[] }>(`series/data?${range}`);
        assert.ok(values.times.length > 3, `${values.times.length} values were recorded`);
        await nodeRed.kill9();
        nodeRed = await NodeRedProcess.start({ userDir, port: nodeRed.port });
        const shown = await open('/dashboard/next');
        const step = shown.page.locator('[data-state="partly"]', { hasText: 'Down' }).first();
        await step.waitFor();
        assert.match(await step.innerText(), /1 of 2 done[\s\S]*127\.0\.0\.2: connection refused/);
        const { takesSeconds: _, ...after } = (await down())!;
        assert.deepEqual([after.state, after.hosts, after.endedAt], ['partly', before!.hosts, before!.endedAt]);
        const now = await get<{ rows: { entry: { text: string } }[] }>('log?rows=1000');
        const left = new Set(now.rows.map(({ entry }) => entry.text));
        assert.deepEqual(
            texts.filter((text) => !left.has(text)),
            [],
        );
        const kept = await get<typeof values>(`series/data?${range}`);
        assert.deepEqual(kept.times.slice(0, values.times.length), values.times);
        assert.deepEqual(kept.columns[0]!.mean.slice(0, values.times.length), values.columns[0]!.mean);
    });
});
