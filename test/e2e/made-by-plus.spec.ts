import assert from 'node:assert/strict';
import { requireBrowser } from '../support/peers';
import { EditorPage } from './support/editor-dialogs';
import { NodeRedProcess } from './support/node-red-process';

/** Each config node: of whose dialog the "+" makes it, and what nobody but the user can know. */
const MADE = [
    { from: 'ups-email', by: 'account', fill: { host: 'mail.example', from: 'ups@example.org' } },
    { from: 'ups-aux-switch', by: 'module', fill: { name: 'AUX 1', host: '192.0.2.1' } },
    { from: 'ups-sms', by: 'modem', fill: { path: '/dev/ttyUSB9' } },
];

describe('a config node made by "+" in the editor', function () {
    this.timeout(400_000);
    let chromium: string;
    before(function () {
        chromium = requireBrowser(this);
    });

    for (const version of ['5', '4'] as const) {
        describe(`of Node-RED ${version}`, () => {
            let nodeRed: NodeRedProcess;
            let editor: EditorPage;
            before(async () => {
                nodeRed = await NodeRedProcess.start({ version, flows: [{ id: 'tab1', type: 'tab', label: 'Flow' }] });
                editor = await EditorPage.open(nodeRed, chromium);
            });
            after(async () => {
                await editor?.close();
                await nodeRed?.stop();
            });

            const fill = (name: string, value: string) => editor.page.locator(`#node-config-input-${name}`).fill(value);

            it('is valid: a site and a UPS, in the dialog of an event', async () => {
                await editor.edit(await editor.drop('ups-event'));
                await editor.plus('ups');
                await editor.plus('site', 'config');
                await fill('name', 'Hall');
                assert.equal(
                    await editor.page.locator('#node-config-dialog-ok').isDisabled(),
                    true,
                    'not without an answer',
                );
                await editor.arm('dry');
                await editor.accept('config');
                await fill('name', 'UPS 1');
                await editor.accept('config');
                await editor.page.locator('#node-input-all').check();
                await editor.accept('node');
                assert.deepEqual(await editor.faults(), []);
            });

            it('is chosen by the next node, when it is the only one', async () => {
                await editor.edit(await editor.drop('ups-status'));
                const chosen = editor.page.locator('#node-input-ups option:checked');
                assert.equal(await chosen.innerText(), 'UPS 1');
                await editor.accept('node');
                await editor.edit(await editor.drop('ups-log'));
                assert.match(await editor.page.locator('#node-input-site option:checked').innerText(), /Hall/);
                await editor.accept('node');
                assert.deepEqual(await editor.faults(), []);
            });

            for (const { from, by, fill: fields } of MADE) {
                it(`is valid: the ${by} of ${from}`, async () => {
                    await editor.edit(await editor.drop(from));
                    await editor.plus(by);
                    for (const [name, value] of Object.entries(fields)) await fill(name, value);
                    await editor.accept('config');
                    if (from === 'ups-aux-switch')
                        await editor.page
                            .locator('#node-input-port')
                            .fill('Relay 1')
                            .catch(() => editor.page.locator('#node-input-port').selectOption('Relay 1'));
                    else
                        await editor.page.locator('#node-input-to').evaluate(
                            (field, to) => {
                                (field as HTMLInputElement).value = to;
                                field.dispatchEvent(new Event('change'));
                            },
                            from === 'ups-sms' ? '+491711234567' : 'a@example.org',
                        );
                    await editor.accept('node');
                    assert.deepEqual(await editor.faults(), []);
                });
            }

            it('is deployed without a question, and is the same after the editor is opened again', async () => {
                assert.equal(await editor.deploy(), '');
                const types = (await nodeRed.flows()).map(({ type }) => String(type));
                for (const type of ['site', 'unit', 'mail-account', 'aux-module', 'modem'])
                    assert.ok(types.includes(`ups-${type}`), type);
                await editor.close();
                editor = await EditorPage.open(nodeRed, chromium);
                assert.deepEqual(await editor.faults(), []);
            });

            // The rest is ours alone, and the same in each editor.
            if (version === '4') return;

            for (const [type, list, prepare] of [
                ['ups-rccmd', 'hosts', undefined],
                ['ups-ssh', 'hosts', undefined],
                ['ups-wol', 'hosts', 'staged'],
                ['ups-remote-command', 'receivers', undefined],
            ] as const) {
                it(`beside it: the dialog of ${type} is no wider than its pane, also with hosts, and a second one can be added`, async () => {
                    await editor.edit(await editor.drop(type));
                    const { page } = editor;
                    if (prepare) await page.locator('#node-input-mode').selectOption(prepare);
                    const row = page.locator('.ridethrough-dialog .form-row:visible .red-ui-editableList').first();
                    const empty = await row
                        .locator('ol')
                        .first()
                        .evaluate((ol) => getComputedStyle(ol, '::before').content);
                    assert.match(empty, /Nothing is in this list yet/, list);
                    const overflow = () =>
                        page
                            .locator('.red-ui-tray-body')
                            .last()
                            .evaluate((body) =>
                                Math.max(
                                    ...[body, ...body.querySelectorAll('*')].map((each) =>
                                        each.clientWidth > 200 ? each.scrollWidth - each.clientWidth : 0,
                                    ),
                                ),
                            );
                    assert.ok((await overflow()) <= 2, `${await overflow()} px too wide before`);
                    const add = row.locator('.red-ui-editableList-addButton');
                    await add.click();
                    await page.waitForSelector('.ridethrough-dialog .ridethrough-row:visible');
                    await editor.settled();
                    assert.ok((await overflow()) <= 2, `${await overflow()} px too wide`);
                    // The rows push the button down; they do not cover it.
                    await add.click({ timeout: 20_000 });
                    assert.equal(await row.locator('.ridethrough-row:visible').count(), 2);
                    await editor.cancel();
                });
            }

            it('beside it, on a phone: every field of a dialog is on the screen', async () => {
                const { page } = editor;
                const before = page.viewportSize()!;
                for (const type of ['ups-timing', 'ups-event', 'ups-wol', 'ups-schedule', 'ups-email']) {
                    const id = await editor.drop(type);
                    await page.setViewportSize({ width: 390, height: 900 });
                    await editor.edit(id);
                    await editor.settled();
                    const cut = await page
                        .locator('.ridethrough-dialog')
                        .evaluate((dialog) =>
                            [...dialog.querySelectorAll('input, select, textarea, .ridethrough-tip')]
                                .filter(
                                    (each) => each.getBoundingClientRect().right > document.documentElement.clientWidth,
                                )
                                .map((each) => each.id || each.outerHTML.slice(0, 60)),
                        );
                    assert.deepEqual(cut, [], type);
                    await editor.cancel();
                    await page.setViewportSize(before);
                }
            });

            it('beside it: 480 typed into the seconds of a timing are 8 min', async () => {
                await editor.edit(await editor.drop('ups-timing'));
                const { page } = editor;
                const seconds = page.locator('#node-input-seconds + .ridethrough-duration input').nth(2);
                await seconds.fill('480');
                assert.equal(await page.locator('#node-input-seconds').inputValue(), '480');
                await seconds.blur();
                assert.deepEqual(
                    await page
                        .locator('#node-input-seconds + .ridethrough-duration input')
                        .evaluateAll((fields) => fields.map((field) => (field as HTMLInputElement).value)),
                    ['', '8', ''],
                );
                await editor.cancel();
            });
        });
    }
});
