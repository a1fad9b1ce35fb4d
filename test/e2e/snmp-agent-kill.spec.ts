import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import snmp, { ObjectType } from 'net-snmp';
import { netSnmpUser } from '../../lib/protocols/snmp/net-snmp-user';
import { freePort } from '../support/free-port';
import { get, set } from '../support/snmp-wire';
import { NodeRedProcess } from './support/node-red-process';
import { waitFor } from './support/wait-for';

const COMMUNITY = 'to-switch';
const KEY = 'a-key-of-tests';
const SHUTDOWN = '1.3.6.1.2.1.33.1.8.2.0';
/** snmpTrapOID.0 of upsTraps, as it stands in a message. */
const TRAPS = Buffer.from([0x2b, 6, 1, 2, 1, 33, 2]);
/** usmStatsNotInTimeWindows.0 */
const NOT_IN_TIME = Buffer.from([0x2b, 6, 1, 6, 3, 15, 1, 1, 2, 0]);

const flowsWith = (port: number, receiver: number) => [
    { id: 'tab0000000000001', type: 'tab', label: 'SNMP' },
    { id: 'site000000000001', type: 'ups-site', name: 'Site', directory: 'store' },
    {
        ...{ id: 'unit000000000001', type: 'ups-unit', name: 'UPS 1', site: 'site000000000001' },
        ...{ staleSeconds: 5, confirmSeconds: 0 },
    },
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
        ...{ id: 'agent00000000001', type: 'ups-snmp-agent', z: 'tab0000000000001', x: 400, y: 100, wires: [] },
        ...{ site: 'site000000000001', serves: [{ name: 'ups', ups: 'unit000000000001' }], address: '127.0.0.1' },
        ...{ versions: '2c-3', port, writes: true, accounts: [{ name: 'boss', write: true }] },
        communities: [{ clients: '127.0.0.1', write: true }],
        receivers: [{ host: `127.0.0.1:${receiver}`, version: '2c' }],
        credentials: { auth1: KEY, priv1: KEY, community1: COMMUNITY, trap1: 'traps' },
    },
];

describe('the SNMP agent: SIGKILL', function () {
    this.timeout(200_000);
    let userDir: string;
    let nodeRed: NodeRedProcess;
    let port: number;
    let receiver: Socket;
    let relay: Socket;
    const traps: number[] = [];
    const sets: Buffer[] = [];
    const answers: Buffer[] = [];

    before(async () => {
        userDir = mkdtempSync(join(tmpdir(), 'ridethrough-agent-kill-'));
        port = await freePort();
        [receiver, relay] = [createSocket('udp4'), createSocket('udp4')];
        for (const socket of [receiver, relay]) {
            socket.bind(0, '127.0.0.1');
            await once(socket, 'listening');
        }
        receiver.on('message', (message) => {
            const at = message.indexOf(TRAPS);
            if (at >= 0) traps.push(message[at + TRAPS.length]!);
        });
        // Between manager and agent stands somebody who records.
        let manager = 0;
        relay.on('message', (message, from) => {
            if (from.port === port) {
                answers.push(message);
                if (manager) relay.send(message, manager, '127.0.0.1');
                return;
            }
            manager = from.port;
            sets.push(message);
            relay.send(message, port, '127.0.0.1');
        });
    });
    after(async () => {
        await nodeRed?.stop();
        receiver.close();
        relay.close();
        rmSync(userDir, { recursive: true, force: true });
    });

    const log = async () =>
        ((await nodeRed.get('ridethrough/log?limit=1000')) as { text: string }[])
            .map(({ text }) => text)
            .filter((text) => text.includes('(SNMP, 127.0.0.1)'));

    it('carries out no SET again that was recorded before, and sends no trap twice', async () => {
        const flows = flowsWith(port, receiver.address().port);
        nodeRed = await NodeRedProcess.start({ userDir, flows: [] });
        await nodeRed.deploy(flows);
        const options = { port: relay.address().port, retries: 0, timeout: 1000 };
        const user = netSnmpUser({
            name: 'boss',
            auth: { protocol: 'sha256', key: KEY },
            priv: { protocol: 'aes', key: KEY },
        });
        const v2c = snmp.createSession('127.0.0.1', COMMUNITY, { ...options, version: snmp.Version2c });
        const v3 = snmp.createV3Session('127.0.0.1', user, { ...options, version: snmp.Version3 } as never);
        const source = async () => (await get(v2c, '1.3.6.1.2.1.33.1.4.1.0'))[0]!.value;
        await waitFor('the UPS', async () => (await source()) === 3);
        await nodeRed.inject('inject0000000001');
        await waitFor('the trap of the outage', () => Promise.resolve(traps.includes(1)));
        const recorded: Buffer[] = [];
        for (const [session, value] of [[v2c, 7200] as const, [v3, 7201] as const]) {
            await set(session, { oid: SHUTDOWN, type: ObjectType.Integer, value });
            recorded.push(sets.at(-1)!);
        }
        await waitFor('both in the log', async () => (await log()).length >= 2);
        const carriedOut = await log();
        const told = traps.length;
        await nodeRed.kill9();
        nodeRed = await NodeRedProcess.start({ userDir });
        await waitFor('the UPS again', async () => typeof (await source()) === 'number');
        answers.length = 0;
        for (const message of recorded) relay.send(message, port, '127.0.0.1');
        await waitFor('the report to the recorded SET of v3', () =>
            Promise.resolve(answers.some((message) => message.includes(NOT_IN_TIME))),
        );
        // One that asks now is answered behind them.
        await source();
        assert.deepEqual(await log(), carriedOut);
        // The simulated UPS begins on mains: the outage that was told ends with it, and nothing comes again.
        const since = traps.slice(told);
        assert.deepEqual(
            since.filter((trap) => trap !== 4),
            [],
            traps.join(),
        );
        v2c.close();
        v3.close();
    });
});
