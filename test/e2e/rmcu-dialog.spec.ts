import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SystemClock } from '../../lib/core/clock';
import { Rmcu } from '../../simulators/rmcu/rmcu';
import { requireBrowser, requirePeer } from '../support/peers';
import { EditorPage } from './support/editor-dialogs';
import { NodeRedProcess } from './support/node-red-process';
import { waitFor } from './support/wait-for';

const run = promisify(execFile);

/** Sixteen channels: AC line, temperature, six analog inputs, four digital inputs, four outputs. */
const CHANNELS = [
    ...['rmcuAcLineValue', 'rmcuTemperatureValue'],
    ...[1, 2, 3, 4, 5, 6].map((each) => `rmcuAnalog${each}Value`),
    ...[1, 2, 3, 4].map((each) => `rmcuInput${each}State`),
    ...[1, 2, 3, 4].map((each) => `rmcuOutput${each}State`),
];

const BAD_FILES: readonly (readonly [name: string, bytes: Buffer, told: RegExp])[] = [
    ['page.mib', Buffer.from('<!DOCTYPE html><html><body>Log in</body></html>'), /HTML|web page/i],
    ['empty.mib', Buffer.from(''), /empty/i],
    [
        'cut.mib',
        Buffer.from('RMCU-MIB DEFINITIONS ::= BEGIN\nIMPORTS enterprises FROM SNMPv2-SMI;\nx OBJECT'),
        /end|cut|broke/i,
    ],
    ['large.mib', Buffer.alloc(1024 * 1024 + 10, ' '), /1 MiB/],
    [
        'none.mib',
        Buffer.from(
            'A-MIB DEFINITIONS ::= BEGIN\nIMPORTS enterprises FROM SNMPv2-SMI;\nb OBJECT IDENTIFIER ::= { enterprises 1 }\nEND\n',
        ),
        /object/i,
    ],
];

describe('The MIB file of a DC supply in the dialog', function () {
    this.timeout(400_000);
    let nodeRed: NodeRedProcess;
    let editor: EditorPage;
    let rmcu: Rmcu;
    let snmpget: string;

    before(async function () {
        const chromium = requireBrowser(this);
        snmpget = requirePeer(this, 'snmpget');
        nodeRed = await NodeRedProcess.start({
            flows: [
                { id: 'tab0000000000001', type: 'tab', label: 'supply' },
                { id: 'site000000000001', type: 'ups-site', name: 'Site', directory: 'store' },
                { id: 'unit000000000001', type: 'ups-unit', name: 'DC 1', site: 'site000000000001' },
            ],
        });
        editor = await EditorPage.open(nodeRed, chromium);
    });
    after(async () => {
        await editor?.close();
        await nodeRed?.stop();
    });
    afterEach(async () => {
        // Also where a test has failed: the next one needs the palette.
        if (await editor.page.locator('#node-dialog-cancel').isVisible()) await editor.cancel();
        await rmcu.stop();
    });

    const finder = () => editor.page.locator('.ridethrough-map-finder');
    const note = () => finder().locator('.ridethrough-map-note');

    async function start(shape: 'scalars' | 'table'): Promise<void> {
        rmcu = new Rmcu({ clock: new SystemClock(), shape });
        await rmcu.start();
    }

    /** A new node of the palette that asks the device, with the panel for its MIB file open. */
    async function node(over: Record<string, string> = {}): Promise<string> {
        const { page } = editor;
        const id = await editor.drop('ups-duracomm');
        await editor.edit(id);
        for (const [property, value] of Object.entries(over))
            await page.locator(`#node-input-${property}`).selectOption(value);
        await page.locator('#node-input-host').fill('127.0.0.1');
        if (!over.way) await page.locator('#node-input-port').fill(String(rmcu.port));
        else await page.locator('#node-input-webPort').fill(String(rmcu.httpPort));
        return id;
    }

    async function upload(name: string, bytes: Buffer): Promise<void> {
        const before = await note().innerText();
        await finder().locator('input[type=file]').setInputFiles({ name, mimeType: 'text/plain', buffer: bytes });
        await waitFor('the dialog says it', async () => {
            const now = await note().innerText();
            return now !== before && !/…$/.test(now);
        });
    }

    const mib = async () => Buffer.from(await (await fetch(rmcu.mibUrl)).arrayBuffer());
    const pick = async (name: string) => {
        await finder().locator('.ridethrough-map-find').fill(name);
        await finder().locator(`[data-found="${name}"] input`).check();
    };
    const takeAndRead = async () => {
        await finder().locator('[data-act="take-found"]').click();
        await editor.page.locator('.ridethrough-map-bar [data-act="read"]').click();
        await editor.page.locator('.ridethrough-try-row .ridethrough-test-outcome.ok').waitFor();
    };
    const lines = () =>
        editor.page
            .locator('.ridethrough-map-item')
            .evaluateAll((rows) =>
                rows.map((row) => [
                    row.querySelector('.ridethrough-map-name')?.textContent ?? '',
                    row.querySelector('.ridethrough-map-raw')?.textContent ?? '',
                    row.querySelector('.ridethrough-map-value')?.textContent ?? '',
                ]),
            );

    it('gives sixteen channels, whose values are those of snmpget times the scale', async () => {
        await start('scalars');
        await node();
        await editor.page.locator('[data-act="find"]').click();
        await upload('RMCU.mib', await mib());
        assert.match(await note().innerText(), /^Objects in the file: \d+\. Values that the device tells now: \d+\.$/);
        for (const name of CHANNELS) await pick(name);
        await takeAndRead();
        const shown = await lines();
        assert.deepEqual(
            shown.map(([name]) => name),
            CHANNELS,
        );
        const oids = CHANNELS.map((name) => `${rmcu.mib.objects.find((each) => each.name === name)!.oid}.0`);
        const args = ['-v2c', '-c', 'public', '-Oqv', '-m', '', `127.0.0.1:${rmcu.port}`, ...oids];
        const { stdout } = await run(snmpget, args);
        const raw = stdout.trim().split('\n');
        const value = (name: string, index: number) => {
            const { syntax } = rmcu.mib.objects.find((each) => each.name === name)!;
            if (syntax.kind === 'state') return syntax.states[Number(raw[index])];
            if (syntax.kind !== 'number') throw new Error(name);
            const unit = name.includes('Temperature') ? '°F' : /[12]Value$/.test(name) ? 'A' : 'V';
            return `${Number((Number(raw[index]) * syntax.scale).toPrecision(12))} ${unit}`;
        };
        assert.deepEqual(
            shown.map(([, told, scaled]) => [told, scaled]),
            CHANNELS.map((name, index) => [raw[index], value(name, index)]),
        );
        await editor.cancel();
    });

    it('takes a file of another shape: SMIv1, a table, texts with units, states from 1', async () => {
        await start('table');
        await node();
        await editor.page.locator('[data-act="find"]').click();
        await upload('table.mib', await mib());
        await pick('rmcuTabAnalogValue.1');
        await pick('rmcuTabInputState.2');
        await takeAndRead();
        const shown = await lines();
        assert.deepEqual(shown[1], ['rmcuTabInputState.2', '2', 'closed']);
        const [, raw, value] = shown[0]!;
        assert.match(raw!, /^[\d.]+ (Amps|Volts)$/);
        assert.equal(value, raw!.replace(/ Amps$/, ' A').replace(/ Volts$/, ' V'));
        await editor.cancel();
    });

    it('refuses files that are none by their names, and leaves the node as it was', async () => {
        await start('scalars');
        await node();
        await editor.page.locator('[data-act="find"]').click();
        for (const [name, bytes, told] of BAD_FILES) {
            await upload(name, bytes);
            assert.match(await note().innerText(), told, name);
            assert.equal(await finder().locator('[data-found]').count(), 0);
        }
        assert.deepEqual(await lines(), []);
        await editor.cancel();
    });

    it('lists what the page shows, and what the log has with the form of its times', async () => {
        await start('scalars');
        rmcu.device.appendNow();
        await node({ way: 'page' });
        await editor.page.locator('[data-act="find"]').click();
        await waitFor('the dialog says it', async () => /^Values found: \d+\.$/.test(await note().innerText()));
        await pick('AC Line');
        await takeAndRead();
        assert.deepEqual(await lines(), [['AC Line', '116.7 Volts', '116.7 V']]);
        await editor.cancel();
        await node({ way: 'csv' });
        await editor.page.locator('[data-act="find"]').click();
        await waitFor('the dialog says it', async () => /^Values found: \d+\.$/.test(await note().innerText()));
        await finder().locator('[data-format="MM/DD/YY HH:mm:ss"]').click();
        assert.equal(await editor.page.locator('#node-input-csvTime').inputValue(), 'Time');
        await pick('AC Line (Volts)');
        await takeAndRead();
        assert.equal((await lines())[0]![2], '116.7');
        await editor.cancel();
    });
});
