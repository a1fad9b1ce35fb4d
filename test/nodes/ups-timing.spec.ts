import assert from 'node:assert/strict';
import upsTiming from '../../nodes/events/ups-timing';
import upsLog from '../../nodes/jobs/ups-log';
import upsDigitalInput from '../../nodes/sensors/ups-digital-input';
import { helper } from '../support/node-red';
import { SourceFlow } from '../support/source-flow';

const timing = (more: object = {}) => ({
    id: 'timing1',
    type: 'ups-timing',
    mode: 'immediately',
    wires: [['out', 'job1']],
    ...more,
});
const job = { id: 'job1', type: 'ups-log', site: 'site1', text: '{{event.id}}', wires: [['done']] };
const done = { id: 'done', type: 'helper' };
const contact = { id: 'in1', type: 'ups-digital-input', name: 'Door', contact: 'no', debounce: 0, wires: [[]] };

describe('ups-timing and events made by hand', () => {
    let bench: SourceFlow;

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(() => (bench = new SourceFlow([upsTiming, upsLog, upsDigitalInput])));
    afterEach(() => bench.close());

    const jobs = () => {
        let count = 0;
        bench.node('done').on('input', () => count++);
        return () => count;
    };

    it('runs the job each time, though the event has the same stamp each time', async () => {
        await bench.load([timing(), job, done]);
        const ran = jobs();
        for (const payload of [true, false, true, false]) {
            const event = { id: 'drill', at: 1_700_000_000_000, active: payload };
            await bench.send('timing1', { topic: 'Yard/drill', payload, event });
        }
        assert.deepEqual(bench.told(), ['Yard/drill true', 'Yard/drill false', 'Yard/drill true', 'Yard/drill false']);
        assert.equal(ran(), 2);
    });

    it('goes by the words of other nodes, and lets nothing through that it does not know', async () => {
        await bench.load([timing(), job, done]);
        for (const payload of ['Off', 'ON', null, 'open', 7]) await bench.send('timing1', { topic: 'a/b', payload });
        assert.deepEqual(bench.told(), ['a/b true', 'a/b false']);
        assert.equal(bench.calls('timing1', 'error').length, 2);
    });

    for (const [what, given] of [
        ['no time', { mode: 'after', seconds: '' }],
        ['no mode and no time', { mode: undefined }],
        ['an empty mode', { mode: '', seconds: undefined }],
        ['no time on battery', { mode: 'on-battery', seconds: '' }],
        ['no time left', { mode: 'remaining', seconds: undefined }],
    ] as const) {
        it(`waits with ${what}: a shutdown that was to wait does not come at once`, async () => {
            await bench.load([timing(given), job, done]);
            await bench.send('timing1', { topic: 'Yard/drill', payload: true });
            assert.deepEqual(bench.told(), []);
            assert.deepEqual(bench.calls('timing1', 'error'), []);
        });
    }

    it('takes an event that names its source but no occurrence, and ends with it', async () => {
        await bench.load([timing(), job, done, contact]);
        for (const payload of [true, false]) {
            const event = { id: 'on', sourceId: 'in1', active: payload };
            await bench.send('timing1', { topic: 'Door/on', payload, event });
        }
        assert.deepEqual(bench.told(), ['Door/on true', 'Door/on false']);
    });

    it('ends an event that names a source which is not there', async () => {
        await bench.load([timing(), job, done]);
        for (const payload of [true, false]) {
            const event = { id: 'on', sourceId: 'nobody', active: payload };
            await bench.send('timing1', { topic: 'Door/on', payload, event });
        }
        assert.deepEqual(bench.told(), ['Door/on true', 'Door/on false']);
    });

    it('leaves no timer behind when it closes', async () => {
        const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
        const flow = [timing({ mode: 'after', seconds: 3600 })];
        await bench.load(flow);
        await bench.send('timing1', { topic: 'Yard/drill', payload: true });
        await bench.reload([]);
        const before = timers();
        await bench.reload(flow);
        await bench.reload([]);
        assert.equal(timers(), before);
    });
});
