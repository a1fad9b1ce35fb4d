import { strict as assert } from 'node:assert';
import { createSocket, type Socket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventMessage, JobResult } from '../../lib/core/messages';
import type { WakeOutcome } from '../../lib/protocols/wol/staged-wake';
import siteNode = require('../../nodes/config/ups-site');
import unitNode = require('../../nodes/config/ups-unit');
import simulatorNode = require('../../nodes/devices/ups-simulator');
import eventNode = require('../../nodes/events/ups-event');
import wolNode = require('../../nodes/jobs/ups-wol');
import inputNode = require('../../nodes/sensors/ups-digital-input');
import { fakeTime } from '../support/fake-time';
import { helper, theFlow } from '../support/node-red';

type Result = EventMessage & { job: JobResult };
type TestNode = ReturnType<typeof helper.getNode> & { receive(message: unknown): void };

const MACS = ['02:00:00:00:00:01', '02:00:00:00:00:02'];
const boolean = (payload: boolean) => ({ topic: 'button', payload });

describe('ups-wol', function () {
    this.timeout(20_000);
    const time = fakeTime();
    const { eventually } = time;
    let directory: string;
    let udp: Socket;
    let packets: string[];
    let servers: Server[];
    before((done) => void helper.startServer(done));
    after((done) => void helper.stopServer(done));
    beforeEach(async () => {
        directory = mkdtempSync(join(tmpdir(), 'wol-node-'));
        packets = [];
        servers = [];
        udp = createSocket('udp4');
        udp.on('message', (bytes) => packets.push(bytes.toString('hex')));
        await new Promise<void>((resolve) => udp.bind(0, '0.0.0.0', resolve));
    });
    afterEach(async () => {
        await time.unload();
        udp.close();
        for (const server of servers) await new Promise((resolve) => server.close(resolve));
        rmSync(directory, { recursive: true, force: true });
    });

    /** A host that is up: a TCP port on loopback. */
    async function listen(port = 0): Promise<number> {
        const server = createServer((socket) => socket.destroy());
        servers.push(server);
        await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
        return (server.address() as AddressInfo).port;
    }
    async function freePort(): Promise<number> {
        const port = await listen();
        await new Promise((resolve) => servers.pop()!.close(resolve));
        return port;
    }

    async function load(
        config: Record<string, unknown>,
        site: Record<string, unknown> = {},
        credentials: object = {},
        more: object[] = [],
    ) {
        const flow = [
            { id: 'f', type: 'tab' },
            { id: 's', type: 'ups-site', name: 'Hall', directory, ...site },
            {
                id: 'u',
                type: 'ups-unit',
                name: 'UPS',
                site: 's',
                staleSeconds: 30,
                holdMinutes: 60,
                ratedVA: 1000,
                loadVA: 500,
            },
            { id: 'sim', type: 'ups-simulator', ups: 'u', z: 'f', interval: 0.1, wires: [[]] },
            { id: 'ev', type: 'ups-event', ups: 'u', events: ['power-fail'], z: 'f', wires: [['j']] },
            {
                id: 'j',
                type: 'ups-wol',
                name: 'wake',
                site: 's',
                z: 'f',
                wires: [['out']],
                edge: 'off',
                address: '127.0.0.1',
                port: udp.address().port,
                copies: 1,
                ...config,
            },
            { id: 'out', type: 'helper', z: 'f', wires: [] },
            ...more,
        ];
        await helper.load(
            [siteNode, unitNode, simulatorNode, eventNode, wolNode, inputNode] as never,
            flow as never,
            {
                j: credentials,
            } as never,
        );
        const results: Result[] = [];
        helper.getNode('out').on('input', (message) => void results.push(message as unknown as Result));
        const result = async (count = 1, ms = 20_000) => {
            await eventually(() => results.length >= count, ms);
            return results[count - 1]!;
        };
        const mains = async (payload: boolean) => {
            (helper.getNode('sim') as TestNode).receive({ topic: 'mains', payload });
            await eventually(() => theFlow().registry.source('u')?.stateOf('power-fail').active === !payload, 5000);
        };
        await eventually(() => theFlow().registry.source('u')?.status(), 5000);
        return { job: helper.getNode('j') as TestNode, results, result, mains };
    }
    const outcomes = (message: Result) => message.job.detail as WakeOutcome[];
    const shown = () =>
        ((helper.getNode('j') as unknown as { status: { args: [{ text: string }][] } }).status.args ?? []).map(
            ([status]) => status.text,
        );

    it('sends a packet to each MAC, whatever its notation, and tells so', async () => {
        const { job, result } = await load({ mac: `${MACS[0]}, 0200.0000.0002`, copies: 2 });
        job.receive(boolean(false));
        const message = await result();
        assert.deepEqual([message.job.ok, message.job.type], [true, 'ups-wol']);
        assert.deepEqual(
            outcomes(message).map(({ mac, state }) => [mac, state]),
            MACS.map((mac) => [mac, 'sent']),
        );
        await eventually(() => packets.length === 4);
        const expected = MACS.map((mac) => 'f'.repeat(12) + mac.replaceAll(':', '').repeat(16));
        assert.deepEqual(packets.sort(), [expected[0], expected[0], expected[1], expected[1]]);
        assert.match(theFlow().registry.site('s')!.store.logEntries()[0]!.text, /Wake-on-LAN of 2 .*: 02:.* sent/);
    });

    it('broadcasts, with the SecureOn password at the end, which stands nowhere else', async () => {
        const { job, result } = await load(
            { mac: MACS[0], address: '127.255.255.255' },
            {},
            { secureOn: 'a1:b2:c3:d4:e5:f6' },
        );
        job.receive(boolean(false));
        const message = await result();
        await eventually(() => packets.length === 1);
        assert.equal(packets[0]!.length, 216);
        assert.ok(packets[0]!.endsWith('020000000001a1b2c3d4e5f6'));
        const told = JSON.stringify([message, theFlow().registry.site('s')!.store.logEntries()]);
        assert.ok(!told.includes('a1:b2'));
    });

    it('wakes in order, until each answers, and reports who came up', async () => {
        const [first, second] = [await freePort(), await freePort()];
        const hosts = [
            { name: 'storage', mac: MACS[0], check: 'tcp', address: '127.0.0.1', port: first },
            { name: 'server', mac: MACS[1], check: 'tcp', address: '127.0.0.1', port: second },
        ];
        const { job, result } = await load({ mode: 'staged', hosts, gap: 0, repeat: 1, limit: 10 });
        job.receive(boolean(false));
        await eventually(() => packets.length === 1);
        assert.ok(packets[0]!.endsWith('020000000001'));
        await listen(first);
        await eventually(() => packets.some((packet) => packet.endsWith('020000000002')), 5000);
        await listen(second);
        const message = await result();
        assert.equal(message.job.ok, true, message.job.error);
        assert.deepEqual(
            outcomes(message).map(({ name, state }) => [name, state]),
            [
                ['storage', 'up'],
                ['server', 'up'],
            ],
        );
        assert.match(
            theFlow().registry.site('s')!.store.logEntries()[0]!.text,
            /storage up after \d s, server up after/,
        );
    });

    it('fails through done, naming the host that did not come up', async () => {
        const port = await freePort();
        const hosts = [{ name: 'storage', mac: MACS[0], check: 'tcp', address: '127.0.0.1', port }];
        const { job, result } = await load({ mode: 'staged', hosts, repeat: 1, limit: 1 });
        job.receive(boolean(false));
        const { job: outcome } = await result();
        assert.equal(outcome.ok, false);
        assert.match(outcome.error!, /hosts-failed.*not-woken.*storage/);
        assert.equal((job.error as unknown as { args: unknown[][] }).args.length, 1);
    });

    it('waits for the mains of its UPS and their time, then wakes', async () => {
        const { mains, result, results } = await load({ mac: MACS[0], gate: true, gateCharge: 20, gateMains: 1 });
        await mains(false);
        await mains(true);
        await eventually(() => shown().some((text) => /^mains 1 s more$/.test(text)), 5000);
        assert.deepEqual([results.length, packets.length], [0, 0]);
        assert.equal((await result()).job.ok, true);
        await eventually(() => packets.length === 1);
    });

    it('stops when the mains fail again while it waits, and begins anew with their next return', async () => {
        const { mains, result } = await load({ mac: MACS[0], gate: true, gateCharge: 0, gateMains: 3600 });
        await mains(false);
        await mains(true);
        await eventually(() => shown().some((text) => /^mains (1 h|59 min \d+ s) more$/.test(text)), 5000);
        await mains(false);
        const { job } = await result();
        assert.equal(job.ok, false);
        assert.match(job.error!, /mains-failed-again.*done 0.*total 1/);
        const before = shown().length;
        await mains(true);
        await eventually(
            () =>
                shown()
                    .slice(before)
                    .some((text) => /^mains (1 h|59 min \d+ s) more$/.test(text)),
            5000,
        );
        assert.equal(packets.length, 0);
    });

    it('stops when the mains fail again while hosts come up, without any gate', async () => {
        const [up, down] = [await listen(), await freePort()];
        const hosts = [
            { name: 'a', mac: MACS[0], check: 'tcp', address: '127.0.0.1', port: up },
            { name: 'b', mac: MACS[1], check: 'tcp', address: '127.0.0.1', port: down },
        ];
        const { mains, result } = await load({
            mode: 'staged',
            hosts,
            gap: 0,
            repeat: 1,
            limit: 600,
            shutdownSeconds: 0,
        });
        await mains(false);
        await mains(true);
        await eventually(() => packets.some((packet) => packet.endsWith('020000000002')), 5000);
        await mains(false);
        const message = await result();
        assert.match(message.job.error!, /mains-failed-again.*done 1.*total 2/);
        assert.deepEqual(
            outcomes(message).map(({ name, state }) => [name, state]),
            [
                ['a', 'already-up'],
                ['b', 'stopped'],
            ],
        );
        const sent = packets.length;
        await mains(true);
        await eventually(() => packets.length > sent, 5000);
        await mains(false);
        assert.match((await result(2)).job.error!, /mains-failed-again/, 'the next return of the mains began anew');
    });

    it('goes on after a deploy: nobody twice, and the gate stays open', async () => {
        const [first, second] = [await freePort(), await freePort()];
        const hosts = [
            { name: 'a', mac: MACS[0], check: 'none' },
            { name: 'b', mac: MACS[1], check: 'tcp', address: '127.0.0.1', port: second },
        ];
        assert.ok(first);
        const config = {
            mode: 'staged',
            hosts,
            gap: 0,
            repeat: 1,
            limit: 600,
            gate: true,
            gateCharge: 1,
            gateMains: 0,
            // Else one that was not seen down twice before the deploy counts as up only after its shutdown time.
            shutdownSeconds: 0,
        };
        const { mains } = await load(config);
        await mains(false);
        await mains(true);
        // Before the second packet it was asked, and seen down: else it counts as one that was up all the time.
        await eventually(() => packets.filter((packet) => packet.endsWith('020000000002')).length > 1, 5000);
        await time.unload();
        const sent = packets.length;
        await new Promise((resolve) => setImmediate(resolve));
        assert.equal(packets.length, sent, 'nothing goes out of a closed node');
        packets.length = 0;
        await listen(second);
        const { result } = await load(config);
        const message = await result();
        assert.deepEqual(
            outcomes(message).map(({ name, state }) => [name, state]),
            [
                ['a', 'sent'],
                ['b', 'up'],
            ],
        );
        assert.deepEqual(packets, []);
    });

    it('says once that its packets went out, though a deploy comes before they are sent once more', async () => {
        const config = { mac: MACS[0], shutdownSeconds: 2 };
        const { mains, result } = await load(config);
        await mains(false);
        await mains(true);
        assert.equal((await result()).job.ok, true);
        await eventually(() => theFlow().registry.site('s')!.store.unsettledDeliveries('j').length === 0);
        await time.unload();
        const before = packets.length;
        const { results } = await load(config);
        await eventually(() => packets.length > before, 5000);
        const told = () =>
            theFlow()
                .registry.site('s')!
                .store.logEntries()
                .filter(({ nodeId, kind }) => nodeId === 'j' && kind === 'job');
        await eventually(() => theFlow().registry.site('s')!.store.interruptedJobs('j').length === 0, 5000);
        assert.deepEqual([told().length, results.length, packets.length - before], [1, 0, 1]);
    });

    it('rehearses nothing that it has told as done, when a deploy switches the dry run on', async () => {
        const config = { mac: MACS[0], shutdownSeconds: 60 };
        const { mains, result } = await load(config);
        await mains(false);
        await mains(true);
        assert.equal((await result()).job.dryRun, false);
        await eventually(() => theFlow().registry.site('s')!.store.unsettledDeliveries('j').length === 0);
        await time.unload();
        const { results } = await load(config, { dryRun: true });
        await eventually(() => theFlow().registry.site('s')!.store.interruptedJobs('j').length === 0, 5000);
        assert.deepEqual(results, []);
    });

    it('only says what it would do in a dry run', async () => {
        const { job, result } = await load({ mac: MACS[0], gate: 'yes', gateCharge: 60, ups: 'u' }, { dryRun: true });
        job.receive(boolean(false));
        assert.equal((await result()).job.dryRun, true);
        const [entry] = theFlow()
            .registry.site('s')!
            .store.logEntries({ limit: 1 } as never);
        assert.match(entry!.text, /Wake-on-LAN of 1 .*charge >= 60 % and mains back for 5 min/);
        assert.deepEqual(packets, []);
    });

    const errors = () =>
        (helper.getNode('j') as unknown as { error: { args: [string][] } }).error.args.map(([text]) => text);

    it('asks for its UPS at the deploy, where a contact stands before its gate', async () => {
        const door = { id: 'in', type: 'ups-digital-input', name: 'Door', site: 's', z: 'f', wires: [['j']] };
        await load({ mac: MACS[0], gate: true }, {}, {}, [door]);
        await eventually(() => errors().length > 0);
        assert.match(errors().join(), /config-missing.*property ups/);
        await time.unload();
        await load({ mac: MACS[0], gate: true, ups: 'u' }, {}, {}, [door]);
        await time.unload();
        await load({ mac: MACS[0], gate: true });
        await new Promise((done) => setImmediate(done));
        assert.deepEqual(errors(), []);
    });

    it('has the gate of its dialog where only the box is ticked, and waits for the end of the event', async () => {
        const { job, result, results } = await load(
            { mac: MACS[0], gate: 'on', ups: 'u', edge: undefined },
            { dryRun: true },
        );
        job.receive(boolean(true));
        job.receive(boolean(false));
        await result();
        assert.equal(results.length, 1);
        const [entry] = theFlow()
            .registry.site('s')!
            .store.logEntries({ limit: 1 } as never);
        assert.match(entry!.text, /charge >= 50 % and mains back for 5 min/);
    });

    it('says at once that its settings are wrong', async () => {
        for (const [wrong, property] of [
            [{ mac: '' }, 'mac'],
            [{ mac: '01:02:03' }, 'mac'],
            [{ mac: MACS[0], address: '192.0.2.256' }, 'address'],
            [{ mac: MACS[0], port: 0 }, 'port'],
            [{ mac: MACS[0], mode: 'all' }, 'mode'],
            [{ mode: 'staged', hosts: [] }, 'hosts'],
            [{ mode: 'staged', hosts: [{ mac: MACS[0], check: 'tcp' }] }, 'hosts'],
            [{ mac: MACS[0], gate: true, gateCharge: 101 }, 'gateCharge'],
            [{ mac: MACS[0], gate: 'perhaps' }, 'gate'],
            [{ mac: MACS[0], gate: '' }, 'gate'],
            // A button says nothing of a UPS.
            [{ mac: MACS[0], gate: true }, 'ups'],
        ] as const) {
            const { job, result } = await load(wrong);
            job.receive(boolean(false));
            const { job: outcome } = await result();
            assert.equal(outcome.ok, false, JSON.stringify(wrong));
            assert.match(outcome.error!, new RegExp(`config-(missing|invalid).*property ${property}`));
            await time.unload();
        }
    });

    it('says it at the end of the event alone, where its settings are wrong and lack the edge', async () => {
        const { job, result, results } = await load({ mac: '01:02:03', edge: undefined });
        job.receive(boolean(true));
        job.receive(boolean(false));
        await result();
        assert.deepEqual(
            results.map(({ payload }) => payload),
            [false],
        );
    });
});
