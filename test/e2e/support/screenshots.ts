import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { frozenFlows, frozenVersions } from '../../support/frozen/frozen-flows';
import { findBrowser } from '../../support/peers';
import { DialogTray } from './dialog-tray';
import { sampleNodes, withoutSample } from './sample-nodes';
import { givePage, launchBrowser } from './browser';
import { openEditor, type EditorOptions } from './editor-page';
import { NodeRedProcess } from './node-red-process';
import { takePagePictures } from './page-pictures';
import { comparePictures } from './picture-compare';

/** How the pages are looked at. */
const LOOKS: Record<string, EditorOptions> = {
    light: { width: 1400, height: 1500 },
    dark: { width: 1400, height: 1500, dark: true },
    de: { width: 1400, height: 1500, language: 'de' },
    phone: { width: 390, height: 1200 },
};
const SIDE_BARS = { 'side-bar-ups': 'show-ups-tab', 'side-bar-jobs': 'show-jobs-tab' };
const SETTLED_MS = 1500;
const DOCS = resolve(__dirname, '../../../docs/img');

interface Given {
    folders: string[];
    /** Only the pictures of the documentation. */
    docs: boolean;
    types?: string[];
    looks: string[];
}

function readArguments(given: string[]): Given {
    const folders: string[] = [];
    const lists: Record<string, string[]> = {};
    let docs = false;
    for (let i = 0; i < given.length; i++) {
        const [, name] = /^--(types|looks)$/.exec(given[i]!) ?? [];
        if (name) lists[name] = (given[++i] ?? '').split(',');
        else if (given[i] === '--docs') docs = true;
        else folders.push(resolve(given[i]!));
    }
    if (docs ? folders.length > 0 : folders.length < 1 || folders.length > 2)
        throw new Error('One folder to take pictures into, two to compare, or --docs.');
    return { folders, docs, types: lists.types, looks: lists.looks ?? Object.keys(LOOKS) };
}

async function still(page: Page): Promise<void> {
    await page.addStyleTag({
        content:
            '*, *::before, *::after { transition: none !important; animation: none !important; caret-color: transparent !important; }',
    });
    await page.mouse.move(0, 0);
}

async function takeDialogs(page: Page, shown: Map<string, string>, folder: string): Promise<void> {
    for (const [name, id] of shown) {
        const tray = await DialogTray.open(page, id);
        await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
        await tray.element.screenshot({ path: join(folder, `${name}.png`) });
        await tray.close();
    }
}

async function invoke(page: Page, ...actions: string[]): Promise<void> {
    await page.evaluate((names) => {
        const { RED } = window as unknown as { RED: { actions: { invoke(name: string): void } } };
        for (const name of names) RED.actions.invoke(name);
    }, actions);
    await page.waitForTimeout(SETTLED_MS);
}

async function takeSideBars(page: Page, folder: string): Promise<void> {
    for (const [name, action] of Object.entries(SIDE_BARS)) {
        await invoke(page, `ridethrough:${action}`);
        await page.screenshot({ path: join(folder, `${name}.png`) });
    }
}

async function takeAll({ folders: [folder], types, looks }: Given, browser: Browser): Promise<void> {
    const unknown = withoutSample(types ?? []);
    if (unknown.length > 0) console.warn(`No picture, because no example has such a node: ${unknown.join(', ')}`);
    const { flow, shown } = sampleNodes(types, { newer: true });
    if (shown.size === 0) throw new Error('None of these types has a dialog to show.');
    const dialogs = await NodeRedProcess.start({ flows: flow });
    const flows = frozenFlows(frozenVersions.at(-1)!);
    const playing = types ? undefined : await NodeRedProcess.start({ flows: flows.get('staggered-shutdown') });
    try {
        for (const look of looks) {
            const into = join(folder!, look);
            rmSync(into, { recursive: true, force: true });
            mkdirSync(into, { recursive: true });
            const page = await openEditor(browser, dialogs.url(), LOOKS[look]);
            await still(page);
            // Palette and side bar leave a phone no room for a dialog.
            if (look === 'phone') await invoke(page, 'core:toggle-palette', 'core:toggle-sidebar');
            await takeDialogs(page, shown, into);
            await givePage(page);
            if (playing) {
                const side = await openEditor(browser, playing.url(), { ...LOOKS[look], height: 1000 });
                await still(side);
                await takeSideBars(side, into);
                await givePage(side);
            }
            console.log(`${look}: ${shown.size} dialogs`);
        }
    } finally {
        await dialogs.stop();
        await playing?.stop();
    }
}

async function main(): Promise<void> {
    const given = readArguments(process.argv.slice(2));
    const chromium = findBrowser();
    if (!chromium) throw new Error('There is no chromium on this machine.');
    const browser = await launchBrowser(chromium);
    try {
        const [before, after] = given.folders;
        if (given.docs) await takePagePictures(browser, DOCS);
        else if (after === undefined) await takeAll(given, browser);
        else process.exitCode = (await comparePictures(browser, before!, after, given)) ? 1 : 0;
    } finally {
        await browser.close();
    }
}

void main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
});
