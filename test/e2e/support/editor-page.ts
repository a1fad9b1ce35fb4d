import type { Browser, Page } from 'playwright-core';
import { takePage } from './browser';

export interface EditorOptions {
    language?: string;
    width?: number;
    height?: number;
    dark?: boolean;
}

/** The transpiler names the functions that are run in the page, by a helper that the page does not have. */
export const NAMES = 'globalThis.__name ??= (named) => named;';

/** Pages that are ready for an editor. */
const prepared = new WeakSet<Page>();

/** Node-RED's editor with all its plugins loaded. */
export async function openEditor(browser: Browser, url: string, options: EditorOptions = {}): Promise<Page> {
    const { language = 'en-US', width = 1400, height = 900, dark = false } = options;
    const look = { viewport: { width, height }, colorScheme: dark ? ('dark' as const) : ('light' as const) };
    const page = await takePage(browser, { ...look, locale: language });
    if (!prepared.has(page)) await page.addInitScript(NAMES);
    prepared.add(page);
    page.setDefaultTimeout(90_000);
    await page.goto(url, { waitUntil: 'domcontentloaded' });
    await page.waitForFunction(
        () => 'RED' in window && document.querySelectorAll('.red-ui-flow-node-group').length > 0,
    );
    // As Node-RED does for who has chosen the dark theme.
    if (dark) await page.evaluate(() => document.documentElement.classList.add('nr-theme-dark'));
    return page;
}

/** The tab of the UPSs, at the front. */
export async function showUpsTab(page: Page): Promise<void> {
    await page.evaluate(() => {
        (window as unknown as { RED: { actions: { invoke(name: string): void } } }).RED.actions.invoke(
            'ridethrough:show-ups-tab',
        );
    });
    await page.locator('.ridethrough-sidebar').first().waitFor();
}
