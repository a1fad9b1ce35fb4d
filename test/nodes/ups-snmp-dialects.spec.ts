import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import type { UpsStatus } from '../../lib/core/status/status';
import { SNMP_MAPS } from '../../lib/protocols/device-map/maps';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsSnmp from '../../nodes/devices/ups-snmp';
import { serveMaps } from '../../nodes/shared/admin/device-maps';
import { ObjectCard } from '../e2e/support/object-card';
import { DC_SUPPLIES } from '../lib/protocols/device-map/dialects/expected-dc-supplies';
import { FOLDER, objectsOf } from '../lib/protocols/device-map/dialects/recorded';
import { whileItGoes } from '../support/eventually';
import { fakeTime } from '../support/fake-time';
import { helper } from '../support/node-red';

interface Lamp {
    fill: string;
    shape: string;
    text: string;
}

const MAPS = join(__dirname, '../lib/protocols/device-map/dialects');
const RECTIFIER = '1.3.6.1.4.1.8072.9999.9999';
const MAP = {
    version: 1,
    id: 'rectifier',
    name: 'Rectifier',
    judgedBy: 'this test',
    items: [
        { id: 'output', at: { oid: `${RECTIFIER}.1.0` }, kind: 'number', scale: 0.1, unit: 'V', to: 'channel:output' },
        {
            id: 'door',
            at: { oid: `${RECTIFIER}.2.0` },
            kind: 'state',
            states: { '1': 'closed', '2': 'open' },
            to: 'channel:door',
        },
        { id: 'gone', at: { oid: `${RECTIFIER}.3.0` }, kind: 'number', to: 'channel:gone' },
    ],
};

describe('The objects that an ups-snmp speaks', () => {
    const time = fakeTime();
    const { eventually } = time;
    let directory: string;
    let card: ObjectCard | undefined;

    before(() => helper.startServer());
    after(() => helper.stopServer());
    beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'ridethrough-dialect-'))));
    afterEach(async () => {
        await time.unload();
        await card?.stop();
        card = undefined;
        rmSync(directory, { recursive: true, force: true });
    });

    async function settingsOf(objects: Iterable<readonly [string, string | number | null | undefined]>, over: object) {
        card = new ObjectCard(objects);
        const { community, ...address } = await card.start();
        const config = {
            id: 'dev1',
            type: 'ups-snmp',
            ups: 'unit1',
            interval: 0.2,
            timeout: 0.5,
            retries: 0,
            ...address,
            wires: [['h1']],
            ...over,
        };
        return { config, credentials: { community } };
    }

    async function load(objects: Parameters<typeof settingsOf>[0], over: object) {
        const { config, credentials } = await settingsOf(objects, over);
        const statuses: UpsStatus[] = [];
        await helper.load(
            [upsSite, upsUnit, upsSnmp] as never,
            [
                { id: 'site1', type: 'ups-site', name: 'Site', directory },
                { id: 'unit1', type: 'ups-unit', name: 'DC 1', site: 'site1', staleSeconds: 5 },
                config,
                { id: 'h1', type: 'helper' },
            ] as never,
            { dev1: credentials } as never,
        );
        (helper.getNode('h1') as Node).on('input', (message) => statuses.push(message.payload as UpsStatus));
        const { status } = helper.getNode('dev1') as unknown as { status: { args: [Lamp][] } };
        return { statuses, lamp: () => status.args.at(-1)?.[0] };
    }

    async function readNow(objects: Parameters<typeof settingsOf>[0], over: object) {
        const { config, credentials } = await settingsOf(objects, over);
        await helper.load([upsSite, upsUnit, upsSnmp] as never, [] as never);
        const asked = helper
            .request()
            .post('/ridethrough/try/ups-snmp')
            .send({ id: 'new', config, credentials })
            .expect(200);
        return (await whileItGoes(time.clock, Promise.resolve(asked))).body as {
            ok: boolean;
            text?: string;
            rows?: { key?: string; label?: string; value: unknown; unit?: string }[];
            raw?: ({ raw?: unknown } | null)[];
        };
    }

    const SUPPLY = new Map<string, string | number>([
        ['1.3.6.1.2.1.1.2.0', `${RECTIFIER}.77`],
        [`${RECTIFIER}.1.0`, 539],
        [`${RECTIFIER}.2.0`, 2],
    ]);

    it('are those of a map of one’s own: a device without RFC 1628 is ready, and its unit has not lost it', async () => {
        const seen = await load(SUPPLY, { dialect: 'own', map: MAP });
        await eventually(() => seen.statuses.length > 0);
        assert.deepEqual(seen.statuses[0]!.channels, {
            output: { value: 53.9, unit: 'V' },
            door: { state: 'open' },
            gone: {},
        });
        assert.equal(seen.lamp()?.shape, 'dot');
        await eventually(() => seen.statuses.length > 40);
        assert.equal(seen.lamp()?.shape, 'dot');
    });

    it('are asked for alone, when they are chosen', async () => {
        const seen = await load(SUPPLY, { dialect: 'own', map: MAP });
        await eventually(() => seen.statuses.length > 0);
        assert.deepEqual(
            [...card!.asked].filter((oid) => oid.startsWith('1.3.6.1.2.1.33.')),
            [],
        );
    });

    it('are refused, in words, if the device has nothing of the map', async () => {
        const { ok, text, raw } = await readNow([['1.3.6.1.2.1.1.2.0', '1.3.6.1.4.1.1']], { dialect: 'own', map: MAP });
        assert.equal(ok, false);
        assert.match(text!, /map\.nothing/);
        assert.deepEqual(raw, [{}, {}, {}]);
    });

    it('are told by Read now, with the channels of a DC supply and no empty rows of a UPS', async () => {
        const { ok, rows, raw } = await readNow(SUPPLY, { dialect: 'own', map: MAP });
        assert.equal(ok, true);
        assert.deepEqual(raw, [{ raw: 539 }, { raw: 2 }, {}]);
        assert.deepEqual(
            rows?.filter(({ key }) => key !== 'age'),
            [
                { key: 'speaks', value: 'rectifier' },
                { label: 'output', value: 53.9, unit: 'V' },
                { label: 'door', value: 'open' },
                { label: 'gone', value: null },
            ],
        );
    });

    it('are offered to begin with: the list of shipped maps, and each of them', async () => {
        const get = async (path: string, status: number) =>
            (await helper.request().get(`/ridethrough/maps/${path}`).expect(status)).body as {
                id: string;
                items?: unknown[];
            }[];
        await helper.load([serveMaps] as never, [] as never);
        assert.deepEqual(
            (await get('objects', 200)).map(({ id }) => id),
            SNMP_MAPS.map(({ id }) => id),
        );
        const one = (await get('registers/adelsystem-cbi', 200)) as unknown as { id: string; items: unknown[] };
        assert.equal(one.id, 'adelsystem-cbi');
        assert.ok(one.items.length > 20);
        await get('objects/adelsystem-cbi', 404);
        assert.deepEqual(await get('constructor', 200), []);
    });

    describe('of recorded cards', () => {
        before(function () {
            if (existsSync(FOLDER)) return;
            if (process.env.REQUIRE_PEERS === '1') throw new Error(`no recordings in ${FOLDER}, and REQUIRE_PEERS=1`);
            this.skip();
        });

        for (const [recording, dialect] of [
            ['apc_smart1500', 'apc-powernet'],
            ['cyberpower', 'cyberpower'],
        ] as const) {
            it(`are found out: ${recording} speaks ${dialect}`, async () => {
                const { ok, rows, text } = await readNow(objectsOf(recording), {});
                assert.equal(ok, true, text);
                const value = (name: string) => rows?.find(({ key }) => key === name)?.value;
                assert.equal(value('speaks'), dialect);
                assert.equal(value('source'), 'normal');
            });
        }

        it('are those of the choice, whatever the card is', async () => {
            const { ok, text } = await readNow(objectsOf('apc_smart1500'), { dialect: 'cyberpower' });
            assert.equal(ok, false);
            assert.match(text!, /map\.nothing/);
        });

        for (const { recording, map: name, status } of DC_SUPPLIES) {
            const map = JSON.parse(readFileSync(join(MAPS, `${name}.json`), 'utf8')) as object;
            it(`of the DC supply ${recording} are read by a map without a line of code`, async () => {
                const seen = await load(objectsOf(recording), { dialect: 'own', map });
                await eventually(() => seen.statuses.length > 0);
                const { channels, dc } = seen.statuses[0]!;
                assert.deepEqual(channels, status.channels);
                assert.deepEqual(dc, status.dc);
                assert.equal(seen.lamp()?.shape, 'dot');
            });
        }
    });
});
