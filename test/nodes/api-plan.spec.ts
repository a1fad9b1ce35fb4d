import assert from 'node:assert/strict';
import type { PlanView } from '../../lib/flow/plan/plan-view';
import type { StateView } from '../../lib/views';
import { ApiFlow } from '../support/api-flow';
import { fakeTime, type FakeTime } from '../support/fake-time';
import upsEvent from '../../nodes/events/ups-event';
import upsTiming from '../../nodes/events/ups-timing';
import { helper, speakInWords, theFlow } from '../support/node-red';

/** The outage waits ten minutes before a line is written to the log. */
const FLOW = [
    { id: 'event1', type: 'ups-event', ups: 'unit1', events: ['power-fail'], site: 'site1', wires: [['timing1']] },
    { id: 'timing1', type: 'ups-timing', mode: 'after', seconds: 600, site: 'site1', wires: [['log1']] },
    {
        id: 'log1',
        type: 'ups-log',
        name: 'Note',
        text: 'ten minutes',
        edge: 'on',
        log: 'always',
        site: 'site1',
        wires: [[]],
    },
];

describe('the HTTP API: what comes next', () => {
    const time = fakeTime();
    let api: ApiFlow;
    const state = async () => (await api.ask('GET', 'state')).json as unknown as StateView;
    const step = async () => {
        const { sources } = (await api.ask('GET', 'plan')).json as unknown as PlanView;
        return sources.flatMap(({ steps }) => steps).find(({ jobId, edge }) => jobId === 'log1' && edge === 'on')!;
    };

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(async () => {
        speakInWords(true);
        api = new ApiFlow(time as FakeTime, [upsEvent, upsTiming]);
        await api.load({}, { more: FLOW });
        helper.getNode('sim1').receive({ topic: 'mains', payload: false } as never);
        await time.eventually(() => theFlow().registry.source('unit1')!.stateOf('power-fail').active);
    });
    afterEach(async () => {
        await api.close();
        speakInWords(false);
    });

    it('is told with its time, in the plan and in the bar', async () => {
        const { state: stands, due } = await step();
        assert.equal(stands, 'waiting');
        assert.ok(Math.abs(due!.at - time.clock.now() - 600_000) < 15_000);
        const { next } = (await state()).bar;
        assert.deepEqual([next!.name, next!.acts, next!.jobs], ['Note', false, 1]);
    });

    it('a step is skipped by a person, and the log says by whom', async () => {
        const { key } = await step();
        assert.equal((await api.ask('POST', 'plan/skip', { body: { key } })).status, 200);
        assert.equal((await step()).state, 'skipped');
        assert.match(api.log.join('\n'), /127\.0\.0\.1/);
        const again = await api.ask('POST', 'plan/skip', { body: { key } });
        assert.deepEqual([again.status, again.json.error], [409, 'step-has-run']);
        assert.match(api.log.at(-1)!, /^Not done: skip a step of the plan: .*\(by 127\.0\.0\.1\)/);
    });

    it('an alarm is acknowledged, and no longer counts', async () => {
        const { episode } = theFlow().registry.source('unit1')!.stateOf('power-fail');
        const before = (await state()).bar.unacknowledged;
        assert.ok(before >= 1);
        assert.equal((await api.ask('POST', 'acknowledge', { body: { episode } })).status, 200);
        assert.equal((await state()).bar.unacknowledged, before - 1);
        const unit = (await api.ask('GET', 'units/unit1')).json as { events: { acknowledged?: { by: string } }[] };
        assert.equal(unit.events[0]!.acknowledged!.by, '127.0.0.1');
    });

    it('maintenance is shown until it ends', async () => {
        const until = time.clock.now() + 3_600_000;
        assert.equal((await api.ask('POST', 'maintenance', { body: { site: 'site1', until } })).status, 200);
        assert.equal((await state()).bar.maintenance!.until, until);
        assert.equal((await api.ask('POST', 'maintenance', { body: { site: 'site1', until: 0 } })).status, 200);
        assert.equal((await state()).bar.maintenance, undefined);
    });
});
