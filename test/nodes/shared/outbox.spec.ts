import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { EventMessage } from '../../../lib/core/messages';
import upsSite from '../../../nodes/config/ups-site';
import upsTiming from '../../../nodes/events/ups-timing';
import { attachJob, type JobConfig } from '../../../nodes/shared/job/job';
import { eventuallyBy, whileItGoes } from '../../support/eventually';
import { FakeClock } from '../../support/fake-clock';
import { FakeSource } from '../../support/fake-source';
import { helper, liveBy, theFlow } from '../../support/node-red';

describe('Outbox', () => {
    let clock: FakeClock;
    let directory: string;
    let source: FakeSource;
    let runs: string[];
    const eventually = <T>(condition: () => T) => eventuallyBy(clock, condition);

    before(() => helper.startServer());
    after(() => helper.stopServer());
    beforeEach(() => {
        clock = new FakeClock();
        liveBy(clock);
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-'));
        source = new FakeSource('source1', 'UPS 1', clock);
        runs = [];
    });
    afterEach(async () => {
        theFlow().registry.removeSource(source);
        await whole(helper.unload() as unknown as Promise<unknown>);
        rmSync(directory, { recursive: true });
    });

    const testJob = (RED: NodeAPI) => {
        RED.nodes.registerType('test-job', function (this: Node, config: JobConfig) {
            RED.nodes.createNode(this, config);
            attachJob(RED, this, config, {
                type: 'test-job',
                describe: () => 'would run',
                run: async ({ message }) => {
                    runs.push(`${message.event.firing ?? message.event.id} ${message.payload}`);
                    return { summary: 'ran' };
                },
            });
        } as never);
    };
    /** As a job that sends its last mail before it lets go. */
    const slowToClose = (RED: NodeAPI) => {
        RED.nodes.registerType('slow-to-close', function (this: Node, config: NodeDef) {
            RED.nodes.createNode(this, config);
            this.on('close', (done: () => void) => void clock.setTimeout(done, 600));
        } as never);
    };

    const flow = (name: string, seconds: number, wires = ['job1']) => [
        { id: 'tab1', type: 'tab', label: 'Tab' },
        { id: 'site1', type: 'ups-site', name: 'Site', directory },
        { id: 'timing1', z: 'tab1', type: 'ups-timing', mode: 'after', seconds, wires: [wires] },
        { id: 'timing2', z: 'tab1', type: 'ups-timing', mode: 'immediately', name, wires: [['job1']] },
        { id: 'job1', z: 'tab1', type: 'test-job', name, edge: 'both', wires: [] },
        { id: 'slow1', z: 'tab1', type: 'slow-to-close', name },
    ];

    async function begin(seconds: number, wires?: string[]): Promise<EventMessage> {
        await helper.load([upsSite, upsTiming, testJob, slowToClose] as never, flow('before', seconds, wires) as never);
        theFlow().registry.addSource(source, theFlow().registry.site('site1'));
        const event = source.on('power-fail', `e${Math.random()}`);
        const message = { topic: 'UPS 1/power-fail', payload: true, event };
        (helper.getNode('timing1') as Node).receive(message as never);
        return message;
    }

    const deploy = (seconds: number, wires?: string[]) =>
        (helper as unknown as { setFlows(flow: object[], type: string): Promise<void> }).setFlows(
            flow('after', seconds, wires),
            'nodes',
        );

    const whole = (deployed: Promise<unknown>) => whileItGoes(clock, deployed);

    it('what falls due while a deploy replaces the job runs once, when the job is back', async () => {
        await begin(0.3);
        const deployed = deploy(0.3);
        await clock.advance(450);
        assert.deepEqual(runs, [], 'the job was not there');
        await whole(deployed);
        await eventually(() => runs.length > 0);
        await clock.advance(700);
        assert.deepEqual(runs, ['timing1#1 true']);
        const { unsettledDeliveries, unfinishedJobs } = theFlow().registry.site('site1')!.store.stats();
        assert.deepEqual([unsettledDeliveries, unfinishedJobs], [0, 0]);
    });

    it('what leaves just before a deploy is taken up once by the successor of a timing', async () => {
        await begin(0.3, ['timing2']);
        await clock.advance(295);
        await whole(deploy(0.3, ['timing2']));
        await eventually(() => runs.length > 0);
        await clock.advance(700);
        assert.deepEqual(runs, ['timing1#1/timing2#1 true']);
    });

    it('what has ended in the meantime is not sent again', async () => {
        await begin(0.3);
        const deployed = deploy(0.3);
        await clock.advance(450);
        source.off('power-fail');
        await whole(deployed);
        await clock.advance(700);
        assert.deepEqual(runs, ['timing1 false']);
        assert.equal(theFlow().registry.site('site1')!.store.stats().unsettledDeliveries, 0);
    });

    describe('the end of an outage that met a deploy, and a second outage', () => {
        const endInADeploy = async () => {
            const { event } = await begin(0.05);
            await eventually(() => runs.length === 1);
            const deployed = deploy(0.05);
            await clock.advance(300);
            source.off('power-fail');
            await clock.advance(100);
            const second = source.on('power-fail', 'second');
            await whole(deployed);
            await clock.advance(500);
            assert.deepEqual(runs, ['timing1#1 true'], 'not in mid-outage');
            return { event, second };
        };

        it('is told when a short second one is over', async () => {
            await endInADeploy();
            source.off('power-fail');
            await eventually(() => runs.length === 2);
            await clock.advance(300);
            assert.deepEqual(runs, ['timing1#1 true', 'timing1 false']);
            assert.equal(theFlow().registry.site('site1')!.store.stats().unsettledDeliveries, 0);
        });

        it('is not told beside the end of the second', async () => {
            const { second } = await endInADeploy();
            const message = { topic: 'UPS 1/power-fail', payload: true, event: second };
            (helper.getNode('timing1') as Node).receive(message as never);
            await eventually(() => runs.length === 2);
            source.off('power-fail');
            await clock.advance(600);
            assert.deepEqual(runs, ['timing1#1 true', 'timing1#1 true', 'timing1 false']);
            assert.equal(theFlow().registry.site('site1')!.store.stats().unsettledDeliveries, 0);
        });
    });
});
