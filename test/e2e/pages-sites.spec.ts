import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { SystemClock } from '../../lib/core/clock';
import { openStore } from '../../lib/store';
import { requireBrowser } from '../support/peers';
import { openBrowser } from './support/browser';
import { firstScreen } from './support/first-screen';
import { nightFlow, RefusingMailServer } from './support/night-flow';
import { NodeRedProcess } from './support/node-red-process';
import { UpsPage, type PageLook } from './support/ups-page';
import { waitFor } from './support/wait-for';

const HOUR_MS = 3_600_000;
/** Where to keep a picture of each page; none without it. */
const PICTURES = process.env.PAGE_PICTURES;
const EPISODE = 'night-ups:power-fail:1:x';

describe('the pages: two sites with one directory, a clock that was set, and UPSs that were never reached', function () {
    this.timeout(400_000);
    let browser: Browser;
    let nodeRed: NodeRedProcess;
    let mail: RefusingMailServer;
    let userDir: string;
    const opened: UpsPage[] = [];

    before(async function () {
        browser = await openBrowser(requireBrowser(this));
        mail = await RefusingMailServer.start();
        userDir = mkdtempSync(join(tmpdir(), 'ridethrough-sites-'));
        if (PICTURES) mkdirSync(PICTURES, { recursive: true });
        fillLog(join(userDir, 'store'));
        const more = [
            { id: 'other-site', type: 'ups-site', name: 'Branch office', directory: 'store', dataLogSeconds: 180 },
            ...[1, 2, 3].flatMap((n) => [
                { id: `far${n}`, type: 'ups-unit', name: `Far ${n}`, site: 'other-site' },
                {
                    ...{ id: `far${n}-card`, type: 'ups-snmp', z: 'night-tab', ups: `far${n}`, x: 300, y: 100 * n },
                    // Nothing answers there.
                    ...{ host: `127.0.0.${20 + n}`, port: 25161, community: 'public', wires: [[]] },
                },
            ]),
        ];
        const flows = [...nightFlow(mail.port, ['/m', '/events', '/outages']), ...more] as never;
        nodeRed = await NodeRedProcess.start({ userDir, flows });
        await waitFor('a first reading', async () => (await units()).some(({ state }) => state === 'ok'));
        await nodeRed.inject('night-mains');
        await waitFor('the failed mail', async () => ((await get('failures')) as { failures: [] }).failures.length > 0);
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

    /** What was: an entry of each site, and an outage of half an hour in which the clock was set back by an hour. */
    function fillLog(directory: string): void {
        const clock = new SystemClock();
        const since = clock.now() - 5 * HOUR_MS;
        const edge = {
            kind: 'event',
            eventId: 'power-fail',
            episode: EPISODE,
            source: 'UPS 1',
            nodeId: 'night-ups',
        } as const;
        for (const site of ['night-site', 'other-site']) {
            const store = openStore({ directory, clock, site });
            store.append({ at: since, kind: 'log', level: 'info', source: 'Note', text: `written by ${site}` });
            if (site === 'night-site') {
                store.append({ ...edge, at: since, active: true, level: 'alarm', text: 'Mains failed' });
                store.endEpisode(EPISODE, since - HOUR_MS / 2, HOUR_MS / 2);
                store.append({
                    ...edge,
                    at: since - HOUR_MS / 2,
                    active: false,
                    level: 'info',
                    text: 'Mains are back',
                });
            }
            store.close();
        }
    }

    const get = (path: string) => nodeRed.get(`ridethrough/api/v1/${path}`);
    const units = async () => ((await get('state')) as { units: { state: string }[] }).units;
    const open = async (path: string, look: PageLook = {}) => {
        const shown = await UpsPage.open(browser, nodeRed.url(path), look);
        opened.push(shown);
        return shown;
    };
    const keep = async (shown: UpsPage, name: string) => {
        if (PICTURES) await shown.picture(join(PICTURES, `${name}.png`));
    };

    it('events: the log of one site, by a choice that is in the address', async () => {
        const shown = await open('/dashboard/events?flat=1&text=written');
        const { page } = shown;
        await page.getByText('written by other-site').waitFor();
        await page.getByText('written by night-site').waitFor();
        await page.locator('label', { hasText: /^Site/ }).locator('select').selectOption('Branch office');
        await page.getByText('written by night-site').waitFor({ state: 'detached' });
        assert.match(page.url(), /[?&]site=other-site/);
        assert.equal(await page.getByText('written by other-site').count(), 1);
        assert.deepEqual([await shown.violations(), shown.complaints], [[], []]);
        await keep(shown, 'sites-events');
    });

    it('events: the months say whose they are, and in which time zone', async () => {
        const shown = await open('/dashboard/events?months=1', { width: 320, height: 700 });
        const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
        await shown.page.getByText(`A month begins and ends at midnight in ${zone}`).waitFor();
        await shown.page.getByRole('heading', { name: 'Server room, Branch office' }).waitFor();
        assert.ok((await shown.sideways()) <= 0);
        await keep(shown, 'sites-months');
    });

    it('outages: lasted as long as was counted, and what the clock did', async () => {
        for (const [language, lasted, clock] of [
            ['en-GB', /30 mins?/, 'The clock of the computer was set back by 1 hr meanwhile.'],
            ['de-DE', /30 Min/, 'Die Uhr des Rechners wurde inzwischen um 1 Std. zurückgestellt.'],
        ] as const) {
            const shown = await open('/dashboard/outages', { language });
            const row = shown.page.locator(`tr[data-episode="${EPISODE}"]`);
            await row.getByText(clock).waitFor();
            assert.match(await row.innerText(), lasted);
            assert.deepEqual([await shown.violations(), shown.complaints], [[], []]);
            await keep(shown, `sites-outages-${language}`);
        }
    });

    it('phone, 320 px: the failed job stands before the UPSs that were never reached', async () => {
        const shown = await open('/dashboard/m', { width: 320, height: 700, dark: true });
        await shown.page.locator('[data-unit="far2"]').waitFor();
        const order = await shown.page
            .locator('[data-unit], [data-failure]')
            .evaluateAll((all) => all.map((each) => (each as HTMLElement).dataset.unit ?? 'failed job'));
        assert.deepEqual(order.slice(0, 2), ['night-ups', 'failed job']);
        const { buttons } = await firstScreen(shown.page);
        assert.ok(buttons.includes('Acknowledge'), buttons.join(', '));
        await keep(shown, 'sites-phone');
    });
});
