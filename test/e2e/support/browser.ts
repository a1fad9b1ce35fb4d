import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

/** The browser of this process, which all its specs use: to start one and to warm it takes seconds of the processor. */
let shared: Promise<Browser> | undefined;

/** Pages that nobody uses, by the options of their context. */
const idle = new Map<string, Page[]>();
/** Pages in use, with the options of their context. */
const used = new Map<Page, string>();

const VIEWPORT = { width: 1280, height: 900 };

/** A real browser of its own, for scripts. Nothing is fetched but from the Node-RED under test. */
export function launchBrowser(executablePath: string): Promise<Browser> {
    return chromium.launch({
        executablePath,
        args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
    });
}

/** The browser of the specs. To close it gives back its pages; it ends with the process. */
export async function openBrowser(executablePath: string): Promise<Browser> {
    const before = await shared;
    if (before?.isConnected()) return before;
    idle.clear();
    used.clear();
    shared = launchBrowser(executablePath).then((browser) => {
        browser.close = async () => {
            for (const page of [...used.keys()]) await givePage(page);
        };
        return browser;
    });
    return shared;
}

/**
 * A page in a context with these options: a new one, or one that was given back, which has its renderer already. What is typed into the
 * storage of an origin does not outlive `givePage`; the cache does. Size and colours are those of the page, so that pages that differ in nothing else
 * have one cache, also of compiled code.
 */
export async function takePage(browser: Browser, options: BrowserContextOptions): Promise<Page> {
    const { viewport, colorScheme = null, reducedMotion = null, ...ofContext } = options;
    const key = JSON.stringify(ofContext);
    const page = idle.get(key)?.pop() ?? (await (await contextOf(browser, key, ofContext)).newPage());
    used.set(page, key);
    await page.setViewportSize(viewport ?? VIEWPORT);
    await page.emulateMedia({ media: null, colorScheme, reducedMotion });
    return page;
}

/** Ends the use of a page. */
export async function givePage(page: Page): Promise<void> {
    const key = used.get(page);
    used.delete(page);
    if (key === undefined || page.isClosed()) return;
    page.removeAllListeners();
    await page.unrouteAll();
    try {
        await page.evaluate(() => {
            localStorage.clear();
            sessionStorage.clear();
        });
        await page.goto('about:blank');
        idle.set(key, [...(idle.get(key) ?? []), page]);
    } catch {
        // It hangs, or shows what has no storage.
        await page.close();
    }
}

const contexts = new WeakMap<Browser, Map<string, ReturnType<Browser['newContext']>>>();

function contextOf(browser: Browser, key: string, options: BrowserContextOptions): ReturnType<Browser['newContext']> {
    const own = contexts.get(browser) ?? new Map<string, ReturnType<Browser['newContext']>>();
    contexts.set(browser, own);
    const context =
        own.get(key) ??
        browser.newContext(options).then(async (made) => {
            await made.addInitScript(still);
            return made;
        });
    own.set(key, context);
    return context;
}

/** Nothing slides or fades: a picture of each step of it costs a third of the processor. */
function still(): void {
    document.addEventListener('DOMContentLoaded', () => {
        const style = document.createElement('style');
        style.textContent = '*, *::before, *::after { transition: none !important; animation: none !important; }';
        document.head.append(style);
        const { jQuery } = window as unknown as { jQuery?: { fx: { off: boolean } } };
        if (jQuery) jQuery.fx.off = true;
    });
}
