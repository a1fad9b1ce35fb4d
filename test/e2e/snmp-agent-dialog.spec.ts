import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import snmp from 'net-snmp';
import { netSnmpUser } from '../../lib/protocols/snmp/net-snmp-user';
import { freePort } from '../support/free-port';
import { requireBrowser } from '../support/peers';
import { get } from '../support/snmp-wire';
import { EditorPage } from './support/editor-dialogs';
import { NodeRedProcess } from './support/node-red-process';
import { waitFor } from './support/wait-for';

const AGENT = 'agent00000000001';
const SECRETS = {
    auth: 'secret-of-auth',
    priv: 'secret-of-priv',
    community: 'secret-to-read',
    trap: 'secret-of-traps',
};
/** sysName */
const NAME = '1.3.6.1.2.1.1.5.0';

const flowsWith = (port: number) => [
    { id: 'tab0000000000001', type: 'tab', label: 'SNMP' },
    { id: 'site000000000001', type: 'ups-site', name: 'Site', directory: 'store' },
    { id: 'unit000000000001', type: 'ups-unit', name: 'UPS 1', site: 'site000000000001' },
    {
        ...{ id: 'sim0000000000001', type: 'ups-simulator', z: 'tab0000000000001', ups: 'unit000000000001' },
        ...{ interval: 0.5, speed: 1, holdMinutes: 60, x: 200, y: 100, wires: [[]] },
    },
    {
        ...{ id: AGENT, type: 'ups-snmp-agent', z: 'tab0000000000001', x: 400, y: 100, wires: [] },
        ...{ site: 'site000000000001', serves: [{ name: 'ups', ups: 'unit000000000001' }], address: '127.0.0.1' },
        ...{ versions: '2c-3', port },
    },
];

describe('the dialog of the SNMP agent', function () {
    this.timeout(200_000);
    let nodeRed: NodeRedProcess;
    let port: number;
    let receiver: Socket;
    let traps: string[];

    beforeEach(async () => {
        port = await freePort();
        traps = [];
        receiver = createSocket('udp4');
        receiver.on('message', (message) => traps.push(message.toString('latin1')));
        receiver.bind(0, '127.0.0.1');
        await once(receiver, 'listening');
        nodeRed = await NodeRedProcess.start({ flows: flowsWith(port) });
    });
    afterEach(async () => {
        receiver.close();
        await nodeRed?.stop();
    });

    async function answers(version: '2c' | '3'): Promise<string> {
        const auth = { protocol: 'sha256', key: SECRETS.auth } as const;
        const user = netSnmpUser({ name: 'monitor', auth, priv: { protocol: 'aes', key: SECRETS.priv } });
        const options = { port, timeout: 500, retries: 0 };
        const session =
            version === '3'
                ? snmp.createV3Session('127.0.0.1', user, { ...options, version: snmp.Version3 } as never)
                : snmp.createSession('127.0.0.1', SECRETS.community, { ...options, version: snmp.Version2c });
        try {
            return String((await get(session, NAME))[0]!.value);
        } catch (error) {
            // Not yet: it is asked again.
            return (error as Error).message;
        } finally {
            session.close();
        }
    }

    it('takes users, communities and receivers, sends a test, keeps their secrets out of the flow, and keeps them', async function () {
        const editor = await EditorPage.open(nodeRed, requireBrowser(this));
        try {
            const { page } = editor;
            const list = (property: string) => page.locator(`.red-ui-editableList:has(#node-input-${property}-list)`);
            const told = async () => (await nodeRed.flows()).find(({ id }) => id === AGENT)!;
            await editor.edit(AGENT);
            for (const property of ['accounts', 'communities', 'receivers'])
                await list(property).locator('.red-ui-editableList-addButton').click();
            const field = (property: string, key: string) => list(property).locator(`[data-key="${key}"]`);
            await field('accounts', 'name').fill('monitor');
            await field('accounts', 'authKey').fill(SECRETS.auth);
            await field('accounts', 'privKey').fill(SECRETS.priv);
            await field('communities', 'clients').fill('127.0.0.1');
            await field('communities', 'community').fill(SECRETS.community);
            await field('receivers', 'host').fill(`127.0.0.1:${receiver.address().port}`);
            await field('receivers', 'version').selectOption('2c');
            await field('receivers', 'community').fill(SECRETS.trap);
            // What was typed is tried before it is deployed.
            await page.locator('.ridethrough-try select').selectOption('low-battery');
            await page.locator('.ridethrough-try button').click();
            await waitFor('the trap of the test', () => Promise.resolve(traps.length > 0));
            assert.ok(traps[0]!.includes(SECRETS.trap));
            const saved = page.waitForEvent('download');
            await page.locator('[data-mib="RIDETHROUGH-UPS-MIB.txt"]').click();
            assert.equal((await saved).suggestedFilename(), 'RIDETHROUGH-UPS-MIB.txt');
            await waitFor('the end of the test', () => Promise.resolve(traps.length === 2));
            await editor.accept('node');
            assert.deepEqual(await editor.faults(), []);
            await page.locator('#red-ui-header-button-deploy').click();
            await waitFor('it is deployed', async () => JSON.stringify(await told()).includes('monitor'));
            assert.doesNotMatch(JSON.stringify(await told()), /secret-/);
            for (const version of ['2c', '3'] as const)
                await waitFor(`it answers ${version}`, async () => (await answers(version)) === 'UPS 1');
            // A second edit that touches no secret keeps them.
            await editor.edit(AGENT);
            await page.locator('#node-input-name').fill('again');
            await editor.accept('node');
            await page.locator('#red-ui-header-button-deploy').click();
            await waitFor('it is deployed again', async () => (await told()).name === 'again');
            for (const version of ['2c', '3'] as const)
                await waitFor(`it still answers ${version}`, async () => (await answers(version)) === 'UPS 1');
            await editor.edit(AGENT);
            await page.locator('.ridethrough-try button').click();
            await waitFor('a trap with the kept community', () => Promise.resolve(traps.length === 3));
            assert.ok(traps[2]!.includes(SECRETS.trap));
            await editor.accept('node');
        } finally {
            await editor.close();
        }
    });
});
