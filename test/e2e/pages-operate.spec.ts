import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { requireBrowser } from '../support/peers';
import { openBrowser } from './support/browser';
import { freePort } from '../support/free-port';
import { NodeRedProcess } from './support/node-red-process';
import type { FlowNode } from './support/shipped-flow';
import { UpsPage } from './support/ups-page';

const PACKAGE = resolve(__dirname, '../../packages/dashboard');
const flow = JSON.parse(readFileSync(join(PACKAGE, 'examples/ups-pages.json'), 'utf8')) as FlowNode[];
const named = (name: string) => flow.find((node) => node.name === name && node.type !== 'ui-page')!;
const place = { z: flow[0]!.id, x: 100, y: 900 };

/** After 5 s a shutdown of one host, and after an hour one of two others; a relay. */
function jobs(port: number): FlowNode[] {
    const rccmd = {
        ...place,
        type: 'ups-rccmd',
        action: 'shutdown',
        timeout: 1,
        retries: '0',
        edge: 'on',
        wires: [[]],
    };
    return [
        {
            ...place,
            id: 'event',
            type: 'ups-event',
            ups: named('UPS 1').id,
            events: ['power-fail'],
            wires: [['soon', 'late']],
        },
        { ...place, id: 'soon', type: 'ups-timing', mode: 'after', seconds: 5, wires: [['first']] },
        { ...place, id: 'late', type: 'ups-timing', mode: 'after', seconds: 3600, wires: [['second']] },
        { ...rccmd, id: 'first', name: 'Down the server', hosts: `127.0.0.1:${port}` },
        { ...rccmd, id: 'second', name: 'Down the others', hosts: 'db1.example, db2.example' },
        {
            ...{ id: 'module', type: 'ups-aux-module', name: 'Relays', backend: 'simulated', interval: 0.1 },
            ports: [{ name: 'Fan', output: 'true', nc: 'true' }],
        },
    ] as unknown as FlowNode[];
}

describe('on the pages a person', function () {
    this.timeout(400_000);
    let browser: Browser;
    let nodeRed: NodeRedProcess;
    let userDir: string;
    let port: number;
    let server: Server | undefined;
    const opened: UpsPage[] = [];
    const open = async (path: string) => {
        const shown = await UpsPage.open(browser, nodeRed.url(path));
        opened.push(shown);
        return shown;
    };
    const press = (name: string) => nodeRed.inject(named(name).id);
    /** Presses a button that asks, and then the same in the question. */
    const order = async (page: Page, name: string) => {
        await page.getByRole('button', { name, exact: true }).first().click();
        const question = page.locator('.rt-question');
        const text = (await question.innerText()).replace(/\s+/g, ' ');
        await question.getByRole('button', { name, exact: true }).click();
        return text;
    };

    before(async function () {
        browser = await openBrowser(requireBrowser(this));
        userDir = mkdtempSync(join(tmpdir(), 'ridethrough-operate-'));
        // The pages of this tree, wherever Node-RED itself is.
        const link = join(userDir, 'node_modules/@ridethrough/node-red-dashboard-2-ups');
        mkdirSync(dirname(link), { recursive: true });
        symlinkSync(PACKAGE, link);
        port = await freePort();
        const simulator = flow.find(({ type }) => type === 'ups-simulator')!;
        const others = flow.filter((node) => node !== simulator);
        nodeRed = await NodeRedProcess.start({
            userDir,
            flows: [...others, { ...simulator, speed: 1 }, ...jobs(port)],
        });
    });
    afterEach(async () => {
        for (const page of opened.splice(0)) await page.close();
    });
    after(async () => {
        await browser?.close();
        server?.close();
        await nodeRed?.stop();
        await NodeRedProcess.killAll();
        rmSync(userDir, { recursive: true, force: true });
    });

    it('gives an output a pulse, and reads that it is as before', async () => {
        const { page } = await open('/dashboard/sensors?source=module/Fan');
        const source = page.locator('[data-source="module/Fan"]');
        assert.match(await source.innerText(), /Inverted \(normally closed\)/);
        await page.getByLabel('Seconds').fill('0.5');
        assert.match(await order(page, 'Pulse'), /has not been read yet\. Switch it to its other state for 0\.5 s/);
        await page.getByText('Relays: Fan off for 0.5 s, then on again: confirmed').waitFor();
        // A relay without current has its normally closed contact on.
        await source.locator('.rt-source-value', { hasText: 'on' }).waitFor();
        await page.getByText('Asked: on. The module confirms it.').waitFor();
        assert.match(await order(page, 'Pulse'), /Switch Relays Fan off for 0\.5 s, and on again\?/);
    });

    it('stops all that acts for a source, after having read whom that is about', async () => {
        await press('Mains fail');
        const shown = await open('/dashboard/next');
        const { page } = shown;
        await page.locator('[data-state="failed"]').waitFor();
        assert.match(await order(page, 'Stop everything'), /UPS 1.*db1\.example, db2\.example/s);
        await page.getByText('1 step is stopped.').waitFor();
        await page.locator('[data-state="skipped"]', { hasText: 'Down the others' }).waitFor();
        assert.deepEqual(await shown.violations(), []);
    });

    it('runs again what has failed, once', async () => {
        const shown = await open('/dashboard/jobs');
        const { page } = shown;
        const failure = page.locator('.rt-failure', { hasText: 'Down the server' });
        let calls = 0;
        server = createServer((socket) => {
            calls++;
            socket.on('error', () => {}).resume();
        });
        await new Promise<void>((done) => server!.listen(port, '127.0.0.1', done));
        assert.deepEqual(await shown.violations(), []);
        assert.match(await order(page, 'Run again'), /Run “Down the server” again now\? 127\.0\.0\.1/);
        await failure.getByText('The same job succeeded').waitFor();
        assert.equal(await failure.getByRole('button', { name: 'Run again' }).count(), 0);
        assert.equal(calls, 1);
        await press('Mains return');
    });

    it('downloads a month of the log as the page counts it, and deletes it up to there', async () => {
        const shown = await open('/dashboard/events?months=1');
        const { page } = shown;
        const month = page.locator('.rt-month').first();
        await month.waitFor();
        assert.deepEqual(await shown.violations(), []);
        const entries = Number(/\d+/.exec(await month.locator('.rt-month-count').innerText())![0]);
        const url = await month.getByRole('link', { name: /JSON/ }).getAttribute('href');
        const file = await page.evaluate(
            async (href) => ((await (await fetch(href!)).json()) as unknown[]).length,
            url,
        );
        assert.ok(file >= entries && entries > 3, `${file} of ${entries}`);
        assert.match(await order(page, 'Delete up to here'), /Delete \d+ entries of Server room for good/);
        await page.getByText(/entries are deleted\./).waitFor();
        // The page folds what belongs together, so its rows are fewer than the entries before as well.
        const line = page.locator('.rt-events .rt-log', { hasText: /deleted.*127\.0\.0\.1|127\.0\.0\.1.*deleted/is });
        await line.first().waitFor();
    });

    it('reads the log of the device itself, and what this is', async () => {
        const { page } = await open('/dashboard/unit');
        await page.getByRole('button', { name: 'Read it from the device' }).click();
        await page.getByText(/^End: \d+ entr/).waitFor();
        await page.getByText('About, and where is what').click();
        await page.getByText(/may do everything, also delete/).waitFor();
    });
});
