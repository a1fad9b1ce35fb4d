import assert from 'node:assert/strict';
import upsUnit from '../../../nodes/config/ups-unit';
import upsEvent from '../../../nodes/events/ups-event';
import upsLog from '../../../nodes/jobs/ups-log';
import upsRccmd from '../../../nodes/jobs/ups-rccmd';
import type { UpsUnitNode } from '../../../nodes/shared/config/config-nodes';
import { FakeDriver, onMains } from '../../support/fake-ups';
import { freePort } from '../../support/free-port';
import { helper, theFlow } from '../../support/node-red';
import { SourceFlow } from '../../support/source-flow';

interface Outcome {
    ok: boolean;
    dryRun: boolean;
    text: string;
}

describe('Test button', () => {
    let bench: SourceFlow;

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(() => (bench = new SourceFlow([upsUnit, upsEvent, upsLog, upsRccmd])));
    afterEach(() => bench.close());

    const unit = (n: number, site = 'site1') => ({ id: `unit${n}`, type: 'ups-unit', name: `UPS ${n}`, site });
    const event = (n: number) => ({
        id: `event${n}`,
        type: 'ups-event',
        ups: `unit${n}`,
        events: ['power-fail'],
        wires: [[`job${n}`]],
    });
    const log = (n: number, more: object = {}) => ({
        id: `job${n}`,
        type: 'ups-log',
        text: '{{ups.name}}: {{battery.chargePercent}} %',
        wires: [[]],
        ...more,
    });
    const drive = (id: string, chargePercent: number) => {
        const driver = new FakeDriver();
        const { unit: ups } = bench.node(id) as unknown as UpsUnitNode;
        ups.addDriver(
            id,
            driver,
            () => {},
            () => {},
        );
        driver.read({ ...onMains(), battery: { chargePercent } });
    };
    const press = async (id: string, status = 200) => {
        const { body } = await helper
            .request()
            .post(`/ridethrough/jobs/${id}/test`)
            .set('X-Requested-With', 'test')
            .expect(status);
        return body as Outcome;
    };
    const entries = (site = 'site1') =>
        theFlow()
            .registry.site(site)!
            .store.logEntries({ kinds: ['job', 'log'] });

    it('fills the texts from the UPS that its wires come from, not from the first', async () => {
        await bench.load([unit(1), unit(2), event(1), event(2), log(1), log(2)]);
        drive('unit1', 11);
        drive('unit2', 22);
        await press('job2');
        await press('job1');
        assert.deepEqual(
            entries()
                .map(({ text }) => text)
                .reverse(),
            ['UPS 2: 22 %', 'UPS 1: 11 %'],
        );
    });

    it('leaves an entry, whatever the dialog chose for the log', async () => {
        const port = await freePort();
        const job = { id: 'job1', type: 'ups-rccmd', hosts: `127.0.0.1:${port}`, action: 'shutdown', log: 'never' };
        await bench.load([{ ...job, retries: '0', timeout: 1, wires: [[]] }]);
        const outcome = await press('job1', 502);
        assert.equal(outcome.ok, false);
        const [entry] = entries();
        assert.match(entry?.text ?? 'no entry', /^testEvent: /);
        assert.equal(entry?.level, 'error');
    });

    it('of a job of no site is told in the log of every site', async () => {
        const port = await freePort();
        const other = { id: 'site2', type: 'ups-site', name: 'Annex', directory: `${bench.directory}/annex` };
        const job = { id: 'job1', type: 'ups-rccmd', hosts: `127.0.0.1:${port}`, action: 'shutdown' };
        await bench.load([other, { ...job, retries: '0', timeout: 1, wires: [[]] }]);
        await press('job1', 502);
        assert.equal(entries('site1').length, 1);
        assert.equal(entries('site2').length, 1);
    });

    it('tells before what it would do, and whether for real; a rehearsal that was promised is none for real', async () => {
        bench.siteSettings = { dryRun: true };
        const job = { id: 'job1', type: 'ups-rccmd', hosts: '192.0.2.7', action: 'shutdown', wires: [[]] };
        await bench.load([job]);
        const preview = async () =>
            (await helper.request().get('/ridethrough/jobs/job1/test').expect(200)).body as Outcome;
        const before = await preview();
        assert.equal(before.dryRun, true);
        assert.match(before.text, /shutdown/i);
        assert.deepEqual(entries(), [], 'the question alone runs nothing');
        bench.siteSettings = { dryRun: false };
        await bench.reload([job]);
        assert.equal((await preview()).dryRun, false);
        await helper
            .request()
            .post('/ridethrough/jobs/job1/test?dryRun=true')
            .set('X-Requested-With', 'test')
            .expect(409);
        for (const query of ['dryRun=1', 'dryRun[]=true', 'dryRun=']) {
            await helper
                .request()
                .post(`/ridethrough/jobs/job1/test?${query}`)
                .set('X-Requested-With', 'test')
                .expect(400);
        }
        assert.deepEqual(entries(), []);
    });
});
