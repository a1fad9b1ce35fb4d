import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { givePage, takePage } from './browser';

export interface PageLook {
    language?: string;
    width?: number;
    height?: number;
    dark?: boolean;
    headers?: Record<string, string>;
    /** Of the browser; default: that of the machine. */
    zone?: string;
}

interface AxeResult {
    violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
}

function contextOf(look: PageLook): BrowserContextOptions {
    const { language = 'en-GB', width = 1280, height = 900, dark = false, headers, zone } = look;
    return {
        viewport: { width, height },
        colorScheme: dark ? 'dark' : 'light',
        locale: language,
        reducedMotion: 'reduce',
        ...(headers ? { extraHTTPHeaders: headers } : {}),
        ...(zone ? { timezoneId: zone } : {}),
    };
}

/** One page of the dashboard, which notes what it should not do. */
export class UpsPage {
    /** Errors in the console, and requests that leave Node-RED. */
    readonly complaints: string[] = [];

    private constructor(readonly page: Page) {}

    /** Resolves when the widgets have their first view. */
    static async open(browser: Browser, url: string, look: PageLook = {}): Promise<UpsPage> {
        const shown = new UpsPage(await takePage(browser, contextOf(look)));
        const { origin } = new URL(url);
        shown.page.setDefaultTimeout(90_000);
        shown.page.on('pageerror', (error) => shown.complaints.push(error.message));
        shown.page.on('console', (message) => {
            // Of what could not be loaded, the answer below tells more.
            const isOther = !message.text().startsWith('Failed to load resource');
            if (message.type() === 'error' && isOther) shown.complaints.push(message.text());
        });
        shown.page.on('response', (response) => {
            // The dashboard looks for its own manifest and icon at the root, whatever httpNodeRoot says.
            const isForeign = /\/(manifest\.webmanifest|favicon\.svg)$/.test(response.url());
            if (response.status() >= 400 && !isForeign) shown.complaints.push(`${response.status()} ${response.url()}`);
        });
        shown.page.on('request', (request) => {
            const asked = new URL(request.url());
            const isOurs = asked.origin === origin || asked.host === new URL(url).host;
            if (!isOurs && /^(http|ws)/.test(asked.protocol)) shown.complaints.push(`asks ${request.url()}`);
        });
        await shown.page.goto(url);
        await shown.isLive();
        return shown;
    }

    /** Resolves when every widget lives. */
    async isLive(): Promise<void> {
        await this.page.locator('.rt').first().waitFor();
        await this.page.waitForFunction(() => {
            const widgets = [...document.querySelectorAll<HTMLElement>('.rt')];
            return widgets.length > 0 && widgets.every(({ dataset }) => dataset.connection === 'live');
        });
    }

    /** All words of the widgets, with plain spaces. */
    async text(selector = 'body'): Promise<string> {
        return (await this.page.locator(selector).first().innerText()).replace(/[\u00a0\u202f\s]+/g, ' ');
    }

    bar(state: string): Promise<unknown> {
        return this.page.waitForSelector(`.rt-bar[data-state="${state}"]`);
    }

    /** What axe-core has against our widgets; the dashboard around them is not ours. */
    async violations(): Promise<string[]> {
        // In the middle of a change of colours nothing has its colour yet.
        await this.page.waitForFunction(() =>
            document.getAnimations().every((each) => !(each instanceof CSSTransition) || each.playState === 'finished'),
        );
        const script = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
        await this.page.evaluate(script);
        const { violations } = await this.page.evaluate(
            () =>
                (window as unknown as { axe: { run(of: object, options: object): Promise<unknown> } }).axe.run(
                    // Of what is alike, a dozen tells of all: 512 rows take seconds.
                    {
                        include: [['.rt']],
                        exclude: [['.rt tbody > tr:nth-child(n+13)'], ['.rt-bar-of:nth-child(n+13)']],
                    },
                    { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
                ) as Promise<AxeResult>,
        );
        return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
    }

    /** What can be operated and Tab does not lead to, or where the focus cannot be seen. */
    async unreachableByTab(): Promise<string[]> {
        const names = await this.page.evaluate(() => {
            const operable = 'a[href], button:not([disabled]), input:not([disabled]), select, summary, [tabindex="0"]';
            const shown = [...document.querySelectorAll<HTMLElement>(`.rt :is(${operable})`)].filter((each) =>
                each.checkVisibility(),
            );
            shown.forEach((each, index) => (each.dataset.tab = String(index)));
            return shown.map((each) => each.outerHTML.slice(0, 120));
        });
        const left = new Map(names.map((name, index) => [String(index), name]));
        const unseen: string[] = [];
        // A field of a date takes several presses, and the dashboard around has its own.
        for (let press = 0; press < 30 + 5 * names.length && left.size > 0; press++) {
            await this.page.keyboard.press('Tab');
            const { tab, isSeen } = await this.page.evaluate(() => {
                const focused = document.activeElement as HTMLElement;
                const { outlineStyle, outlineWidth } = getComputedStyle(focused);
                return { tab: focused.dataset.tab, isSeen: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 };
            });
            if (tab === undefined || !left.has(tab)) continue;
            if (!isSeen) unseen.push(`focus not seen: ${left.get(tab)}`);
            left.delete(tab);
        }
        return [...left.values(), ...unseen];
    }

    /** By how many pixels the page is wider than the window. */
    sideways(): Promise<number> {
        return this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    }

    /** The colour of a state's mark, as the browser draws it. */
    markColour(state: string): Promise<string> {
        return this.page
            .locator(`.rt-mark[data-state="${state}"]`)
            .first()
            .evaluate((mark) => getComputedStyle(mark).color);
    }

    async picture(file: string): Promise<void> {
        await this.page.screenshot({ path: file, fullPage: true });
    }

    async close(): Promise<void> {
        await givePage(this.page);
    }

    /** Nothing was wrong all along. */
    assertQuiet(): void {
        assert.deepEqual(this.complaints, []);
    }
}
