import assert from 'node:assert/strict';
import upsTest from '../../nodes/jobs/ups-test';
import { CardFlow } from '../support/card-flow';
import { helper } from '../support/node-red';

const TEST = { type: 'ups-test', test: 'battery', minutes: 5 };

describe('ups-test', () => {
    let flow: CardFlow;
    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(() => {
        flow = new CardFlow(upsTest);
    });
    afterEach(() => flow.end());

    it('tells the result of a quick test over SNMP when it has ended, with its events and no outage', async () => {
        await flow.load(TEST);
        const { job } = await flow.send(undefined, 8000);
        assert.equal(job?.ok, true);
        const detail = job?.detail as { result: string; by: string; voltageBefore: number };
        assert.equal(detail.result, 'passed');
        assert.equal(detail.by, 'device');
        assert.ok(detail.voltageBefore > 40);
        await flow.eventually(() => flow.events.includes('test-passed on'));
        assert.ok(flow.events.includes('test-in-progress on'));
        assert.ok(!flow.events.includes('power-fail on'));
        assert.ok(flow.log.some((text) => text.includes('short battery test: passed')));
    }).timeout(10_000);

    it('warns before a full test at a load that says little of the battery, and tells what it took', async () => {
        flow = new CardFlow(upsTest, { loadVA: 100, ratedVA: 1000 });
        await flow.load({ ...TEST, test: 'full' });
        const job = helper.getNode('job') as unknown as { warn: { args: [string][] } };
        const sent = flow.send(undefined, 8000);
        await flow.eventually(() => flow.ups.reading().test?.result === 'in-progress');
        assert.ok(job.warn.args.some(([text]) => text.includes('test-low-load') || text.includes('25 %')));
        flow.execute({ type: 'test', test: 'abort' });
        const { detail } = (await sent).job!;
        assert.equal((detail as { lowLoadPercent: number }).lowLoadPercent, 10);
        assert.ok(
            flow.log.some((text) => text.includes('testCharge; testLowLoad')),
            flow.log.join(),
        );
    }).timeout(10_000);
    it('says of a full test how long it took, the charge, and that the load was too low', async () => {
        await flow.end();
        flow = new CardFlow(upsTest, { ratedVA: 1000, loadVA: 180, holdMinutes: 0.1, lowMinutes: 0.01 });
        await flow.load({ ...TEST, test: 'full' });
        await flow.send(undefined, 15_000);
        // Words of the shared set stand here as their keys.
        assert.ok(
            flow.log.includes('UPS 1: full discharge: passed; testOnBattery; testCharge; testLowLoad'),
            flow.log.join(),
        );
    }).timeout(20_000);

    it('aborts a test', async () => {
        flow.execute({ type: 'test', test: 'full' });
        await flow.load({ ...TEST, test: 'abort' });
        const { job } = await flow.send();
        assert.deepEqual(job?.detail, { confirmed: true });
        assert.equal(flow.ups.reading().test?.result, 'aborted');
    });

    it('says that RFC 1628 has no test of a chosen length, and sends nothing', async () => {
        await flow.load({ ...TEST, test: 'custom' });
        const { job } = await flow.send();
        assert.equal(job?.ok, false);
        assert.deepEqual(flow.sets, []);
    });

    it('fails without a UPS', async () => {
        await flow.load(TEST, { ups: '' });
        assert.equal((await flow.send()).job?.ok, false);
    });

    it('only says in a dry run what it would do', async () => {
        await flow.load(TEST, { dryRun: true });
        assert.equal((await flow.send()).job?.dryRun, true);
        assert.deepEqual(flow.sets, []);
    });

    it('leaves nothing behind when it is closed while it waits, and does not start the test twice', async () => {
        await flow.load({ ...TEST, test: 'full' });
        (helper.getNode('job') as unknown as { receive(message: object): void }).receive({ topic: 't', payload: true });
        await flow.eventually(() => flow.ups.reading().test?.result === 'in-progress');
        const sets = flow.sets.length;
        await flow.unload();
        await flow.load({ ...TEST, test: 'full' });
        assert.equal(flow.sets.length, sets);
    });
});
