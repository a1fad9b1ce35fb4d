import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { NodeRedProcess } from './node-red-process';
import { nightFlow, RefusingMailServer } from './night-flow';
import { UpsPage, type PageLook } from './ups-page';
import { waitFor } from './wait-for';

const PHONE: PageLook = { width: 390, height: 844 };
const SCREEN: PageLook = { width: 1000, height: 700 };
const PAGES: Record<string, PageLook & { path: string }> = {
    unit: { path: '/dashboard/unit', ...SCREEN },
    next: { path: '/dashboard/next', ...SCREEN },
    phone: { path: '/dashboard/m', ...PHONE },
};
/** So much of the outage is to be seen. */
const OUTAGE_SECONDS = 45;

/** Takes the pictures of the pages for the documentation, each light and dark: an outage with three hosts in stages and a failed mail. */
export async function takePagePictures(browser: Browser, folder: string): Promise<void> {
    const mail = await RefusingMailServer.start();
    const nodeRed = await NodeRedProcess.start({ flows: nightFlow(mail.port) });
    try {
        const state = async () =>
            (await nodeRed.get('ridethrough/api/v1/state')) as {
                units: { state: string; secondsOnBattery?: number }[];
            };
        await waitFor('a first reading', async () => (await state()).units[0]?.state === 'ok');
        await nodeRed.inject('night-mains');
        const isLong = async () => ((await state()).units[0]?.secondsOnBattery ?? 0) >= OUTAGE_SECONDS;
        await waitFor('some of the outage', isLong, 2000 * OUTAGE_SECONDS);
        for (const [name, { path, ...look }] of Object.entries(PAGES)) {
            for (const dark of [false, true]) {
                const shown = await UpsPage.open(browser, nodeRed.url(path), { ...look, dark });
                const file = `pages-${name}-${dark ? 'dark' : 'light'}.png`;
                await shown.page.screenshot({ path: join(folder, file) });
                await shown.close();
                console.log(file);
            }
        }
    } finally {
        await nodeRed.stop();
        mail.stop();
    }
}
