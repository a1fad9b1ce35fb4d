import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Node, NodeAPI } from 'node-red';
import upsSite from '../../../nodes/config/ups-site';
import { attachJob, type JobConfig, type JobSpec } from '../../../nodes/shared/job/job';
import { wait } from '../../../lib/core/abortable-wait';
import { eventuallyBy } from '../../support/eventually';
import { FakeClock } from '../../support/fake-clock';
import { FakeSource } from '../../support/fake-source';
import { helper, liveBy, theFlow } from '../../support/node-red';

type Received = { payload: unknown; job: { ok: boolean; dryRun: boolean; error?: string } };

describe('attachJob', () => {
    let directory: string;
    let runs: string[];
    let out: Received[];
    let spec: Partial<JobSpec>;
    let clock: FakeClock;
    const eventually = <T>(condition: () => T) => eventuallyBy(clock, condition);

    before(() => helper.startServer());
    after(() => helper.stopServer());
    beforeEach(() => {
        clock = new FakeClock();
        liveBy(clock);
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-'));
        runs = [];
        out = [];
        spec = {};
    });
    afterEach(async () => {
        await helper.unload();
        rmSync(directory, { recursive: true });
    });

    const testJob = (RED: NodeAPI) => {
        RED.nodes.registerType('test-job', function (this: Node, config: JobConfig) {
            RED.nodes.createNode(this, config);
            attachJob(RED, this, config, {
                type: 'test-job',
                describe: () => 'would run',
                run: async ({ message }) => {
                    runs.push(`${message.event.id} ${message.event.active}`);
                    return { summary: 'ran' };
                },
                ...spec,
            });
        } as never);
    };

    async function load(job: object = {}, site: object = {}): Promise<void> {
        await helper.load(
            [upsSite, testJob] as never,
            [
                { id: 'site1', type: 'ups-site', name: 'Site', directory, ...site },
                { id: 'job1', type: 'test-job', wires: [['out', 'out2']], ...job },
                { id: 'out', type: 'helper' },
                { id: 'out2', type: 'helper' },
            ] as never,
        );
        (helper.getNode('out') as Node).on('input', (message) => out.push(message as unknown as Received));
    }

    const send = (message: object) => (helper.getNode('job1') as Node).receive(message as never);

    it('keeps to the dry run of a site whose store cannot be opened', async () => {
        // As a newer version of this package leaves it behind.
        mkdirSync(directory, { recursive: true });
        const newer = new DatabaseSync(join(directory, 'ridethrough.sqlite'));
        newer.exec('PRAGMA user_version = 9999');
        newer.close();
        for (const job of [{}, { site: 'site1' }]) {
            await load(job, { dryRun: true });
            assert.equal(theFlow().registry.sites().length, 0, 'the store must have been refused');
            send({ topic: 'UPS 1/power-fail', payload: true });
            await eventually(() => out.length === 1);
            assert.deepEqual(runs, []);
            assert.equal(out.splice(0)[0].job.dryRun, true);
            await helper.unload();
        }
        await load({}, { dryRun: false });
        send({ topic: 'UPS 1/power-fail', payload: true });
        await eventually(() => out.length === 1);
        assert.deepEqual(runs, ['power-fail true'], 'without the tick it is for real');
    });

    it('begins nothing on a payload that is no known word, and says so through done()', async () => {
        await load({ edge: 'both' });
        const errors: string[] = [];
        const node = helper.getNode('job1') as unknown as { error: (text: string) => void };
        node.error = (text) => void errors.push(text);
        for (const payload of ['maybe', {}, 1_764_400_000_000]) send({ topic: 'door/mains', payload });
        await eventually(() => errors.length === 3);
        assert.match(errors[0], /payload-unknown .*maybe/);
        for (const payload of ['OFF', 'on']) send({ topic: 'door/mains', payload });
        await eventually(() => out.length === 2);
        assert.deepEqual(runs, ['mains false', 'mains true']);
    });

    it('does not go on at the beginning with what is to run at the end since the deploy', async () => {
        const source = new FakeSource('source-edge', 'UPS 1', clock);
        theFlow().registry.addSource(source, undefined);
        const event = source.on('power-fail', 'edge1');
        spec.run = async ({ message, clock, signal }) => {
            runs.push(`begun ${message.event.active}`);
            await wait(clock, 60_000, signal);
            return { summary: 'ran' };
        };
        await load({ edge: 'on' });
        send({ topic: 'UPS 1/power-fail', payload: true, event });
        await eventually(() => runs.length === 1);
        await helper.unload();
        spec = {};
        await load({ edge: 'off' });
        await clock.advance(100);
        assert.deepEqual(runs, ['begun true']);
        assert.equal(theFlow().registry.site('site1')!.store.stats().unfinishedJobs, 0);
        source.off('power-fail');
        send({ topic: 'UPS 1/power-fail', payload: false, event: { ...event, active: false } });
        await eventually(() => runs.length === 2);
        assert.equal(runs[1], 'power-fail false');
        theFlow().registry.removeSource(source);
    });

    it('outlives a message that cannot be copied', async () => {
        const rejections: unknown[] = [];
        const note = (reason: unknown) => rejections.push(reason);
        const others = process.listeners('unhandledRejection');
        process.removeAllListeners('unhandledRejection');
        process.on('unhandledRejection', note);
        try {
            await load();
            const gadget = Object.defineProperty(new (class Gadget {})(), 'broken', {
                enumerable: true,
                get() {
                    throw new Error('gone');
                },
            });
            send({ topic: 'UPS 1/power-fail', payload: true, gadget });
            await clock.advance(100);
            assert.deepEqual(rejections, []);
            assert.equal(runs.length, 1);
        } finally {
            process.off('unhandledRejection', note);
            for (const listener of others) process.on('unhandledRejection', listener);
        }
    });

    it('fills its texts whatever was made of the event and the status on the way', async () => {
        const texts: string[] = [];
        spec.run = async ({ text }) => {
            texts.push(
                text('{{event.value}} {{event.level}} {{input.voltage}} {{alarms}} {{test.result}} {{event.since}}'),
            );
            return { summary: 'ran' };
        };
        await load();
        const odd = JSON.parse('{"toString":1,"__proto__":{"a":1}}') as object;
        const statuses = [
            { identity: null, battery: null, output: { lines: null }, derived: null },
            { identity: {}, battery: {}, output: { lines: [null] }, derived: {}, alarms: 'all' },
            { identity: {}, battery: {}, output: { lines: [] }, derived: {} },
            'no status',
        ];
        for (const status of statuses) {
            const event = { id: 'x', level: odd, value: odd, unit: odd, evidence: 7, firing: odd, since: 1e300 };
            send({ topic: 'a/b', payload: true, status, event });
        }
        await eventually(() => out.length === statuses.length);
        assert.deepEqual(
            out.map(({ job }) => job.error),
            [undefined, undefined, undefined, undefined],
        );
        for (const text of texts) assert.match(text, /^NA info NA NA NA \d{4}-/);
    });

    it('runs once for an edge that two paths bring, and calls done for each', async () => {
        await load();
        let done = 0;
        const node = helper.getNode('job1') as Node & { _complete(message: unknown, error?: Error): void };
        node._complete = () => void done++;
        const event = { id: 'power-fail', sourceId: 'x', episode: 'twice', active: true };
        send({ topic: 'UPS 1/power-fail', payload: true, event });
        send({ topic: 'UPS 1/power-fail', payload: true, event: { ...event } });
        await eventually(() => done === 2);
        assert.deepEqual(runs, ['power-fail true']);
    });
});
