import { chromium, type Browser, type Page } from 'playwright-core';

export interface EditorOptions {
    language?: string;
    width?: number;
    height?: number;
    dark?: boolean;
}

/** A real browser. Nothing is fetched but from the Node-RED under test. */
export function openBrowser(executablePath: string): Promise<Browser> {
    return chromium.launch({
        executablePath,
        args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
    });
}

/** The transpiler names the functions that are run in the page, by a helper that the page does not have. */
export const NAMES = 'globalThis.__name ??= (named) => named;';

/** Node-RED's editor with all its plugins loaded. */
export async function openEditor(browser: Browser, url: string, options: EditorOptions = {}): Promise<Page> {
    const { language = 'en-US', width = 1400, height = 900, dark = false } = options;
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: dark ? 'dark' : 'light' });
    const page = await context.newPage();
    await page.addInitScript((lang) => localStorage.setItem('editor-language', lang), language);
    await page.addInitScript(NAMES);
    page.setDefaultTimeout(60_000);
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
