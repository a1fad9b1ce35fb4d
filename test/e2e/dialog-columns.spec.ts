import assert from 'node:assert/strict';
import { declaredNodes } from '../../nodes/declared-nodes';
import { requireBrowser } from '../support/peers';
import { DialogTray } from './support/dialog-tray';
import { openBrowser } from './support/browser';
import { openEditor } from './support/editor-page';
import { NodeRedProcess } from './support/node-red-process';
import { sampleNodes } from './support/sample-nodes';

/** Columns that come with another choice. */
const WITH_ANOTHER_CHOICE = ['ups-aux-module values'];

/** Adds a row to each table of the open dialog that has none. */
function addRows(): void {
    for (const list of document.querySelectorAll<HTMLElement>('.red-ui-tray ol.ridethrough-table'))
        if (list.getClientRects().length > 0 && !list.querySelector('[data-key]'))
            list.closest('.red-ui-editableList')?.querySelector<HTMLElement>('.red-ui-editableList-addButton')?.click();
}

function columns(): { key: string; isShown: boolean }[] {
    return [
        ...document.querySelectorAll<HTMLElement>('.red-ui-tray ol.ridethrough-table li:first-child [data-key]'),
    ].flatMap((field) =>
        field.closest('ol')!.getClientRects().length > 0
            ? [{ key: field.dataset.key ?? '', isShown: field.getClientRects().length > 0 }]
            : [],
    );
}

describe('The columns of the tables in the dialogs', function () {
    this.timeout(400_000);

    it('can be seen, each', async function () {
        const withTables = declaredNodes()
            .filter(({ fields }) => Object.values(fields).some(({ kind }) => kind === 'rows'))
            .map(({ type }) => type);
        const browser = await openBrowser(requireBrowser(this));
        const { flow, shown } = sampleNodes(withTables, { newer: true });
        const nodeRed = await NodeRedProcess.start({ flows: flow });
        try {
            const page = await openEditor(browser, nodeRed.url());
            const seen: string[] = [];
            const hidden: string[] = [];
            for (const [type, id] of shown) {
                if (type.endsWith('.new')) continue;
                const tray = await DialogTray.open(page, id);
                await page.evaluate(addRows);
                for (const { key, isShown } of await page.evaluate(columns))
                    (isShown ? seen : hidden).push(`${type} ${key}`);
                await tray.close();
            }
            assert.deepEqual(
                hidden.filter((each) => !WITH_ANOTHER_CHOICE.includes(each)),
                [],
            );
            assert.ok(seen.includes('ups-settings values') && seen.includes('ups-settings key'), seen.join(', '));
        } finally {
            await browser.close();
            await nodeRed.stop();
        }
    });
});
