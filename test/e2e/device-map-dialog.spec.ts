import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeviceMap } from '../../lib/protocols/device-map/device-map';
import { DC_SUPPLIES } from '../lib/protocols/device-map/dialects/expected-dc-supplies';
import { FOLDER, objectsOf } from '../lib/protocols/device-map/dialects/recorded';
import { requireBrowser } from '../support/peers';
import { EditorPage } from './support/editor-dialogs';
import { MapDialog, type TypedItem } from './support/map-dialog';
import { NodeRedProcess } from './support/node-red-process';
import { ObjectCard } from './support/object-card';
import { waitFor } from './support/wait-for';

const RECORDING = 'algcom-dc-ups';
const MAPS = join(__dirname, '../lib/protocols/device-map/dialects');
const mapOf = (name: string) => JSON.parse(readFileSync(join(MAPS, `${name}.json`), 'utf8')) as DeviceMap;

/** An item as a person types it into the form. */
function typed({
    id,
    at,
    kind,
    scale,
    offset,
    unit,
    digits,
    min,
    max,
    absent,
    states,
    to,
}: DeviceMap['items'][number]): TypedItem {
    const fields: Record<string, unknown> = {
        id,
        kind,
        oid: 'oid' in at ? at.oid : '',
        to,
        scale,
        unit,
        states:
            states &&
            Object.entries(states)
                .map(([raw, meaning]) => `${raw} = ${meaning}`)
                .join('\n'),
        offset,
        digits,
        min,
        max,
        absent: absent?.join(', '),
    };
    return Object.fromEntries(
        Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
    );
}

describe('A device map in the dialog', function () {
    this.timeout(400_000);
    const { status, map: name } = DC_SUPPLIES.find(({ recording }) => recording === RECORDING)!;
    /** What only a shipped map needs is not in the dialog. */
    const { agents: _, probes: __, ...wanted } = mapOf(name);
    let nodeRed: NodeRedProcess;
    let editor: EditorPage;
    let card: ObjectCard;
    let address: Awaited<ReturnType<ObjectCard['start']>>;
    let made: { name: string; text: string };
    let first: string;

    before(async function () {
        const chromium = requireBrowser(this);
        if (!existsSync(FOLDER)) {
            if (process.env.REQUIRE_PEERS === '1') throw new Error(`no recordings in ${FOLDER}, and REQUIRE_PEERS=1`);
            this.skip();
        }
        card = new ObjectCard(objectsOf(RECORDING));
        address = await card.start();
        nodeRed = await NodeRedProcess.start({
            flows: [
                { id: 'tab0000000000001', type: 'tab', label: 'maps' },
                { id: 'site000000000001', type: 'ups-site', name: 'Site', directory: 'store', dataLogSeconds: 0 },
                { id: 'unit000000000001', type: 'ups-unit', name: 'DC 1', site: 'site000000000001' },
            ],
        });
        editor = await EditorPage.open(nodeRed, chromium);
    });
    after(async () => {
        await editor?.close();
        await nodeRed?.stop();
        await card?.stop();
    });

    /** A new node of the palette that asks the card. @returns its map, and its id */
    async function node(): Promise<[MapDialog, string]> {
        const { page } = editor;
        const id = await editor.drop('ups-snmp');
        await editor.edit(id);
        await page.locator('#node-input-host').fill(address.host);
        await page.locator('#node-input-port').fill(String(address.port));
        await page.locator('#node-input-community').fill(address.community);
        await page.locator('#node-input-dialect').selectOption('own');
        return [new MapDialog(page), id];
    }

    it('begins with nothing, and says what to do', async () => {
        const [map, id] = await node();
        first = id;
        assert.match(await map.note(), /Press “Add a value”/);
    });

    it('shows what the device tells before it is known what that means', async () => {
        const map = new MapDialog(editor.page);
        const [item] = wanted.items;
        await map.add({ id: 'what is it', oid: item!.at && 'oid' in item!.at ? item!.at.oid : '', kind: 'state' });
        assert.match(await map.read(), /what is it: states needs/);
        const [line] = await map.lines();
        assert.equal(line!.raw, '539');
        assert.equal(line!.value, '');
        await map.act('remove');
    });

    it('is made by hand, without a line of code: each value raw and scaled before the deploy', async () => {
        const map = new MapDialog(editor.page);
        const { page } = editor;
        await page.locator('[data-head=name]').fill(wanted.name);
        await page.locator('[data-head=id]').fill(wanted.id);
        await page.locator('[data-head=judgedBy]').fill(wanted.judgedBy);
        for (const item of wanted.items) await map.add(typed(item));
        assert.equal(await map.note(), `Values: ${wanted.items.length}`);
        assert.match(await map.read(), /^Read at/);
        const lines = await map.lines();
        const line = (id: string) => lines.find((each) => each.name === id)!;
        assert.equal(line(wanted.items[0]!.id).raw, '539');
        assert.equal(line(wanted.items[0]!.id).value, '53.9 V');
        assert.equal(lines.filter(({ raw }) => raw === '').length, 0, 'each has a raw value');
    });

    it('shows at once what another scale makes of it', async () => {
        const map = new MapDialog(editor.page);
        const [{ id, scale }] = wanted.items as [DeviceMap['items'][number]];
        await map.toggle(id);
        await map.type('scale', '0,2');
        assert.equal((await map.lines())[0]!.value, '107.8 V');
        await map.type('scale', String(scale));
        assert.equal((await map.lines())[0]!.value, '53.9 V');
        await map.toggle(id);
    });

    it('is told by Read now: a DC supply is no UPS that knows nothing', async () => {
        const text = await editor.page.locator('.ridethrough-try-rows').innerText();
        assert.match(text, new RegExp(`Objects\\s+${wanted.id}`));
        assert.match(text, /DC output\s+53\.9 V/);
        assert.doesNotMatch(text, /Charge/);
    });

    it('is saved as a file of its id, with all that was typed', async () => {
        made = await new MapDialog(editor.page).saved();
        assert.equal(made.name, `${wanted.id}.json`);
        assert.deepEqual(JSON.parse(made.text), wanted);
        await editor.accept('node');
        assert.deepEqual(await editor.faults(), []);
    });

    it('is moved, doubled and removed with mouse and keyboard', async () => {
        await editor.edit(first);
        const map = new MapDialog(editor.page);
        const [a, b] = wanted.items.map(({ id }) => id);
        const names = async () => (await map.lines()).map(({ name: each }) => each);
        const line = editor.page.locator('.ridethrough-map-open', { hasText: a });
        await line.first().focus();
        await editor.page.keyboard.press('Alt+ArrowDown');
        assert.deepEqual((await names()).slice(0, 2), [b, a]);
        await editor.page.keyboard.press('Enter');
        await map.act('duplicate');
        assert.deepEqual((await names()).slice(0, 3), [b, a, `${a} 2`]);
        await map.act('up');
        assert.deepEqual((await names()).slice(0, 3), [b, `${a} 2`, a]);
        await map.act('remove');
        assert.deepEqual((await names()).slice(0, 2), [b, a]);
        await editor.cancel();
        await editor.edit(first);
        assert.deepEqual((await names()).slice(0, 2), [a, b], 'nothing was kept');
        await editor.cancel();
    });

    it('finds a target by its words, by keyboard alone', async () => {
        await editor.edit(first);
        const map = new MapDialog(editor.page);
        await map.act('add');
        await map.type('id', 'hall');
        const field = editor.page.locator('.ridethrough-map-form [data-key=to]');
        await field.fill('room temp');
        await field.press('ArrowDown');
        await field.press('Enter');
        assert.equal(await field.inputValue(), 'environment.temperature');
        await editor.cancel();
    });

    it('is refused as a whole, each fault with its item; the present map stays', async () => {
        const [map] = await node();
        const { items } = wanted;
        const [one, two] = items as [DeviceMap['items'][number], DeviceMap['items'][number]];
        const bad = {
            ...wanted,
            items: [
                { ...one, scale: 0 },
                { ...two, to: 'dc.watts' },
            ],
        };
        assert.deepEqual(await map.takeFile('bad.json', JSON.stringify(bad)), [
            `${one.id}: scale is 0: write a number that is not 0`,
            `${two.id}: to is “dc.watts”, which is no value of a UPS: choose one of the list, or write channel: and a name`,
        ]);
        assert.deepEqual(await map.lines(), []);
        const html = await map.takeFile('page.json', '<html></html>');
        assert.match(html[0]!, /this is no JSON/);
        assert.deepEqual(await map.lines(), []);
    });

    it('is taken over by that other node from the file, and read after the deploy', async () => {
        const map = new MapDialog(editor.page);
        assert.deepEqual(await map.takeFile(made.name, made.text), []);
        assert.equal((await map.lines()).length, wanted.items.length);
        await editor.accept('node');
        assert.deepEqual(await editor.faults(), []);
        assert.equal(await editor.deploy(), '');
        const deployed = (await nodeRed.flows()).filter(({ type }) => type === 'ups-snmp');
        for (const each of deployed) assert.deepEqual(each.map, wanted);
        assert.ok(deployed.length >= 2);
        let shown: { channels?: object; dc?: object } | undefined;
        await waitFor('the status of the supply', async () => {
            ({ status: shown } = (await nodeRed.get('ridethrough/api/v1/units/unit000000000001')) as {
                status?: typeof shown;
            });
            return shown?.channels !== undefined;
        });
        assert.deepEqual(shown?.channels, status.channels);
        assert.deepEqual(shown?.dc, status.dc);
    });

    it('begins with a copy of a shipped one, under an id of its own', async () => {
        const [map] = await node();
        await map.act('import');
        await editor.page.locator('.ridethrough-map-panel select').selectOption('cyberpower');
        const json = editor.page.locator('.ridethrough-map-panel textarea');
        await editor.page.waitForFunction(
            (element) => (element as HTMLTextAreaElement).value !== '',
            await json.elementHandle(),
        );
        await map.act('take');
        assert.equal(await editor.page.locator('[data-head=id]').inputValue(), 'cyberpower-own');
        assert.ok((await map.lines()).length > 30);
        await editor.cancel();
    });
});
