import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { requireBrowser } from '../support/peers';
import { openBrowser } from './support/browser';
import { NodeRedProcess } from './support/node-red-process';
import { copyOfMain, installInto, pack, type Tarball } from './support/packed';
import { UpsPage } from './support/ups-page';

const PROJECT = resolve(__dirname, '../..');
const PAGES = '@ridethrough/node-red-dashboard-2-ups';
const flows = JSON.parse(readFileSync(join(PROJECT, 'packages/dashboard/examples/ups-pages.json'), 'utf8')) as object[];
const { devDependencies } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
};

describe('both packed packages, installed in an empty user directory', function () {
    this.timeout(900_000);
    let browser: Browser;
    let folder: string;
    let userDir: string;
    let pages: Tarball;

    before(async function () {
        browser = await openBrowser(requireBrowser(this));
        folder = mkdtempSync(join(tmpdir(), 'ridethrough-pages-'));
        userDir = join(folder, 'user');
        await copyOfMain(userDir);
        pages = await pack(join(folder, 'pages'), { workspace: 'packages/dashboard' });
        const dashboard = '@flowfuse/node-red-dashboard';
        await installInto(userDir, pages.file, `${dashboard}@${devDependencies[dashboard]}`);
    });

    after(async () => {
        await browser?.close();
        await NodeRedProcess.killAll();
        if (folder) rmSync(folder, { recursive: true, force: true });
    });

    it('hold what runs and what explains it, and no sources', () => {
        const unwanted = pages.contents.filter((path) => /\.(ts|vue|map)$|(^|\/)(test|ui|node_modules)\//.test(path));
        assert.deepEqual(unwanted, []);
        for (const path of [
            'LICENSE',
            'README.md',
            'resources/ui-ups.js',
            'dist/nodes/ui-ups-bar.js',
            'examples/ups-pages.json',
        ])
            assert.ok(pages.contents.includes(path), `${path} is missing`);
        assert.ok(pages.bytes < 400_000, `${pages.bytes} bytes`);
    });

    async function isShown(nodeRed: NodeRedProcess, path: string): Promise<void> {
        const page = await UpsPage.open(browser, nodeRed.url(path));
        try {
            assert.match(await page.text('.rt-bar'), /UPS 1 is fed by the mains/);
            page.assertQuiet();
        } finally {
            await page.close();
        }
    }

    for (const version of ['5', '4'] as const) {
        it(`show their pages in Node-RED ${version}, and every node of theirs is loaded, with its help in both languages`, async () => {
            const nodeRed = await NodeRedProcess.start({ version, userDir, flows, package: 'userDir' });
            try {
                const sets = (await nodeRed.get('nodes')) as { module: string; types: string[]; err?: string }[];
                const ours = sets.filter(({ module }) => module === PAGES);
                const { 'node-red': entries } = JSON.parse(
                    readFileSync(join(userDir, 'node_modules', PAGES, 'package.json'), 'utf8'),
                ) as { 'node-red': { nodes: Record<string, string> } };
                assert.deepEqual(ours.flatMap(({ types }) => types).sort(), Object.keys(entries.nodes).sort());
                assert.deepEqual(ours.map(({ err }) => err).filter(Boolean), []);
                for (const [language, word] of [
                    ['en-US', 'What it shows'],
                    ['de', 'Was sie zeigt'],
                ] as const) {
                    const html = String(
                        await nodeRed.get('nodes', { Accept: 'text/html', 'Accept-Language': language }),
                    );
                    for (const { types } of ours)
                        assert.match(html, new RegExp(`data-help-name="${types[0]}"`), types[0]);
                    assert.match(html, new RegExp(word));
                }
                await isShown(nodeRed, '/dashboard/overview');
            } finally {
                await nodeRed.stop();
            }
        });
    }

    it('show their pages without the editor, below another root', async () => {
        const settings = join(__dirname, 'support/headless-settings.cjs');
        const nodeRed = await NodeRedProcess.start({
            userDir,
            flows,
            package: 'userDir',
            settings,
            readyAt: '/site/dashboard/',
        });
        try {
            await isShown(nodeRed, '/site/dashboard/overview');
        } finally {
            await nodeRed.stop();
        }
    });

    it("show their pages when the user's package.json does not name them", async () => {
        const file = join(userDir, 'package.json');
        const manifest = JSON.parse(readFileSync(file, 'utf8')) as { dependencies: Record<string, string> };
        delete manifest.dependencies[PAGES];
        writeFileSync(file, JSON.stringify(manifest));
        const nodeRed = await NodeRedProcess.start({ userDir, flows, package: 'userDir' });
        try {
            await isShown(nodeRed, '/dashboard/overview');
        } finally {
            await nodeRed.stop();
        }
    });

    it('say what to install when the main package is not there', async () => {
        rmSync(join(userDir, 'node_modules', '@ridethrough', 'node-red-ups'), { recursive: true, force: true });
        const ui = flows.filter((node) => !/^ups-|^inject$/.test((node as { type: string }).type));
        const nodeRed = await NodeRedProcess.start({ userDir, flows: ui, package: 'userDir' });
        try {
            assert.match(nodeRed.output(), /@ridethrough\/node-red-ups/);
            const context = await browser.newContext();
            const page = await context.newPage();
            await page.goto(nodeRed.url('/dashboard/overview'));
            await page.locator('.rt-error').first().waitFor();
            assert.match(
                await page.locator('.rt-error').first().innerText(),
                /@ridethrough\/node-red-ups is not installed/,
            );
            await context.close();
        } finally {
            await nodeRed.stop();
        }
    });
});
