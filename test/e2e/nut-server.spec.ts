import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../support/eventually';
import { NutLineClient } from '../support/nut-line-client';
import { requireBrowser, requirePeer } from '../support/peers';
import { Upsmon, upsmonBeside } from '../support/upsmon';
import { EditorPage } from './support/editor-dialogs';
import { freePort } from '../support/free-port';
import { NodeRedProcess, type DeployType } from './support/node-red-process';
import type { PlayedUps } from './support/played-ups';
import { waitFor } from './support/wait-for';
import { WireUpsd } from './support/wire-upsd';

const flowsWith = (port: number, change: Record<string, object> = {}) =>
    [
        { id: 'tab0000000000001', type: 'tab', label: 'NUT' },
        { id: 'site000000000001', type: 'ups-site', name: 'Site', directory: 'store' },
        { id: 'unit000000000001', type: 'ups-unit', name: 'UPS 1', site: 'site000000000001' },
        {
            ...{ id: 'sim0000000000001', type: 'ups-simulator', z: 'tab0000000000001', ups: 'unit000000000001' },
            ...{ interval: 0.5, speed: 1, holdMinutes: 60, x: 200, y: 100, wires: [[]] },
        },
        {
            ...{ id: 'inject0000000001', type: 'inject', z: 'tab0000000000001', x: 100, y: 200 },
            ...{ props: [{ p: 'payload' }, { p: 'topic', vt: 'str' }], topic: 'mains', payload: 'false' },
            ...{ payloadType: 'bool', repeat: '', crontab: '', wires: [['sim0000000000001']] },
        },
        {
            ...{ id: 'nut0000000000001', type: 'ups-nut-server', z: 'tab0000000000001', x: 400, y: 100, wires: [] },
            ...{ site: 'site000000000001', serves: [{ name: 'ups', ups: 'unit000000000001' }], address: '127.0.0.1' },
            ...{ accounts: [{ name: 'mon', role: 'secondary', slot: 1 }], port },
        },
    ].map((node) => ({ ...node, ...change[node.id] }));

describe('the NUT server in a real Node-RED', function () {
    this.timeout(400_000);
    let nodeRed: NodeRedProcess;
    let port: number;
    const clients: NutLineClient[] = [];

    beforeEach(async () => {
        port = await freePort();
        nodeRed = await NodeRedProcess.start({ flows: flowsWith(port) });
    });
    afterEach(async () => {
        for (const client of clients.splice(0)) client.end();
        await nodeRed?.stop();
    });
    const connect = () => {
        const client = new NutLineClient(port, eventually);
        clients.push(client);
        return client;
    };

    it('keeps its clients and their outage over every kind of deploy', async () => {
        const client = connect();
        const status = async () => client.status('ups');
        const until = async (flags: RegExp) => {
            for (let tries = 0; tries < 400; tries++) if (flags.test(await status())) return;
            assert.fail(await status());
        };
        await until(/"OL/);
        await nodeRed.inject('inject0000000001');
        await until(/\bOB\b/);
        const deploys: [DeployType, Record<string, object>][] = [
            ['full', {}],
            ['nodes', { nut0000000000001: { mostClients: 500 } }],
            ['nodes', { unit000000000001: { holdMinutes: 50 } }],
            ['flows', { nut0000000000001: { lowSeconds: 60 } }],
            ['full', { site000000000001: { location: 'Cellar' } }],
        ];
        for (const [type, change] of deploys) {
            const answers = new Set<string>();
            let over = false;
            const deployed = nodeRed.deploy(flowsWith(port, change), type).finally(() => (over = true));
            while (!over) answers.add(await status());
            await deployed;
            for (let more = 0; more < 20; more++) answers.add(await status());
            const strange = [...answers].filter((answer) => !/^VAR ups ups\.status "(ALARM )?OB/.test(answer));
            assert.deepEqual(strange, [], `${type} ${JSON.stringify(change)}`);
            assert.equal(client.closed, false, type);
        }
        const other = await freePort();
        await nodeRed.deploy(flowsWith(other), 'nodes');
        await eventually(() => client.closed);
    });

    it('is deployed at ten moments of an outage, and a real upsmon hears of none', async function () {
        const program = upsmonBeside(requirePeer(this, 'dummy-ups'));
        const credentials = { password1: 'pw' };
        await nodeRed.deploy(flowsWith(port, { nut0000000000001: { credentials } }));
        await waitFor('the user', async () => (await connect().login('mon', 'pw', 'ups')) === 'OK');
        const upsmon = Upsmon.start(program, { monitor: `ups@127.0.0.1:${port} 1 mon pw secondary` });
        try {
            const watching = async () =>
                (
                    (await nodeRed.get('ridethrough/servers')) as { clients: { lastRequest: string }[] }[]
                )[0]!.clients.some(({ lastRequest }) => lastRequest === 'GET VAR ups ups.status');
            await waitFor('upsmon', watching);
            await nodeRed.inject('inject0000000001');
            await waitFor('the outage', () => Promise.resolve(upsmon.told().includes('ONBATT')));
            const kinds: DeployType[] = ['full', 'nodes', 'flows'];
            for (let n = 0; n < 10; n++) {
                const change = {
                    [n % 2 ? 'unit000000000001' : 'nut0000000000001']: { lowSeconds: n, holdMinutes: 60 + n },
                };
                await nodeRed.deploy(flowsWith(port, change), kinds[n % 3]);
                // Anywhere in the second between two polls of upsmon.
                await delay(150 + ((n * 370) % 1000));
            }
            await delay(2500);
            assert.deepEqual(upsmon.told(), ['ONBATT']);
            assert.equal(upsmon.isDown, false);
        } finally {
            await upsmon.stop();
        }
    });

    it('tells an ordered shutdown again after kill -9', async () => {
        const accounts = [{ name: 'boss', role: 'primary', slot: 1 }];
        const userDir = mkdtempSync(join(tmpdir(), 'ridethrough-nut-kill-'));
        await nodeRed.stop();
        try {
            nodeRed = await NodeRedProcess.start({
                userDir,
                flows: flowsWith(port, { nut0000000000001: { accounts } }),
            });
            const credentials = { password1: 'pw' };
            await nodeRed.deploy(flowsWith(port, { nut0000000000001: { accounts, credentials } }));
            let boss = connect();
            // The flow is stored before its nodes are started.
            await waitFor('the user', async () => {
                boss = connect();
                return (await boss.login('boss', 'pw', 'ups')) === 'OK';
            });
            await nodeRed.inject('inject0000000001');
            await waitFor('the outage', async () => /OB/.test(await boss.status('ups')));
            assert.equal(await boss.ask('FSD ups'), 'OK FSD-SET');
            await nodeRed.kill9();
            nodeRed = await NodeRedProcess.start({ userDir });
            await waitFor('the order', async () => /"FSD .*OB/.test(await connect().status('ups')));
        } finally {
            await nodeRed.stop();
            rmSync(userDir, { recursive: true, force: true });
        }
    });

    it('tells who boots with the mains neither the order nor the low battery of the night before', async () => {
        const ups = {
            ...{
                mains: false,
                output: true,
                onBattery: true,
                low: true,
                charge: 8,
                runtime: 60,
                knows: true,
                answers: true,
            },
            ...{
                silent: false,
                delays: { shutdown: 20, start: 5 },
                shutdownIn: -1,
                startIn: -1,
                options: { lowPercent: 10 },
            },
        };
        const upsd = new WireUpsd(ups as never as PlayedUps);
        const device = { ...(await upsd.start()), interval: 0.2, z: 'tab0000000000001', wires: [[]] };
        const accounts = [{ name: 'boss', role: 'primary', slot: 1 }];
        const userDir = mkdtempSync(join(tmpdir(), 'ridethrough-nut-boot-'));
        await nodeRed.stop();
        try {
            nodeRed = await NodeRedProcess.start({ userDir, flows: flowsWith(port) });
            await nodeRed.deploy(
                flowsWith(port, {
                    sim0000000000001: { ...device, ups: 'unit000000000001' },
                    nut0000000000001: { accounts, credentials: { password1: 'pw' } },
                }),
            );
            let boss = connect();
            await waitFor('the outage', async () => /OB LB/.test(await connect().status('ups')));
            await waitFor('the user', async () => {
                boss = connect();
                return (await boss.login('boss', 'pw', 'ups')) === 'OK';
            });
            assert.equal(await boss.ask('FSD ups'), 'OK FSD-SET');
            assert.match(await boss.status('ups'), /"FSD .*OB LB/);
            await nodeRed.kill9();
            // The card is still starting when the computers boot.
            Object.assign(ups, { mains: true, onBattery: false, low: false, silent: true });
            nodeRed = await NodeRedProcess.start({ userDir });
            await waitFor('the server', async () => /OB/.test(await connect().status('ups')));
            const client = connect();
            const told = new Set<string>();
            for (let look = 0; look < 40; look++) {
                told.add(await client.status('ups'));
                await delay(50);
            }
            ups.silent = false;
            await waitFor('the mains', async () => {
                const status = await client.status('ups');
                told.add(status);
                return /OL/.test(status);
            });
            assert.deepEqual(
                [...told].filter((status) => /LB|FSD/.test(status)),
                [],
            );
        } finally {
            await nodeRed.stop();
            await upsd.stop();
            rmSync(userDir, { recursive: true, force: true });
        }
    });

    it('is set up for a NAS by two clicks, and keeps passwords out of the flow', async function () {
        const chromium = requireBrowser(this);
        const editor = await EditorPage.open(nodeRed, chromium);
        try {
            await editor.edit('nut0000000000001');
            const { page } = editor;
            await page.locator('[data-preset="synology"]').click();
            await page.locator('[data-preset="qnap"]').click();
            assert.match(await page.locator('.ridethrough-presets .ridethrough-warning').innerText(), /secondary only/);
            await editor.accept('node');
            assert.deepEqual(await editor.faults(), []);
            await page.locator('#red-ui-header-button-deploy').click();
            const told = async () => (await nodeRed.flows()).find(({ type }) => type === 'ups-nut-server')!;
            await waitFor('it is deployed', async () => JSON.stringify(await told()).includes('qnapups'));
            const stored = await told();
            assert.deepEqual(
                (stored.serves as { name: string; listed: unknown }[]).map(({ name, listed }) => [
                    name,
                    String(listed),
                ]),
                [
                    ['ups', 'true'],
                    ['qnapups', 'false'],
                ],
            );
            assert.doesNotMatch(JSON.stringify(stored), /123456|"secret"|password/);
            const [synology, qnap] = [connect(), connect()];
            // The flow is stored before its nodes are started.
            while (/UNKNOWN-UPS/.test(await qnap.ask('GET UPSDESC qnapups'))) await page.waitForTimeout(50);
            assert.equal(await synology.login('monuser', 'secret', 'ups'), 'OK');
            assert.equal(await qnap.login('admin', '123456', 'qnapups'), 'OK');
            assert.equal(await qnap.ask('FSD qnapups'), 'ERR ACCESS-DENIED');
            // A second edit that touches no password keeps them.
            await editor.edit('nut0000000000001');
            await page.locator('#node-input-mostClients').fill('50');
            await editor.accept('node');
            await page.locator('#red-ui-header-button-deploy').click();
            for (let tries = 0; (await told()).mostClients !== '50' && tries < 200; tries++)
                await page.waitForTimeout(50);
            assert.equal(await connect().login('monuser', 'secret', 'ups'), 'OK');
        } finally {
            await editor.close();
        }
    });
});
