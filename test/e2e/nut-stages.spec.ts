import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../support/eventually';
import { NutLineClient } from '../support/nut-line-client';
import { requirePeer } from '../support/peers';
import { Relay } from '../support/relay';
import { severalUpsmons, Upsmon, upsmonBeside } from '../support/upsmon';
import { freePort } from '../support/free-port';
import { NodeRedProcess } from './support/node-red-process';
import { waitFor } from './support/wait-for';

type FlowNode = Record<string, unknown> & { id: string; type: string; name?: string };
const FLOW = JSON.parse(readFileSync(join(__dirname, '../../flows/nut-stages.json'), 'utf8')) as FlowNode[];
const idOf = (type: string, name?: string) =>
    FLOW.find((node) => node.type === type && (name === undefined || node.name === name))!.id;

/** s; the flow says 60, 180 and 300, and is played so by test/nodes/nut-stages.spec.ts. NUT_STAGES=real plays it so here too. */
const STAGES = process.env.NUT_STAGES === 'real' ? [60, 180, 300] : [3, 6, 9];
/** ms: upsmon asks each second here (five by default), and takes some time to go down, on a busy machine. */
const A_POLL = 1000 + 800;
/** ms, until the server tells the order. */
const TOLD_WITHIN = 400;

/** The flow as it is shipped, with real clients: each asks for `ups`, and is known by its address. */
describe('flows/nut-stages with nine real upsmon', function () {
    this.timeout(900_000);
    let nodeRed: NodeRedProcess;
    let program: string;
    let port: number;
    let wakes: Socket;
    let woken: Set<string>;
    let watcher: NutLineClient;
    const relays: Relay[] = [];
    const upsmons: Upsmon[] = [];

    before(async function () {
        program = upsmonBeside(requirePeer(this, 'dummy-ups'));
        // Several upsmon beside each other take mount namespaces, which some containers forbid.
        if (!severalUpsmons()) this.skip();
        port = await freePort();
        woken = new Set();
        wakes = createSocket('udp4').bind(0, '127.0.0.1');
        await once(wakes, 'listening');
        // Of a magic packet the last byte of the card, which counts as the addresses of the flow do.
        wakes.on('message', (packet) => woken.add(packet.subarray(6, 12).toString('hex').slice(-2)));
        const delays = new Map(
            ['after 1 min', 'after 3 min', 'after 5 min'].map((name, index) => [name, STAGES[index]]),
        );
        const flows = FLOW.map((node) => ({
            ...node,
            ...(node.type === 'ups-timing' && { seconds: delays.get(node.name!) }),
            ...(node.type === 'ups-nut-server' && { port, credentials: { password1: 'pw' } }),
            ...(node.type === 'ups-wol' && { port: wakes.address().port }),
            ...(node.type === 'ups-simulator' && { interval: 0.5 }),
        }));
        nodeRed = await NodeRedProcess.start({ flows: [] });
        await nodeRed.deploy(flows);
        await waitFor('the user', async () => {
            watcher?.end();
            watcher = new NutLineClient(port, eventually, '127.0.0.11');
            return (await watcher.login('monuser', 'pw', 'stage1')) === 'OK';
        });
        watcher.end();
        watcher = new NutLineClient(port, eventually, '127.0.0.99');
        // Who has not logged in is cut off after 30 s without a request.
        await watcher.login('monuser', 'pw', 'ups');
        for (let n = 1; n <= 9; n++) relays.push(await Relay.start(port, `127.0.0.${10 + n}`));
    });
    after(async () => {
        await Promise.all(upsmons.map((each) => each.stop()));
        for (const relay of relays) relay.stop();
        watcher?.end();
        wakes?.close();
        await nodeRed?.stop();
    });

    const start = (index: number) =>
        (upsmons[index] = Upsmon.start(program, {
            monitor: `ups@127.0.0.1:${relays[index]!.port} 1 monuser pw secondary`,
        }));
    const logins = async () => {
        const told = [];
        for (const stage of [1, 2, 3])
            told.push(Number((await watcher.ask(`GET NUMLOGINS stage${stage}`)).split(' ')[2]));
        return told;
    };
    const allLoggedIn = () => waitFor('nine log-ins', async () => (await logins()).join() === '3,3,3');
    /** @returns epoch ms of the first answer that has this flag */
    async function mains(there: boolean): Promise<number> {
        await nodeRed.inject(idOf('inject', there ? 'Mains return' : 'Mains fail'));
        let at = 0;
        await waitFor('the mains', async () => {
            at = Date.now();
            return new RegExp(there ? '"OL' : '\\bOB\\b').test(await watcher.status('ups'));
        });
        return at;
    }
    const down = () => upsmons.map(({ isDown }) => isDown);
    const firstStages = (stages: number) => Array.from({ length: 9 }, (_, index) => index < stages * 3);

    it('leaves six up when the mains are back after stage 1, takes the order back, and wakes the three', async () => {
        for (let n = 0; n < 9; n++) start(n);
        await allLoggedIn();
        const since = await mains(false);
        await waitFor('stage 1', () => Promise.resolve(down().slice(0, 3).every(Boolean)), STAGES[0]! * 1000 + 20_000);
        await waitFor('their log-outs', async () => (await logins()).join() === '0,3,3');
        assert.match(await watcher.status('stage1'), /"FSD .*OB/);
        await mains(true);
        assert.match(await watcher.status('stage1'), /"OL/);
        await waitFor('the wakes', () => Promise.resolve(woken.size >= 3));
        await delay(Math.max(0, since + STAGES[2]! * 1000 + A_POLL - Date.now()));
        assert.deepEqual(down(), firstStages(1));
        assert.deepEqual([...woken].sort(), ['11', '12', '13']);
        assert.deepEqual(await logins(), [0, 3, 3]);
        for (const each of upsmons.slice(3)) assert.deepEqual(each.told(), ['ONBATT', 'ONLINE']);
    });

    it('tells each its order at its time, and each is down within a poll', async () => {
        for (let n = 0; n < 3; n++) {
            await upsmons[n]!.stop();
            start(n);
        }
        await allLoggedIn();
        const since = await mains(false);
        const told: number[] = [];
        for (const stage of [1, 2, 3]) {
            const isTold = async () => /"FSD/.test(await watcher.status(`stage${stage}`));
            await waitFor(`stage ${stage}`, isTold, STAGES[2]! * 1000 + 20_000);
            told.push(Date.now() - since - STAGES[stage - 1]! * 1000);
        }
        await waitFor('all', () => Promise.resolve(down().every(Boolean)));
        const late = upsmons.map(({ downAt }, index) => downAt! - since - STAGES[Math.floor(index / 3)]! * 1000);
        const measured = `ms after their times: told ${told.join(' ')}, down ${late.map(Math.round).join(' ')}`;
        if (process.env.NUT_STAGES) console.log(measured);
        for (const each of told) assert.ok(Math.abs(each) <= TOLD_WITHIN, measured);
        for (const each of late) assert.ok(each >= -TOLD_WITHIN && each <= A_POLL, measured);
        await waitFor('the last log-out', async () => (await logins()).join() === '0,0,0');
    });
});
