import type { Browser, CDPSession, Page } from 'playwright-core';
import { launchBrowser } from '../../test/e2e/support/browser';
import { findPeer } from '../../test/support/peers';

/** Processor time since the start of the browser, seconds. */
export interface BrowserCpu {
    renderers: number;
    /** The browser itself, its network, and what draws without a graphics card. */
    others: number;
}

interface ProcessInfo {
    type: string;
    cpuTime: number;
}

/** In each page: tells when something has been painted. A text, because it runs in the browser. */
const WATCH = `
window.bench ??= {
    painted: () => new Promise((resolve) => requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve({ sinceNavigationMs: performance.now(), wall: Date.now() });
        port2.postMessage(0);
    })),
    when: (selector, count = 1) => new Promise((resolve) => {
        const look = () => {
            if (document.querySelectorAll(selector).length < count) return;
            watcher.disconnect();
            resolve(bench.painted());
        };
        const watcher = new MutationObserver(look);
        const attributeFilter = ['data-state', 'data-drawn', 'data-points'];
        watcher.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter });
        look();
    }),
};
`;

export interface Painted {
    sinceNavigationMs: number;
    /** Epoch ms */
    wall: number;
}

/** A real Chromium whose processes are measured. */
export class MeasuredBrowser {
    private constructor(
        private readonly browser: Browser,
        private readonly session: CDPSession,
    ) {}

    /** @throws Error if this machine has no Chromium */
    static async open(): Promise<MeasuredBrowser> {
        const program = findPeer('chromium');
        if (!program) throw new Error('this machine has no chromium');
        const browser = await launchBrowser(program);
        return new MeasuredBrowser(browser, await browser.newBrowserCDPSession());
    }

    get version(): string {
        return this.browser.version();
    }

    /** A page with a cache of its own, empty yet. @param script runs in it before its own */
    async page(script = ''): Promise<Page> {
        const context = await this.browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' });
        const page = await context.newPage();
        await page.addInitScript(`${WATCH}\n${script}`);
        return page;
    }

    async cpu(): Promise<BrowserCpu> {
        const { processInfo } = (await this.session.send('SystemInfo.getProcessInfo')) as {
            processInfo: ProcessInfo[];
        };
        const sum = (wanted: boolean) =>
            processInfo
                .filter(({ type }) => (type === 'renderer') === wanted)
                .reduce((all, { cpuTime }) => all + cpuTime, 0);
        return { renderers: sum(true), others: sum(false) };
    }

    async close(): Promise<void> {
        await this.browser.close();
    }
}

/** When that many elements are there and painted. */
export async function painted(page: Page, selector: string, count = 1): Promise<Painted> {
    return page.evaluate(`bench.when(${JSON.stringify(selector)}, ${count})`);
}

/** Heap of the scripts after garbage collection, bytes. */
export async function heapOf(page: Page): Promise<number> {
    const session = await page.context().newCDPSession(page);
    try {
        await session.send('HeapProfiler.collectGarbage');
        await session.send('HeapProfiler.collectGarbage');
        return (await session.send('Runtime.getHeapUsage')).usedSize;
    } finally {
        await session.detach();
    }
}
