import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import type { JobResult } from '../../lib/core/messages';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsSimulator from '../../nodes/devices/ups-simulator';
import upsEvent from '../../nodes/events/ups-event';
import upsTiming from '../../nodes/events/ups-timing';
import upsNutFsd from '../../nodes/jobs/ups-nut-fsd';
import upsWol from '../../nodes/jobs/ups-wol';
import upsNutServer from '../../nodes/servers/ups-nut-server';
import { fakeTime } from '../support/fake-time';
import { freePort } from '../support/free-port';
import { helper } from '../support/node-red';
import { NutLineClient } from '../support/nut-line-client';

const NODES = [upsSite, upsUnit, upsSimulator, upsEvent, upsTiming, upsNutServer, upsNutFsd, upsWol] as never;
type FlowNode = Record<string, unknown> & { id: string; type: string; name?: string; wires?: string[][] };
const FLOW = JSON.parse(readFileSync(join(__dirname, '../../flows/nut-stages.json'), 'utf8')) as FlowNode[];

/** A computer that watches `ups`, as upsmon does, and goes down by FSD. */
class Computer {
    downAt?: number;

    constructor(
        readonly address: string,
        readonly client: NutLineClient,
    ) {}

    /** @param now of the clock, ms */
    async poll(now: number): Promise<void> {
        if (this.downAt !== undefined) return;
        const status = await this.client.status('ups');
        assert.match(status, /^VAR ups ups\.status "/, this.address);
        if (!/\bFSD\b/.test(status)) return;
        assert.match(status, /\bOB\b/, this.address);
        assert.doesNotMatch(status, /\bOL\b/, this.address);
        this.downAt = now;
        this.client.end();
    }
}

describe('flows/nut-stages', function () {
    this.timeout(60_000);
    const time = fakeTime();
    let directory: string;
    let port: number;
    let computers: Computer[];
    let results: (JobResult & { detail: { left: boolean }[] })[];

    before((done) => void helper.startServer(done));
    after((done) => void helper.stopServer(done));
    beforeEach(async () => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-stages-'));
        port = await freePort();
        results = [];
        const given = FLOW.filter(({ type }) => !['group', 'comment', 'inject'].includes(type)).map((node) => ({
            ...node,
            ...(node.type === 'ups-site' && { directory }),
            ...(node.type === 'ups-nut-server' && { port }),
            ...((node.type === 'ups-nut-fsd' || node.type === 'ups-wol') && { wires: [['out']] }),
        }));
        const flow = [...given, { id: 'out', type: 'helper', z: FLOW[0]!.id }];
        const server = FLOW.find(({ type }) => type === 'ups-nut-server')!.id;
        await helper.load(NODES, flow as never, { [server]: { password1: 'pw' } } as never);
        (helper.getNode('out') as Node).on('input', (message) => {
            results.push((message as unknown as { job: (typeof results)[number] }).job);
        });
        await time.eventually(() => {
            const { status } = helper.getNode(server) as unknown as { status: { args: [{ text: string }][] } };
            return status.args.some(([{ text }]) => text.startsWith('127.0.0.1:'));
        });
        computers = [];
        for (let n = 1; n <= 9; n++) {
            const address = `127.0.0.${10 + n}`;
            const client = new NutLineClient(port, time.eventually, address);
            computers.push(new Computer(address, client));
            assert.equal(await client.login('monuser', 'pw', 'ups'), 'OK', address);
        }
    });
    afterEach(async () => {
        for (const { client } of computers) client.end();
        await time.unload();
        await time.clock.advance(6000);
        rmSync(directory, { recursive: true, force: true });
    });

    const mains = (there: boolean) =>
        (helper.getNode(FLOW.find(({ type }) => type === 'ups-simulator')!.id) as Node).receive({
            topic: 'mains',
            payload: there,
        } as never);
    /** Lets seconds pass, in each of which every computer looks once. */
    async function play(seconds: number): Promise<void> {
        for (let second = 0; second < seconds; second++) {
            await time.clock.advance(1000);
            for (const computer of computers) await computer.poll(time.clock.monotonic());
        }
    }
    const downAfter = (since: number) =>
        computers.map(({ downAt }) => (downAt === undefined ? undefined : Math.round((downAt - since) / 1000)));

    it('shuts nine clients down in three stages, each within a second or a poll of its time', async () => {
        await play(3);
        const since = time.clock.monotonic();
        mains(false);
        await play(310);
        const down = downAfter(since);
        [60, 60, 60, 180, 180, 180, 300, 300, 300].forEach((due, index) => {
            assert.ok(down[index]! >= due && down[index]! <= due + 3, `${computers[index]!.address}: ${down[index]} s`);
        });
        await time.eventually(() => results.filter(({ type }) => type === 'ups-nut-fsd').length === 3);
        for (const { type, ok, detail } of results.filter(({ type: each }) => each === 'ups-nut-fsd')) {
            assert.equal(ok, true, type);
            assert.deepEqual(
                detail.map(({ left }) => left),
                [true, true, true],
            );
        }
    });

    it('leaves six up when the mains are back after the first stage, and wakes its three only', async () => {
        await play(3);
        const since = time.clock.monotonic();
        mains(false);
        await play(90);
        mains(true);
        await play(300);
        assert.equal(downAfter(since).filter((at) => at !== undefined).length, 3);
        const woken = results.filter(({ type }) => type === 'ups-wol');
        assert.deepEqual(
            woken.map(({ name, ok }) => [name, ok]),
            [['Stage 1: wake', true]],
        );
        const again = new NutLineClient(port, time.eventually, '127.0.0.11');
        computers.push(new Computer('127.0.0.11 again', again));
        assert.match(await again.status('ups'), /"OL( CHRG)?"$/);
    });
});
