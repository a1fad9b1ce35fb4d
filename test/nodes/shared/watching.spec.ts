import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import upsTiming from '../../../nodes/events/ups-timing';
import upsLog from '../../../nodes/jobs/ups-log';
import upsDigitalInput from '../../../nodes/sensors/ups-digital-input';
import { Writer } from '../../lib/store/support';
import { helper, theFlow } from '../../support/node-red';
import { SourceFlow } from '../../support/source-flow';

const contact = {
    id: 'in1',
    type: 'ups-digital-input',
    name: 'Door',
    contact: 'no',
    debounce: 0,
    wires: [['t1', 'out']],
};
const timing = { id: 't1', type: 'ups-timing', mode: 'immediately', wires: [['job1']] };
const job = { id: 'job1', type: 'ups-log', text: 'x', wires: [['out']] };

describe('a site whose store another Node-RED has', function () {
    this.timeout(30_000);
    let bench: SourceFlow;
    let first: Writer;

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(async () => {
        bench = new SourceFlow([upsDigitalInput, upsTiming, upsLog]);
        mkdirSync(bench.directory, { recursive: true });
        first = new Writer(bench.directory, 1, 'hold');
        assert.equal(await first.firstLine(), 'open');
    });
    afterEach(async () => {
        await first.kill();
        await bench.close();
    });

    it('only looks on, says so, and does the work once the other one has ended', async () => {
        await bench.load([contact, timing, job]);
        const site = theFlow().registry.site('site1')!;
        await bench.eventually(() => site.store.logEntries().length === 2);
        assert.deepEqual(bench.status('job1').text, 'watching');
        await bench.send('in1', { payload: true });
        await bench.send('job1', { topic: 'a/b', payload: true });
        await bench.send('t1', { topic: 'a/b', payload: true });
        assert.deepEqual(bench.told(), []);
        assert.ok((bench.calls('site1', 'error') as string[]).some((text) => /store-in-use/.test(text)));
        await first.kill();
        await bench.eventually(() => !site.watching, 60_000);
        assert.equal(site.store.mode, 'disk');
        await bench.eventually(() => site.store.logEntries({ kinds: ['log'] }).length === 1);
        const told = bench.arrived().map(({ topic, payload }) => `${topic} ${payload}`);
        assert.deepEqual([...new Set(told)], ['Door/on true'], 'what is on now is told, and has its jobs');
        await bench.send('in1', { payload: false });
        assert.ok(bench.told().includes('Door/on false'));
    });

    it('runs the jobs all the same where its dialog says so', async () => {
        bench.siteSettings = { whenInUse: 'work' };
        await bench.load([contact, timing, job]);
        await bench.send('in1', { payload: true });
        assert.ok(bench.told().length >= 2);
        assert.equal(theFlow().registry.site('site1')!.store.mode, 'waiting');
    });
});
