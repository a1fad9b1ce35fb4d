import { equal, match, doesNotMatch, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { StateView } from '../../lib/views';
import { NodeRedProcess } from './support/node-red-process';
import { waitFor } from './support/wait-for';

const PROJECT = resolve(__dirname, '../..');
const bcrypt = require('bcryptjs') as { hashSync(text: string, rounds: number): string };
const HTTP_NODE_AUTH = { user: 'ann', pass: bcrypt.hashSync('pw', 4) };
const ANN = { Authorization: `Basic ${Buffer.from('ann:pw').toString('base64')}` };
const BOB = { Authorization: `Basic ${Buffer.from('ann:guessed').toString('base64')}` };
const DASHBOARD = JSON.parse(readFileSync(join(PROJECT, 'flows', 'ups-dashboard.json'), 'utf8')) as object[];
const API = 'ridethrough/api/v1/';

const FLOWS = [
    { id: 'tab', type: 'tab', label: 'API' },
    { id: 'site', type: 'ups-site', name: 'Site', directory: '', dryRun: false },
    { id: 'ups', type: 'ups-unit', name: 'UPS 1', site: 'site' },
    { id: 'sim', type: 'ups-simulator', z: 'tab', ups: 'ups', interval: '1', x: 100, y: 100, wires: [[]] },
];

describe('the HTTP API in a real Node-RED', function () {
    this.timeout(400_000);
    afterEach(() => NodeRedProcess.killAll());

    const start = (settings: object, { flows = FLOWS as object[], guard = false, root = '' } = {}) =>
        NodeRedProcess.start({
            flows,
            settings: join(__dirname, 'support', 'varied-settings.cjs'),
            readyAt: `${root}${API}about`,
            env: {
                RIDETHROUGH_TEST_SETTINGS: JSON.stringify(settings),
                RIDETHROUGH_TEST_GUARD: guard ? '1' : '',
            },
        });

    for (const [name, settings, root] of [
        ['with another root of pages and of the editor', { httpAdminRoot: '/admin', httpNodeRoot: '/x' }, 'x/'],
        ['without an admin API', { httpAdminRoot: false }, ''],
        ['without an editor', { disableEditor: true }, ''],
    ] as const) {
        it(`answers ${name}`, async () => {
            const nodeRed = await start(settings, { root });
            const state = async () => (await (await fetch(nodeRed.url(`${root}${API}state`))).json()) as StateView;
            await waitFor('a reading', async () => (await state()).units[0]?.state === 'ok');
            const { bar } = await state();
            equal(bar.headline.unitName, 'UPS 1');
            const mute = (type: string, body: string) =>
                fetch(nodeRed.url(`${root}${API}mute`), {
                    method: 'POST',
                    headers: { 'X-Ridethrough': '1', 'Content-Type': type },
                    body,
                });
            // Node-RED's admin API may have read the body before.
            for (const type of ['application/json', 'text/plain']) {
                const answer = await mute(type, JSON.stringify({ unit: 'ups' }));
                equal(answer.status, 200, `${type}: ${await answer.text()}`);
                equal((await mute(type, '{"unit": "gone"}')).status, 404, type);
            }
            await nodeRed.stop();
        });
    }

    it('asks for the password of httpNodeAuth', async () => {
        const nodeRed = await start({ httpNodeAuth: HTTP_NODE_AUTH });
        const status = async (headers: Record<string, string>) =>
            (await fetch(nodeRed.url(`${API}state`), { headers })).status;
        equal(await status({}), 401);
        equal(await status(BOB), 401);
        equal(await status(ANN), 200);
        const about = await (await fetch(nodeRed.url(`${API}about`), { headers: ANN })).text();
        match(about, /"who":"ann"/);
        doesNotMatch(about, /pw|\$2/);
        await nodeRed.stop();
    });

    describe('the socket of the dashboard', () => {
        /** A handshake of socket.io by polling; whether the server then lets it into the dashboard. */
        async function letsIn(nodeRed: NodeRedProcess, headers: Record<string, string>): Promise<boolean> {
            const path = nodeRed.url('dashboard/socket.io/?EIO=4&transport=polling');
            const opened = await (await fetch(path, { headers })).text();
            const { sid } = JSON.parse(opened.slice(1)) as { sid: string };
            await fetch(`${path}&sid=${sid}`, { method: 'POST', headers, body: '40' });
            const answer = await (await fetch(`${path}&sid=${sid}`, { headers })).text();
            // 40: connected. 44: refused.
            ok(/^4[04]/.test(answer), answer);
            return answer.startsWith('40');
        }

        it('is open behind httpNodeAuth, and the log says so', async () => {
            const nodeRed = await start({ httpNodeAuth: HTTP_NODE_AUTH }, { flows: DASHBOARD });
            equal(await letsIn(nodeRed, {}), true);
            match(nodeRed.output(), /its socket is open/);
            await nodeRed.stop();
        });

        it('is closed by our middleware to who does not get the page, and open to who does', async () => {
            const nodeRed = await start({ httpNodeAuth: HTTP_NODE_AUTH }, { flows: DASHBOARD, guard: true });
            equal(await letsIn(nodeRed, {}), false);
            equal(await letsIn(nodeRed, BOB), false);
            equal(await letsIn(nodeRed, ANN), true);
            equal(await letsIn(nodeRed, { ...ANN, Origin: 'http://elsewhere.example' }), false);
            doesNotMatch(nodeRed.output(), /its socket is open/);
            await nodeRed.stop();
        });

        it('stays open, and nothing is said, where nobody asks for a password', async () => {
            const nodeRed = await start({}, { flows: DASHBOARD, guard: true });
            equal(await letsIn(nodeRed, {}), true);
            doesNotMatch(nodeRed.output(), /its socket is open/);
            await nodeRed.stop();
        });
    });
});
