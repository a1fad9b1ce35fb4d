import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { requireBrowser } from '../support/peers';
import { openBrowser } from './support/browser';
import { firstScreen } from './support/first-screen';
import { nightFlow, RefusingMailServer } from './support/night-flow';
import { NodeRedProcess } from './support/node-red-process';
import { slowdown } from './support/slowdown';
import { UpsPage } from './support/ups-page';
import { waitFor } from './support/wait-for';

const PHONE = { width: 390, height: 844, dark: true };
const PATH = '/dashboard/m';
const OPENED_MS = 5000;
/** Where to keep a picture of each screen; none without it. */
const PICTURES = process.env.PAGE_PICTURES;

describe('3 a.m.: a phone in the dark, in the middle of an outage', function () {
    this.timeout(400_000);
    let browser: Browser;
    let nodeRed: NodeRedProcess;
    let mail: RefusingMailServer;
    let userDir: string;
    const opened: UpsPage[] = [];

    before(async function () {
        browser = await openBrowser(requireBrowser(this));
        mail = await RefusingMailServer.start();
        userDir = mkdtempSync(join(tmpdir(), 'ridethrough-night-'));
        if (PICTURES) mkdirSync(PICTURES, { recursive: true });
        nodeRed = await NodeRedProcess.start({ userDir, flows: nightFlow(mail.port, ['/m']) });
        await waitFor('a first reading', () => state(({ units }) => units[0]?.state === 'ok'));
        await nodeRed.inject('night-mains');
        await waitFor(
            'the failed mail',
            async () => ((await get('failures')) as { failures: unknown[] }).failures.length > 0,
        );
    });

    afterEach(async () => {
        for (const page of opened.splice(0)) await page.close();
    });

    after(async () => {
        await browser?.close();
        await NodeRedProcess.killAll();
        mail?.stop();
        rmSync(userDir, { recursive: true, force: true });
    });

    const get = (path: string) => nodeRed.get(`ridethrough/api/v1/${path}`);
    const state = async (is: (view: { units: { state: string; stale?: boolean }[] }) => boolean) =>
        is((await get('state')) as { units: { state: string }[] });

    /** Opens the page as after a link in a message, and reads what the eye can see without scrolling. */
    async function look(
        name: string,
        answered: (text: string) => boolean,
    ): Promise<{ text: string; buttons: string[] }> {
        // On a machine that others use, too, everything takes longer: so many times it may.
        const limit = OPENED_MS * slowdown();
        const begin = performance.now();
        const shown = await UpsPage.open(browser, nodeRed.url(PATH), PHONE);
        opened.push(shown);
        let screen = await firstScreen(shown.page);
        while (!answered(screen.text) && performance.now() - begin < limit) screen = await firstScreen(shown.page);
        const took = performance.now() - begin;
        if (PICTURES) await shown.page.screenshot({ path: join(PICTURES, `three-am-${name}.png`) });
        assert.ok(answered(screen.text), `what is seen after ${Math.round(took)} ms:\n${screen.text}`);
        assert.ok(took < Math.max(limit, OPENED_MS * slowdown()), `${took} ms`);
        return screen;
    }

    const isThere =
        (...patterns: RegExp[]) =>
        (text: string) =>
            patterns.every((pattern) => pattern.test(text));
    const EACH = {
        whatIs: /UPS 1 on battery/,
        // With the day, when it was yesterday.
        sinceWhen: /since (\d+ \w+ \d{4}, )?\d\d:\d\d/,
        howLong: /Runtime \d+ mins?/,
        howOld: /\d+ secs? old/,
        next: /Next: (Test servers|File server).*in \d:\d\d/,
        failed: /1 failed job.*Mail to the operator/,
    };

    it('answers what is, since when, for how long, how old that is, what comes next, what failed, and what I may do', async () => {
        const { text, buttons } = await look('outage', isThere(...Object.values(EACH)));
        assert.match(text, /no such user|refused/i, 'why it failed');
        for (const button of ['Acknowledge', 'Hold', 'Leave out', 'Run now']) {
            assert.ok(buttons.includes(button), `${button} is not among ${buttons.join(', ')}`);
        }
    });

    it('answers the same after kill -9', async () => {
        await nodeRed.kill9();
        nodeRed = await NodeRedProcess.start({ userDir, port: nodeRed.port });
        const { buttons } = await look('after-kill', isThere(...Object.values(EACH)));
        assert.ok(buttons.includes('Hold') && buttons.includes('Acknowledge'), buttons.join(', '));
    });

    it('in silence says that the outage is presumed, for how long, and counts down', async () => {
        await nodeRed.inject('night-silent');
        await waitFor('that the readings are old', () => state(({ units }) => units[0]?.stale === true));
        const presumed = isThere(
            EACH.whatIs,
            /presumed for \d+ secs?: it does not answer/,
            EACH.howLong,
            EACH.howOld,
            EACH.next,
            EACH.failed,
        );
        await look('silent', presumed);
        const [{ page }] = opened;
        const left = async () => {
            const [, minutes, seconds] = /in (\d+):(\d\d)/.exec((await firstScreen(page)).text)!;
            return Number(minutes) * 60 + Number(seconds);
        };
        const before = await left();
        await page.waitForFunction(
            (shown) => !document.querySelector('.rt-bar-when')?.textContent?.includes(shown),
            `${Math.floor(before / 60)}:${String(before % 60).padStart(2, '0')}`,
        );
        assert.ok((await left()) < before);
    });
});
