import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { JobResult } from '../../../lib/core/messages';
import upsLog from '../../../nodes/jobs/ups-log';
import upsDigitalInput from '../../../nodes/sensors/ups-digital-input';
import { helper } from '../../support/node-red';
import { SourceFlow } from '../../support/source-flow';

const job = { id: 'job1', type: 'ups-log', text: 'x', wires: [['out']] };
const contact = { id: 'in1', type: 'ups-digital-input', name: 'Door', contact: 'no', debounce: 0, wires: [['job1']] };
/** Replaces the site that SourceFlow brings along: the last one of an id counts. */
const site = (directory: string, dryRun: unknown) => ({
    id: 'site1',
    type: 'ups-site',
    name: 'Site',
    directory,
    dryRun,
});

describe('dry run of a site', () => {
    let bench: SourceFlow;

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(() => (bench = new SourceFlow([upsDigitalInput, upsLog])));
    afterEach(() => bench.close());

    const outcome = async (): Promise<JobResult> => {
        const message = await bench.eventually(() => bench.arrived()[0]);
        return (message as unknown as { job: JobResult }).job;
    };

    it('counts from a deploy of the site alone, for events of nodes that go on meanwhile', async () => {
        await bench.load([contact, job]);
        const out = { id: 'out', type: 'helper' };
        await helper.setFlows([site(bench.directory, true), contact, job, out] as never, 'nodes');
        await bench.send('in1', { payload: true });
        assert.equal((await outcome()).dryRun, true);
    });

    it('of the UPS counts for a job whose own site is missing or disabled, and the job says so', async () => {
        const off = { ...site(bench.directory, true), id: 'site2', d: true };
        await bench.load([site(bench.directory, true), off, contact, { ...job, site: 'site2' }]);
        await bench.send('in1', { payload: true });
        assert.equal((await outcome()).dryRun, true);
        const { args } = (helper.getNode('job1') as unknown as { error: { args: [string][] } }).error;
        assert.match(String(args[0]), /site/);
    });

    it('counts when it comes from an environment variable', async () => {
        process.env.RIDETHROUGH_TEST_DRY_RUN = 'true';
        try {
            await bench.load([site(bench.directory, '${RIDETHROUGH_TEST_DRY_RUN}'), contact, job]);
            await bench.send('job1', { topic: 'a/b', payload: true });
            assert.equal((await outcome()).dryRun, true);
        } finally {
            delete process.env.RIDETHROUGH_TEST_DRY_RUN;
        }
    });

    for (const [value, dry, told] of [
        ['1', true, 0],
        ['YES', true, 0],
        [' On ', true, 0],
        ['0', false, 0],
        ['No', false, 0],
        ['off', false, 0],
        ['tru', true, 1],
        ['', true, 1],
        [undefined, true, 1],
    ] as const) {
        it(`from an environment variable ${JSON.stringify(value)}: ${dry}, ${told ? 'and says what is wrong' : 'in silence'}`, async () => {
            if (value !== undefined) process.env.RIDETHROUGH_TEST_DRY_RUN = value;
            try {
                await bench.load([site(bench.directory, '${RIDETHROUGH_TEST_DRY_RUN}'), contact, job]);
                await bench.send('job1', { topic: 'a/b', payload: true });
                assert.equal((await outcome()).dryRun, dry);
                const errors = bench.calls('site1', 'error') as string[];
                assert.equal(errors.filter((text) => /dryRun/.test(text)).length, told);
            } finally {
                delete process.env.RIDETHROUGH_TEST_DRY_RUN;
            }
        });
    }

    it('is off where the flow does not say', async () => {
        await bench.load([site(bench.directory, undefined), contact, job]);
        await bench.send('job1', { topic: 'a/b', payload: true });
        assert.equal((await outcome()).dryRun, false);
        assert.deepEqual(bench.calls('site1', 'error'), []);
    });

    it('counts for a job of no known site when every site is in dry run', async () => {
        const other = { ...site(bench.directory, true), id: 'site2', name: 'Annex' };
        await bench.load([site(bench.directory, true), other, job]);
        await bench.send('job1', { topic: 'a/b', payload: true });
        assert.equal((await outcome()).dryRun, true);
    });

    it('counts for the test of a job that does not say its site, where one of several is in dry run', async () => {
        const other = { ...site(bench.directory, true), id: 'site2', name: 'Annex' };
        await bench.load([site(bench.directory, false), other, job]);
        const { body } = await helper
            .request()
            .post('/ridethrough/jobs/job1/test')
            .set('X-Requested-With', 'test')
            .expect(200);
        assert.equal((body as { dryRun: boolean }).dryRun, true);
    });

    for (const chosen of ['site1', '']) {
        it(`counts though its store cannot be opened, for a job of ${chosen || 'no chosen site'}`, async () => {
            const database = new DatabaseSync(join(bench.directory, 'ridethrough.sqlite'));
            database.exec('PRAGMA user_version = 9999');
            database.close();
            await bench.load([site(bench.directory, true), { ...job, site: chosen }]);
            await bench.send('job1', { topic: 'a/b', payload: true });
            assert.equal((await outcome()).dryRun, true);
        });
    }
});
